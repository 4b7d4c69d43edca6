using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Rows;

/// <summary>The rows of one segment of the chain, by table, and the digest of each block of each family. Its buffers are used again.</summary>
internal sealed class SegmentRows(LogRouter router)
{
    private readonly Dictionary<RoutedTable, RowBuffer> _buffers = [];
    private readonly Dictionary<RoutedFamily, BlockDigester> _digesters = [];
    private readonly Dictionary<BlockNumber, ulong> _times = [];

    /// <summary>Tables that got rows.</summary>
    public IEnumerable<(TableLayout Table, RowBuffer Rows)> Tables =>
        _buffers.Where(entry => entry.Value.Rows > 0).Select(entry => (entry.Key.Layout, entry.Value));

    /// <summary>Ascending by block, for each family.</summary>
    public IReadOnlyList<BlockDigest> DigestsOf(RoutedFamily family) => _digesters.TryGetValue(family, out var digester) ? digester.Done : [];

    public int Rows { get; private set; }

    /// <summary>Takes in a segment; what was there is forgotten.</summary>
    public void Fill(ChainSegment? segment)
    {
        Rows = 0;
        _times.Clear();
        foreach (var buffer in _buffers.Values)
            buffer.Clear();
        foreach (var digester in _digesters.Values)
            digester.Clear();
        if (segment is null)
            return;

        foreach (var header in segment.Headers)
            _times[header.Number] = header.Header.Timestamp;
        foreach (var log in segment.Logs)
        {
            foreach (var table in router.TablesOf(log.Content))
            {
                if (table.Family.Wants(log))
                    Add(table, log);
            }
        }

        foreach (var digester in _digesters.Values)
            digester.Finish();
    }

    private void Add(RoutedTable table, LocatedLog log)
    {
        var time = TimeOf(log);
        if (!TryWrite(table, log, time, out var fault))
        {
            // Events that differ only in what is indexed share a signature: another one's log is not ours, and nothing is wrong with it.
            if (log.Content.Topics.Count != table.Event!.Event.TopicCount)
                return;
            table = table.Family.Undecoded;
            WriteRaw(table, log, time, fault);
        }

        Rows++;
        var buffer = BufferOf(table);
        if (!_digesters.TryGetValue(table.Family, out var digester))
            _digesters.Add(table.Family, digester = new BlockDigester());
        digester.Add(log.Block, time, table.Tag, buffer.Since(_lastStart));
    }

    private int _lastStart;

    private bool TryWrite(RoutedTable table, LocatedLog log, ulong time, out AbiFault fault)
    {
        var buffer = BufferOf(table);
        _lastStart = buffer.StartRow(table.Layout.Columns.Count);
        WriteBase(buffer, log, time);
        fault = table.Event!.Plan.Write(log.Content, buffer);
        if (fault == AbiFault.None)
            return true;
        buffer.Undo(_lastStart);
        return false;
    }

    private void WriteRaw(RoutedTable table, LocatedLog log, ulong time, AbiFault fault)
    {
        var buffer = BufferOf(table);
        _lastStart = buffer.StartRow(table.Layout.Columns.Count);
        WriteBase(buffer, log, time);
        Span<byte> topics = stackalloc byte[Log.MaxTopics * Hash32.ByteLength];
        for (var i = 0; i < log.Content.Topics.Count; i++)
            log.Content.Topics[i].CopyTo(topics[(i * Hash32.ByteLength)..]);
        buffer.Write(topics[..(log.Content.Topics.Count * Hash32.ByteLength)]);
        buffer.Write(log.Content.Data.Span);
        buffer.WriteText(System.Text.Encoding.UTF8.GetBytes(fault.ToString()));
    }

    private static void WriteBase(RowBuffer buffer, LocatedLog log, ulong time)
    {
        buffer.Write(RowId.Of(log.Block.Number, log.LogIndex).Value);
        buffer.WriteSaturated(time);
        buffer.Write((long)log.TransactionIndex);
        buffer.Write(log.TransactionHash.Bytes);
        buffer.Write(log.Content.Address.Bytes);
    }

    private RowBuffer BufferOf(RoutedTable table)
    {
        if (!_buffers.TryGetValue(table, out var buffer))
            _buffers.Add(table, buffer = new RowBuffer());
        return buffer;
    }

    // The header's time is the block's own; what an endpoint writes beside a log is its word, and serves where headers are not read.
    private ulong TimeOf(LocatedLog log) =>
        _times.TryGetValue(log.Block.Number, out var time) ? time
        : log.BlockTimestamp ?? throw new InvalidOperationException(
            $"The time of block {log.Block} is not known: read every header, or ask an endpoint that tells times with its logs.");
}
