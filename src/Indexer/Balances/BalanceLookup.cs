using Microsoft.Data.Sqlite;
using OpenGradient.Ethereum.Primitives;
using SQLitePCL;

namespace OpenGradient.Indexer.Balances;

/// <summary>Finds the rows of many holders on SQLite, by one prepared statement.</summary>
internal static class BalanceLookup
{
    public static void Read(
        SqliteConnection connection, BalanceRule rule, IReadOnlyList<BalanceKey> keys, BalanceState[] states, List<int> places, CancellationToken cancellationToken)
    {
        Check(connection, raw.sqlite3_prepare_v2(
            connection.Handle, $"SELECT balance, id, final_balance, final_id FROM {rule.Name} WHERE emitter = ? AND account = ?", out var statement));
        using (statement)
        {
            foreach (var i in places)
            {
                cancellationToken.ThrowIfCancellationRequested();
                raw.sqlite3_bind_blob(statement, 1, keys[i].Emitter.Bytes);
                raw.sqlite3_bind_blob(statement, 2, keys[i].Account.Bytes);
                var step = raw.sqlite3_step(statement);
                if (step == raw.SQLITE_ROW)
                    states[i] = new BalanceState(ChangeAt(statement, 0), ChangeAt(statement, 2));
                else if (step != raw.SQLITE_DONE)
                    Check(connection, step);
                raw.sqlite3_reset(statement);
            }
        }
    }

    /// <summary>A sum as it is stored: signed, with the sign's bit flipped.</summary>
    public static UInt256 SumOf(ReadOnlySpan<byte> stored) => UInt256.FromBigEndian(stored) ^ (UInt256.One << 255);

    private static BalanceChange ChangeAt(sqlite3_stmt statement, int column) =>
        new(SumOf(raw.sqlite3_column_blob(statement, column)), raw.sqlite3_column_int64(statement, column + 1));

    private static void Check(SqliteConnection connection, int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }
}
