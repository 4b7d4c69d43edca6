using OpenGradient.Database;
using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Gas;

/// <summary>What settling took. Events do not tell it: it is asked of a node, once for each transaction and only of final blocks.</summary>
internal static class GasStore
{
    public const string Table = "index_gas";

    // More settlements than one block has room for: so that those of the first transaction are always all there.
    private const int PageRows = 2_000;

    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("gas", typeof(GasStore).Assembly);

    /// <summary>The next transactions that a node was not asked about, of blocks up to the final one.</summary>
    public static async Task<IReadOnlyList<SettlingTransaction>> NextAsync(DatabaseSession session, EventFamily hub, BlockNumber final)
    {
        var last = await session.QuerySingleOrDefaultAsync<long?>("SELECT last FROM index_gas_places WHERE fingerprint = @Fingerprint", new { hub.Fingerprint }) ?? -1;
        var rows = await session.QueryAsync<Row>(
            $"""
            SELECT s.id AS Id, s.transaction_hash AS Hash,
              (SELECT d.block_hash FROM index_digests d WHERE d.family = @Name AND d.block_number = s.id >> {RowId.LogIndexBits}) AS BlockHash
            FROM hub_settled s WHERE s.id > @last AND s.id < @end ORDER BY s.id LIMIT @PageRows
            """,
            new { hub.Name, last, end = RowId.FirstOf(final + 1).Value, PageRows });
        // The logs of a transaction follow each other.
        var transactions = rows.GroupBy(row => row.Hash).Select(group => SettlingTransaction.Of(group.Key, [.. group])).ToList();
        if (rows.Count == PageRows && transactions.Count > 1)
            transactions.RemoveAt(transactions.Count - 1);
        return transactions;
    }

    /// <summary>Keeps what a node said, and that it was asked.</summary>
    public static async Task WriteAsync(DatabaseSession session, EventFamily hub, RowId last, IReadOnlyCollection<TransactionGas> told)
    {
        await session.ExecuteManyAsync(
            """
            INSERT INTO index_gas (transaction_hash, block_number, settlements, gas_used, cost) VALUES (@Hash, @Block, @Settlements, @GasUsed, @Cost)
            ON CONFLICT (transaction_hash) DO UPDATE SET
              block_number = excluded.block_number, settlements = excluded.settlements, gas_used = excluded.gas_used, cost = excluded.cost
            """,
            told);
        await session.ExecuteAsync("DELETE FROM index_gas_places WHERE fingerprint <> @Fingerprint", new { hub.Fingerprint });
        await session.ExecuteAsync(
            "INSERT INTO index_gas_places (fingerprint, last) VALUES (@Fingerprint, @Value) ON CONFLICT (fingerprint) DO UPDATE SET last = excluded.last",
            new { hub.Fingerprint, last.Value });
    }

    /// <summary>One settlement, and its block.</summary>
    internal sealed class Row
    {
        public long Id { get; init; }

        public Hash32 Hash { get; init; }

        public Hash32 BlockHash { get; init; }
    }
}

/// <summary>A transaction that settled requests.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Block">Its block, as it is indexed.</param>
/// <param name="Last">Its last settlement.</param>
/// <param name="Settlements">How many.</param>
internal sealed record SettlingTransaction(Hash32 Hash, BlockRef Block, RowId Last, int Settlements)
{
    internal static SettlingTransaction Of(Hash32 hash, IReadOnlyList<GasStore.Row> rows) =>
        new(hash, new BlockRef(new RowId(rows[^1].Id).Block, rows[^1].BlockHash), new RowId(rows[^1].Id), rows.Count);
}

/// <summary>What one took.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Block">Its block.</param>
/// <param name="Settlements">How many settlements share it.</param>
/// <param name="GasUsed">In units of gas.</param>
/// <param name="Cost">In wei, big-endian; null where the node does not tell the price.</param>
internal sealed record TransactionGas(Hash32 Hash, BlockNumber Block, long Settlements, long GasUsed, byte[]? Cost)
{
    internal static TransactionGas Of(SettlingTransaction transaction, TransactionReceipt receipt) => new(
        transaction.Hash, transaction.Block.Number, transaction.Settlements, (long)Math.Min(receipt.GasUsed, long.MaxValue), receipt.Cost?.Value.ToBigEndian());
}
