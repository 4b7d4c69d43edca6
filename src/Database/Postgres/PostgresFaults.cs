using System.Net.Sockets;
using Npgsql;

namespace OpenGradient.Database;

/// <summary>What PostgreSQL's codes, and failures on the way to it, mean.</summary>
internal static class PostgresFaults
{
    // The driver has no name for it: the server ended a transaction that had waited too long for its next statement.
    private const string IdleInTransaction = "25P03";

    public static DriverFault? Read(Exception error) => error switch
    {
        PostgresException said => Read(said),
        NpgsqlException { InnerException: TimeoutException } => new(DatabaseFault.Unavailable, "it did not answer in time."),
        NpgsqlException { InnerException: IOException or SocketException } => new(DatabaseFault.Unavailable, "it cannot be reached, or the connection broke."),
        NpgsqlException failed => new(failed.IsTransient ? DatabaseFault.Unavailable : DatabaseFault.Other, failed.Message),
        // Everything else is the work's own: what it asks of others may fail too.
        _ => null,
    };

    private static DriverFault Read(PostgresException said)
    {
        var detail = $"{said.MessageText} ({said.SqlState})";
        return said.SqlState switch
        {
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
                new(DatabaseFault.Contended, detail),
            PostgresErrorCodes.DiskFull => new(DatabaseFault.DiskFull, "the server's disk is full."),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DatabaseDropped or IdleInTransaction => new(DatabaseFault.Unavailable, detail),
            PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege => new(DatabaseFault.Refused, detail),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => new(DatabaseFault.Corrupt, detail),
            // A statement that ran too long, by the server's own limit.
            PostgresErrorCodes.QueryCanceled => new(DatabaseFault.Contended, detail),
            ['2', '3', ..] => new(DatabaseFault.ConstraintBroken, detail, said.ConstraintName ?? said.ColumnName),
            ['2', '8', ..] or ['3', 'D', ..] => new(DatabaseFault.Refused, detail),
            ['0', '8', ..] => new(DatabaseFault.Unavailable, detail),
            _ => new(DatabaseFault.Other, detail),
        };
    }
}
