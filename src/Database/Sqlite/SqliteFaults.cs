using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenGradient.Database;

/// <summary>What SQLite's result codes mean.</summary>
internal static class SqliteFaults
{
    public static DriverFault? Read(Exception error) => error is SqliteException sqlite ? Read(sqlite) : null;

    private static DriverFault Read(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(DatabaseFault.Contended, "another program held the file for too long."),
        raw.SQLITE_FULL => new(DatabaseFault.DiskFull, "the disk is full."),
        raw.SQLITE_CONSTRAINT => new(DatabaseFault.ConstraintBroken, error.Message, ConstraintIn(error.Message)),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new(DatabaseFault.Corrupt, "the file is damaged, or is no database."),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new(DatabaseFault.Refused, error.Message),
        raw.SQLITE_CANTOPEN => new(DatabaseFault.Refused, "the file cannot be opened."),
        raw.SQLITE_IOERR => new(DatabaseFault.Unavailable, $"the file cannot be read or written (code {error.SqliteExtendedErrorCode})."),
        _ => new(DatabaseFault.Other, error.Message),
    };

    // "SQLite Error 19: 'UNIQUE constraint failed: transactions.chain, transactions.nonce'."
    private static string? ConstraintIn(string message)
    {
        const string Marker = "constraint failed: ";
        var start = message.IndexOf(Marker, StringComparison.Ordinal);
        return start < 0 ? null : message[(start + Marker.Length)..].TrimEnd('.', '\'');
    }
}
