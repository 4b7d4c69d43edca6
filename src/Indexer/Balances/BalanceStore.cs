using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Balances;

/// <summary>
/// Keeps balances in step with the rows of transfers, in their transaction. What is final is added up for good; after a reorganisation the touched
/// holders are counted anew, from what was final and the canonical rows above it. Nothing is ever taken back by subtraction.
/// </summary>
internal static class BalanceStore
{
    /// <summary>Before orphaned rows move: the holders that they touched, each with what canonical rows above the final block come to.</summary>
    public static async Task<IReadOnlyDictionary<BalanceKey, BalanceChange>> RecountAsync(DatabaseSession session, BalanceRule rule, BlockNumber final, BlockNumber lowestOrphaned)
    {
        var (kept, orphaned) = (new BalanceChanges(), new BalanceChanges());
        await SumAsync(session, rule, RowId.FirstOf(final + 1).Value, RowId.FirstOf(lowestOrphaned).Value, kept);
        await SumAsync(session, rule, RowId.FirstOf(lowestOrphaned).Value, long.MaxValue, orphaned);
        return orphaned.All.Keys.ToDictionary(key => key, key => kept.All.GetValueOrDefault(key));
    }

    /// <summary>Adds an advance whose rows are stored.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="rule">Which balances.</param>
    /// <param name="changes">What the rows of the advance come to.</param>
    /// <param name="recounted">Of a reorganisation, what <see cref="RecountAsync"/> gave.</param>
    /// <param name="before">The place before the advance, as this transaction read it.</param>
    /// <param name="advance">The advance.</param>
    /// <param name="known">What this process wrote before.</param>
    /// <param name="entry">The family, as the database has it.</param>
    public static async Task ApplyAsync(
        DatabaseSession session, BalanceRule rule, BalanceChanges changes, IReadOnlyDictionary<BalanceKey, BalanceChange> recounted, ChainCursor before,
        ChainAdvance advance, KnownBalances known, FamilyEntry entry)
    {
        // A segment that is final as a whole is added to both sums at once; of others, what became final is looked for among the rows.
        var final = advance.Next.Final.Number;
        var isFinal = advance.Segment is { } segment && segment.Blocks.Last <= final;
        var settled = new BalanceChanges();
        if (!before.IsEmpty && before.Final.Number < final)
        {
            var end = isFinal && advance.Segment!.Blocks.First <= final ? advance.Segment.Blocks.First : final + 1;
            await SumAsync(session, rule, RowId.FirstOf(before.Final.Number + 1).Value, RowId.FirstOf(end).Value, settled);
        }

        // In the order of the table, whose pages are then looked at once.
        var keys = recounted.Count + settled.All.Count == 0 ? changes.Ordered : Ordered(recounted.Keys.Concat(settled.All.Keys).Concat(changes.All.Keys).Distinct());
        var states = new BalanceState[keys.Count];
        await ReadAsync(session, rule, keys, states, known.Read(before, entry, keys, states));
        for (var i = 0; i < keys.Count; i++)
        {
            var (key, state) = (keys[i], states[i]);
            var (now, atFinal) = (state.Now, state.Final);
            if (recounted.TryGetValue(key, out var recount))
                now = atFinal.And(recount);
            if (settled.All.TryGetValue(key, out var passed))
                atFinal = atFinal.And(passed);
            if (changes.All.TryGetValue(key, out var change))
            {
                now = now.And(change);
                atFinal = isFinal ? atFinal.And(change) : atFinal;
            }

            states[i] = new BalanceState(now, atFinal);
        }

        if (keys.Count > 0)
            await WriteAsync(session, rule, keys, states);
        session.AfterCommit(() => known.Take(before, advance.Next, entry, keys, states));
    }

    public static IReadOnlyList<BalanceKey> Ordered(IEnumerable<BalanceKey> keys)
    {
        List<BalanceKey> ordered = [.. keys];
        ordered.Sort(static (one, other) => one.Emitter.CompareTo(other.Emitter) is not 0 and var order ? order : one.Account.CompareTo(other.Account));
        return ordered;
    }

    /// <summary>All balances as of the last final block, for when all rows above it are dropped.</summary>
    public static async Task RewindAsync(DatabaseSession session, BalanceRule rule)
    {
        await session.ExecuteAsync($"UPDATE {rule.Name} SET balance = final_balance, id = final_id WHERE id <> final_id");
        await session.ExecuteAsync($"DELETE FROM {rule.Name} WHERE id = 0");
    }

