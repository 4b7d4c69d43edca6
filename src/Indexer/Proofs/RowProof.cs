using System.Collections.Immutable;
using System.Text.Json;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Proofs;

/// <summary>Makes and checks bundles. Checking believes nothing of a bundle but the block's hash, which the caller has from elsewhere.</summary>
public static class RowProof
{
    private const string Proven = "proven";
    private const string NodeAsserted = "node-asserted";

    // A receipt tells neither its transaction's hash nor how many logs came before it in the block.
    private static readonly HashSet<string> Asserted = new(StringComparer.Ordinal) { "id", "transaction_hash" };

    // Nothing in a header tells its chain, and what a table is called is for the indexer to say.
    private static readonly string[] AssertedOfBundle = ["chain_id", "table"];

    private static readonly HashSet<string> Known =
    [
        .. OurFamilies.Hub().Concat(OurFamilies.Models()).Concat(OurFamilies.Nodes()).Concat(OurFamilies.Keys()).Concat(OurFamilies.Court())
            .Concat(OurFamilies.Verifiers()).Concat(TokenFamily.Of("token", [], default).Tables).Select(table => table.Declaration),
    ];

    /// <summary>Makes the bundle of a row from its block; null where the block does not hold such a log.</summary>
    internal static RowBundle? Create(ChainId chain, EventTable table, IReadOnlyDictionary<string, JsonElement> row, RowId id, BlockHeader header, IReadOnlyList<Receipt> receipts)
    {
        var before = 0;
        for (var i = 0; i < receipts.Count; i++)
        {
            var place = (int)id.LogIndex - before;
            if (place < receipts[i].Logs.Count)
            {
                var proof = ReceiptProof.Create(header, receipts, i);
                return new RowBundle
                {
                    Version = RowBundle.CurrentVersion,
                    ChainId = chain.Value,
                    Table = table.Name,
                    Event = table.Declaration,
                    BlockHash = header.ComputeHash().ToString(),
                    Header = Hex.Encode(proof.Header.Span),
                    TransactionIndex = i,
                    ReceiptPath = [.. proof.Nodes.Select(node => Hex.Encode(node.Span))],
                    LogInReceipt = place,
                    Row = row,
                    Labels = LabelsOf(table),
                };
            }

            before += receipts[i].Logs.Count;
        }

        return null;
    }

    /// <summary>
    /// Makes the bundle of a log from its block alone, without an index of it; null where the block does not hold such a log, or it is not of the table's event.
    /// </summary>
    /// <param name="chain">The chain.</param>
    /// <param name="table">Whose row it is.</param>
    /// <param name="header">The block's header.</param>
    /// <param name="receipts">All of the block's receipts, in order.</param>
    /// <param name="logIndex">The log's place in the block.</param>
    /// <param name="transactionHash">The log's transaction, by a node's word.</param>
    public static RowBundle? Create(ChainId chain, EventTable table, BlockHeader header, IReadOnlyList<Receipt> receipts, uint logIndex, Hash32 transactionHash)
    {
        var (transaction, before) = (0, 0);
        while (transaction < receipts.Count && logIndex >= before + receipts[transaction].Logs.Count)
            before += receipts[transaction++].Logs.Count;
        if (transaction == receipts.Count || BlockCommitments.ReceiptsRoot(receipts) != header.ReceiptsRoot)
            return null;
        var (log, id) = (receipts[transaction].Logs[(int)logIndex - before], RowId.Of(header.Number, logIndex));
        return log.Topics.Count > 0 && log.Topics[0] == table.Topic0 && TryRow(table, header, transaction, log, out var row, id, transactionHash)
            ? Create(chain, table, row, id, header, receipts)
            : null;
    }

