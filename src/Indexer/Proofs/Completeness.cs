using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Proofs;

/// <summary>
/// Checks certificates. A header's filter has bits for every address and topic that was logged: where they are not set the event
/// is ruled out for certain; where it does not, all receipts of the block are read. Headers name each other, so that one trusted hash is enough.
/// </summary>
public static class Completeness
{
    /// <summary>A certificate names so many contracts at the most.</summary>
    internal const int MaxEmitters = 64;

    private const string TransactionHash = "transaction_hash";

    /// <summary>Checks a certificate against the hash of its last block.</summary>
    public static CompletenessVerdict Verify(CompletenessBundle bundle, Hash32 blockHash)
    {
        if (bundle.Kind != CompletenessBundle.KindName || bundle.Version != CompletenessBundle.CurrentVersion)
            return Fails($"It is {bundle.Kind} of version {bundle.Version}, and this program knows {CompletenessBundle.KindName} of version {CompletenessBundle.CurrentVersion}.");
        if (bundle.From > bundle.To || bundle.To - bundle.From >= CompletenessBundle.MaxBlocks || bundle.To > RowId.MaxBlock)
            return Fails($"From {bundle.From} to {bundle.To} is no range of up to {CompletenessBundle.MaxBlocks} blocks.");
        if (bundle.Blocks.Count == 0 || (ulong)bundle.Blocks.Count > bundle.To - bundle.From + 1)
            return Fails("It shows no block, or more than it is about.");
        if (!Hash32.TryParse(bundle.BlockHash, out var told) || told != blockHash)
            return Fails("It names another last block than it is checked against.");
        if (!RowProof.TryTable(bundle.Table, bundle.Event, out var table) || !TryEmitters(bundle.Emitters, out var emitters))
            return Fails("Its event or its emitters cannot be read.");

        var found = new Findings(table, new LogFilter(emitters, [[table.Topic0]]));
        var expected = blockHash;
        for (var i = bundle.Blocks.Count - 1; i >= 0; i--)
        {
            var number = bundle.To - (ulong)(bundle.Blocks.Count - 1 - i);
            if (bundle.Blocks[i] is not { Header: { } text } shown || !RowProof.TryBytes(text, out var encoded)
                || !BlockHeader.TryDecode(encoded, out var header) || header.ComputeHash() != expected || header.Number.Value != number)
                return Fails($"Block {number} is not the one that the blocks after it name.");
            if (found.Read(header, shown.Receipts) is { } fault)
                return Fails(fault);
            expected = header.ParentHash;
        }

        var first = bundle.To - (ulong)(bundle.Blocks.Count - 1);
        if (first > bundle.From)
            found.Miss(bundle.From, first - 1);
        return Compare(bundle, found) is { } difference
            ? Fails(difference)
            : new CompletenessVerdict.Holds(
                emitters, bundle.Event, RowProof.IsOurs(bundle.Event), bundle.From, bundle.To, bundle.Rows.Count, found.Undecoded, found.Foreign,
                found.EmptyFilters, bundle.Gaps, expected);
    }

    /// <summary>Reads what a block holds of an event, as a certificate's reader would; null where its receipts cannot be read or are not the block's.</summary>
    internal static IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>? RowsOf(EventTable table, LogFilter filter, BlockHeader header, IReadOnlyList<string> receipts)
    {
        var found = new Findings(table, filter);
        return found.Read(header, receipts) is null ? found.Rows : null;
    }

    private static string? Compare(CompletenessBundle bundle, Findings found)
    {
        var gaps = found.Gaps;
        // JSON may say null where the type does not.
        if (bundle.Rows.Any(row => row is null) || bundle.Gaps.Any(gap => gap is null))
            return "It tells of a row, or of a gap, that is none.";
        if (!gaps.SequenceEqual(bundle.Gaps.Select(gap => (gap.From, gap.To))))
            return $"It does not say that these blocks are not shown: {string.Join(", ", gaps.Select(gap => $"{gap.From} to {gap.To}"))}.";
        var rows = found.Rows;
        if (rows.Count != bundle.Rows.Count)
            return $"The blocks hold {rows.Count} rows of the event, and it tells {bundle.Rows.Count}.";
        for (var i = 0; i < rows.Count; i++)
        {
            if (!rows[i].Keys.ToHashSet(StringComparer.Ordinal).SetEquals(bundle.Rows[i].Keys))
                return "A row has other columns than the event.";
            foreach (var (column, value) in rows[i])
            {
                // No receipt tells its transaction's hash.
                if (column == TransactionHash ? !Hash32.TryParse(bundle.Rows[i][column].ToString(), out _) : !JsonElement.DeepEquals(bundle.Rows[i][column], value))
                    return $"The log {rows[i]["id"]} says another {column} than its row.";
            }
        }

        return null;
    }

