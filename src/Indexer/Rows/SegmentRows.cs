using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Rows;

/// <summary>
/// The rows of one segment of the chain, by table, the digest of each block of each family, and what transfers come to. Logs of contracts that
/// may have been announced wait until somebody knows. Its buffers are used again.
/// </summary>
internal sealed class SegmentRows(LogRouter router)
{
    private readonly RowBuffer?[] _buffers = new RowBuffer?[router.TableCount];
    private readonly BlockDigester?[] _digesters = new BlockDigester?[router.Families.Count];
    private readonly BalanceChanges?[] _balances = new BalanceChanges?[router.Families.Count];
    private readonly List<(RoutedTable Table, LocatedLog Log)> _waiting = [];
    private readonly Dictionary<BlockNumber, ulong> _times = [];
    private (BlockNumber Block, ulong Time)? _lastTime;
    private int _lastStart;

    /// <summary>Tables of a family that got rows.</summary>
    public IEnumerable<(TableLayout Table, RowBuffer Rows)> TablesOf(RoutedFamily family) =>
        family.All.Where(table => _buffers[table.Place] is { Rows: > 0 }).Select(table => (table.Layout, _buffers[table.Place]!));

    /// <summary>Ascending by block.</summary>
    public IReadOnlyList<BlockDigest> DigestsOf(RoutedFamily family) => _digesters[family.Place]?.Done ?? [];

    public BalanceChanges BalancesOf(RoutedFamily family) => _balances[family.Place] ??= new BalanceChanges();

    public long RowsOf(RoutedFamily family) => TablesOf(family).Sum(table => (long)table.Rows.Rows);

    /// <summary>Takes in a segment; what was there is forgotten.</summary>
    public void Fill(ChainSegment? segment)
    {
        _waiting.Clear();
        _times.Clear();
        _lastTime = null;
        foreach (var family in router.Families)
            Clear(family);
        if (segment is null)
            return;

        foreach (var header in segment.Headers)
            _times[header.Number] = header.Header.Timestamp;
        foreach (var log in segment.Logs)
        {
            foreach (var table in router.TablesOf(log.Content))
            {
                if (!table.Family.Wants(log))
                    continue;
                if (table.Family.Family.AnnouncedBy is null)
                    Add(table, log);
                else
                    _waiting.Add((table, log));
            }
        }

        foreach (var digester in _digesters)
            digester?.Finish();
        // Sorted here, where nothing waits for the database.
        foreach (var balances in _balances)
            _ = balances?.Ordered;
    }

    /// <summary>The contracts whose logs a family would take if they were announced.</summary>
    public IReadOnlyCollection<Address> EmittersOf(RoutedFamily family) =>
        _waiting.Where(waiting => waiting.Table.Family == family).Select(waiting => waiting.Log.Content.Address).ToHashSet();

    /// <summary>Takes in the logs of a family that waited, of contracts from the block on in which each was announced. May be called again.</summary>
    public void Admit(RoutedFamily family, IReadOnlyDictionary<Address, BlockNumber> announced)
    {
        Clear(family);
        foreach (var (table, log) in _waiting)
        {
            if (table.Family == family && announced.TryGetValue(log.Content.Address, out var since) && since <= log.Block.Number)
                Add(table, log);
        }

        _digesters[family.Place]?.Finish();
    }

    private void Clear(RoutedFamily family)
    {
        foreach (var table in family.All)
            _buffers[table.Place]?.Clear();
        _digesters[family.Place]?.Clear();
        _balances[family.Place]?.Clear();
    }

    private void Add(RoutedTable table, LocatedLog log)
    {
        var time = TimeOf(log);
        if (!TryWrite(table, log, time, out var fault))
        {
            // Events that differ only in what is indexed share a signature: another one's log is not ours, and nothing is wrong with it. Certificates
            // are read by the same rule.
            if (!table.Event!.Event.Matches(log.Content))
                return;
            table = table.Family.Undecoded;
            WriteRaw(table, log, time, fault);
        }

        var row = BufferOf(table).Since(_lastStart);
        if (table.Balances is { } rule)
            BalancesOf(table.Family).Add(rule, row);
        (_digesters[table.Family.Place] ??= new BlockDigester()).Add(log.Block, time, table.Tag, row);
    }

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

    private RowBuffer BufferOf(RoutedTable table) => _buffers[table.Place] ??= new RowBuffer();

    // The header's time is the block's own; what an endpoint writes beside a log is its word, and serves where headers are not read.
    private ulong TimeOf(LocatedLog log)
    {
        if (_lastTime is { } last && last.Block == log.Block.Number)
            return last.Time;
        var time = _times.TryGetValue(log.Block.Number, out var known) ? known
            : log.BlockTimestamp ?? throw new InvalidOperationException(
                $"The time of block {log.Block} is not known: read every header, or ask an endpoint that tells times with its logs.");
        _lastTime = (log.Block.Number, time);
        return time;
    }
}