    /// <summary>Checks a bundle against the hash of a block that the caller trusts.</summary>
    public static BundleVerdict Verify(RowBundle bundle, Hash32 blockHash)
    {
        if (bundle.Version != RowBundle.CurrentVersion)
            return Fails($"It is of version {bundle.Version}, and this program knows {RowBundle.CurrentVersion}.");
        if (!TryTable(bundle.Table, bundle.Event, out var table) || !TryBytes(bundle.Header, out var header) || !TryPath(bundle.ReceiptPath, out var path))
            return Fails("It is no bundle: its event, header or path cannot be read.");
        var proof = new ReceiptProof(header, bundle.TransactionIndex, path);
        if (!proof.TryVerify(blockHash, out var receipt))
            return Fails($"It does not show that the receipt is in the block {blockHash}.");
        if (bundle.LogInReceipt < 0 || bundle.LogInReceipt >= receipt.Logs.Count)
            return Fails("The receipt has no such log.");

        var log = receipt.Logs[bundle.LogInReceipt];
        if (log.Topics.Count == 0 || log.Topics[0] != table.Topic0)
            return Fails("The log is of another event.");
        var block = BlockHeader.Decode(header);
        if (!TryRow(table, block, bundle.TransactionIndex, log, out var row))
            return Fails("The log is not encoded as the event is declared.");
        if (!bundle.Row.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(row.Keys))
            return Fails("The row has other columns than the event.");
        foreach (var (column, value) in row)
        {
            if (!Asserted.Contains(column) && !JsonElement.DeepEquals(bundle.Row[column], value))
                return Fails($"The log says another {column} than the row.");
        }

        // What is only asserted has at least its form, and does not contradict what is proven.
        if (!RowId.TryParse(TextOf(bundle.Row["id"]), out var id) || id.Block != block.Number || id.ToString() != TextOf(bundle.Row["id"]))
            return Fails("The row is of another block.");
        if (!Hash32.TryParse(TextOf(bundle.Row["transaction_hash"]), out var transaction) || transaction.ToString() != TextOf(bundle.Row["transaction_hash"]))
            return Fails("The row's transaction_hash is no hash.");
        if (!Hash32.TryParse(bundle.BlockHash, out var told) || told != blockHash)
            return Fails("The bundle names another block than it is checked against.");
        var labels = LabelsOf(table);
        if (labels.Count != bundle.Labels.Count || labels.Any(label => !bundle.Labels.TryGetValue(label.Key, out var given) || given != label.Value))
            return Fails("The labels say of other columns that they are proven.");
        return new BundleVerdict.Holds(block.Number.Value, log.Address, bundle.Event, IsOurs(bundle.Event), [.. AssertedOfBundle, .. row.Keys.Where(Asserted.Contains)], log, block.Timestamp);
    }

    /// <summary>Whether a declaration is one of this program's events.</summary>
    internal static bool IsOurs(string declaration) => Known.Contains(declaration);

    /// <summary>The row of a log, as the API gives it; false where the log is not encoded as its event says.</summary>
    internal static bool TryRow(
        EventTable table, BlockHeader block, int transactionIndex, Log log, out IReadOnlyDictionary<string, JsonElement> row, RowId id = default, Hash32 transactionHash = default)
    {
        var buffer = new RowBuffer();
        buffer.StartRow(table.Columns.Count);
        buffer.Write(id.Value);
        buffer.WriteSaturated(block.Timestamp);
        buffer.Write((long)transactionIndex);
        buffer.Write(transactionHash.Bytes);
        buffer.Write(log.Address.Bytes);
        var holds = table.Plan.Write(log, buffer) == AbiFault.None;
        row = holds ? EncodedRowJson.Of(buffer.Written, table.Columns) : new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        return holds;
    }

    private static Dictionary<string, string> LabelsOf(EventTable table) =>
        table.Columns.ToDictionary(column => column.Name, column => Asserted.Contains(column.Name) ? NodeAsserted : Proven, StringComparer.Ordinal);

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    internal static bool TryTable(string name, string declaration, out EventTable table)
    {
        try
        {
            table = new EventTable(name, declaration);
            return true;
        }
        catch (Exception wrong) when (wrong is AbiException or ArgumentException)
        {
            table = null!;
            return false;
        }
    }

    private static bool TryPath(IReadOnlyList<string> nodes, out ImmutableArray<ReadOnlyMemory<byte>> path)
    {
        // 16 nibbles are more than any index of a transaction has.
        var read = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (var node in nodes.Take(17))
        {
            if (!TryBytes(node, out var bytes))
                break;
            read.Add(bytes);
        }

        path = read.ToImmutable();
        return path.Length == nodes.Count;
    }

    internal static bool TryBytes(string? text, out byte[] bytes)
    {
        bytes = new byte[Math.Max(0, ((text?.Length ?? 0) - 2) / 2)];
        return text is not null && Hex.TryDecode(text, bytes);
    }

    private static BundleVerdict.Fails Fails(string reason) => new(reason);
}