    private static bool TryEmitters(IReadOnlyList<string> texts, [NotNullWhen(true)] out IReadOnlyList<Address>? emitters)
    {
        var read = new List<Address>();
        foreach (var text in texts.Take(MaxEmitters))
        {
            if (text is not null && Address.TryParse(text, out var address))
                read.Add(address);
        }

        emitters = read.Count == texts.Count ? read : null;
        return emitters is not null;
    }

    private static CompletenessVerdict.Fails Fails(string reason) => new(reason);

    // What blocks hold, gathered from the last to the first.
    private sealed class Findings(EventTable table, LogFilter filter)
    {
        private readonly List<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> _blocks = [];
        private readonly List<(ulong From, ulong To)> _gaps = [];

        public int Undecoded { get; private set; }

        public int Foreign { get; private set; }

        public int EmptyFilters { get; private set; }

        public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows => [.. Enumerable.Reverse(_blocks).SelectMany(rows => rows)];

        public IReadOnlyList<(ulong From, ulong To)> Gaps => [.. Enumerable.Reverse(_gaps)];

        /// <summary>Reads one block; what is wrong with it, or null.</summary>
        public string? Read(BlockHeader header, IReadOnlyList<string>? receipts)
        {
            if (!filter.MayMatch(header.LogsBloom))
            {
                // Receipts without a log have an empty filter, too: only who knows the chain can tell.
                if (header.LogsBloom.IsEmpty && header.ReceiptsRoot != Trie.EmptyRoot)
                    EmptyFilters++;
                return null;
            }

            if (receipts is null)
            {
                Miss(header.Number.Value, header.Number.Value);
                return null;
            }

            var encoded = new ReadOnlyMemory<byte>[receipts.Count];
            for (var i = 0; i < encoded.Length; i++)
            {
                if (!RowProof.TryBytes(receipts[i], out var bytes))
                    return $"A receipt of block {header.Number} is no bytes.";
                encoded[i] = bytes;
            }

            if (Trie.RootOfList(encoded) != header.ReceiptsRoot)
                return $"The receipts of block {header.Number} are not all that it holds, or others.";
            return ReadLogs(header, encoded);
        }

        /// <summary>Takes note of blocks of which nothing is known; they come from the last to the first.</summary>
        public void Miss(ulong from, ulong to)
        {
            if (_gaps.Count > 0 && _gaps[^1].From == to + 1)
                _gaps[^1] = (from, _gaps[^1].To);
            else
                _gaps.Add((from, to));
        }

        private string? ReadLogs(BlockHeader header, ReadOnlyMemory<byte>[] encoded)
        {
            var rows = new List<IReadOnlyDictionary<string, JsonElement>>();
            uint logIndex = 0;
            for (var i = 0; i < encoded.Length; i++)
            {
                if (!Receipt.TryDecode(encoded[i].Span, out var receipt))
                    return $"Receipt {i} of block {header.Number} is of a kind that is not known here.";
                foreach (var log in receipt.Logs)
                {
                    if (logIndex > RowId.MaxLogIndex)
                        return $"Block {header.Number} has more logs than ids.";
                    var id = RowId.Of(header.Number, logIndex++);
                    if (!filter.Matches(log))
                        continue;
                    if (RowProof.TryRow(table, header, i, log, out var row, id))
                        rows.Add(row);
                    else if (table.Event.Matches(log))
                        Undecoded++;
                    else
                        Foreign++;
                }
            }

            _blocks.Add(rows);
            return null;
        }
    }
}