    internal static async Task WriteAsync(DatabaseSession session, BalanceRule rule, IReadOnlyList<BalanceKey> keys, IReadOnlyList<BalanceState> states)
    {
        var gone = false;
        var rows = new RowBuffer();
        for (var i = 0; i < keys.Count; i++)
        {
            gone |= states[i].Now.LastId == 0;
            rows.StartRow(BalanceRule.Columns.Count);
            rows.Write(keys[i].Emitter.Bytes);
            rows.Write(keys[i].Account.Bytes);
            rows.Write(Int256.FromBits(states[i].Now.Sum));
            rows.Write(states[i].Now.LastId);
            rows.Write(Int256.FromBits(states[i].Final.Sum));
            rows.Write(states[i].Final.LastId);
        }

        const string Replace = "ON CONFLICT (emitter, account) DO UPDATE SET balance = excluded.balance, id = excluded.id, final_balance = excluded.final_balance, final_id = excluded.final_id";
        if (session.Engine == Engine.Sqlite)
        {
            await BulkRows.InsertAsync(session, rule.Name, BalanceRule.Columns, rows, Replace);
        }
        else
        {
            // COPY cannot replace rows: they come by a table of their own.
            await session.ExecuteAsync($"CREATE TEMPORARY TABLE IF NOT EXISTS copied_balances (LIKE {rule.Name}) ON COMMIT DELETE ROWS; TRUNCATE copied_balances");
            await BulkRows.InsertAsync(session, "copied_balances", BalanceRule.Columns, rows);
            await session.ExecuteAsync($"INSERT INTO {rule.Name} SELECT * FROM copied_balances {Replace}");
        }

        // Its only transfers were taken back.
        if (gone)
            await session.ExecuteAsync($"DELETE FROM {rule.Name} WHERE id = 0");
    }

    private static async Task SumAsync(DatabaseSession session, BalanceRule rule, long first, long end, BalanceChanges into)
    {
        if (first >= end)
            return;
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
#pragma warning disable CA2100 // Made of the definitions of tables.
        command.CommandText = $"SELECT {rule.TransferColumns} FROM {rule.Transfers.Name} WHERE id >= @first AND id < @end";
#pragma warning restore CA2100
        Add(command, "first", first);
        Add(command, "end", end);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        while (await rows.ReadAsync(session.Cancellation))
            into.Add(rows.GetInt64(0), AddressAt(rows, 1), AddressAt(rows, 2), AddressAt(rows, 3), UInt256.FromBigEndian(BytesAt(rows, 4)));

        static void Add(DbCommand command, string name, long value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, DbType.Int64, value);
            command.Parameters.Add(parameter);
        }
    }

    private static async Task ReadAsync(DatabaseSession session, BalanceRule rule, IReadOnlyList<BalanceKey> keys, BalanceState[] states, List<int> places)
    {
        if (places.Count == 0)
            return;
        if (session.Connection is SqliteConnection sqlite)
            BalanceLookup.Read(sqlite, rule, keys, states, places, session.Cancellation);
        else
            await ReadAsync((NpgsqlConnection)session.Connection, rule, keys, states, places, session.Cancellation);
    }

    private static async Task ReadAsync(
        NpgsqlConnection connection, BalanceRule rule, IReadOnlyList<BalanceKey> keys, BalanceState[] states, List<int> places, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Made of the definitions of tables.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT k.place, b.balance, b.id, b.final_balance, b.final_id
            FROM unnest(@emitters, @accounts, @places) AS k(emitter, account, place) JOIN {rule.Name} b ON b.emitter = k.emitter AND b.account = k.account
            """,
            connection);
#pragma warning restore CA2100
        command.Parameters.Add(new("emitters", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = places.Select(place => keys[place].Emitter.ToArray()).ToArray() });
        command.Parameters.Add(new("accounts", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = places.Select(place => keys[place].Account.ToArray()).ToArray() });
        command.Parameters.Add(new("places", NpgsqlDbType.Array | NpgsqlDbType.Integer) { Value = places.ToArray() });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            states[rows.GetInt32(0)] = new BalanceState(
                new BalanceChange(BalanceLookup.SumOf(BytesAt(rows, 1)), rows.GetInt64(2)), new BalanceChange(BalanceLookup.SumOf(BytesAt(rows, 3)), rows.GetInt64(4)));
        }
    }

    private static Address AddressAt(DbDataReader row, int place) => new(BytesAt(row, place));

    private static byte[] BytesAt(DbDataReader row, int place) => row.GetFieldValue<byte[]>(place);
}
