using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Database;

/// <summary>
/// Which database, and how patient with it. Nothing of it that may be secret is shown by <see cref="ToString"/> or by a fault.
/// </summary>
public sealed record DatabaseOptions
{
    private DatabaseOptions()
    {
    }

    public required Engine Engine { get; init; }

    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>How many transactions that only read may run at once; from 1 to 1000. More wait.</summary>
    public int MaxReaders { get; init; } = 8;

    /// <summary>How many transactions that write may run at once on PostgreSQL; from 1 to 1000. SQLite has one writer.</summary>
    public int MaxWriters { get; init; } = 8;

    /// <summary>
    /// How long one statement may take on PostgreSQL, and how long the server waits in a transaction that writes for the next one; from 1 s to 1 h. SQLite's run to their end.
    /// </summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether PostgreSQL puts together what readers ask for row by row, by indexes, and the first rows first: whoever wants a page of a view of large tables otherwise waits until it
    /// has read some of them whole, or compiled the question. SQLite does nothing else.
    /// </summary>
    public bool ReadsByLookups { get; init; }

    /// <summary>For how long after its first failure a transaction is tried again before that is reported; up to 1 h, and zero never tries again.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The waits between those attempts.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromSeconds(1) };

    // A process that is stopped in the middle of a transaction, or whose machine is gone, keeps its locks: the server ends that transaction, and others go on.
    internal string EndsIdleTransactions => $"-c idle_in_transaction_session_timeout={(int)StatementTimeout.TotalMilliseconds}";

    // As the server takes them for a connection.
    internal string ReaderSettings => "-c default_transaction_read_only=on"
        + (ReadsByLookups ? " -c enable_hashjoin=off -c enable_mergejoin=off -c max_parallel_workers_per_gather=0 -c jit=off" : "");

    /// <summary>The file of SQLite; empty for PostgreSQL.</summary>
    internal string Path { get; init; } = "";

    /// <summary>The folder that the database writes to on this machine; null for a server's.</summary>
    public string? Folder => Engine == Engine.Sqlite ? System.IO.Path.GetDirectoryName(Path) : null;

    /// <summary>Where PostgreSQL is, and its credentials; null for SQLite.</summary>
    internal PostgresAddress? Server { get; init; }

    /// <summary>
    /// Reads <c>sqlite:PATH</c> or <c>postgres://user:password@host:port/database?sslmode=…</c>. A password may be left to PGPASSWORD or
    /// the password file, which PostgreSQL's own programs use too.
    /// </summary>
    /// <exception cref="FormatException">It is neither; the message repeats nothing of it.</exception>
    public static DatabaseOptions Parse(string address) =>
        TryParse(address, out var options, out var fault) ? options : throw new FormatException(fault);

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string address, [NotNullWhen(true)] out DatabaseOptions? options, [NotNullWhen(false)] out string? fault)
    {
        const string Sqlite = "sqlite:";
        options = null;
        if (address.StartsWith(Sqlite, StringComparison.Ordinal))
        {
            var path = address[Sqlite.Length..];
            fault = path.Length == 0 ? "After sqlite: stands the path of a file."
                : path.Contains('\0', StringComparison.Ordinal) ? "A path has no zero character."
                : null;
            options = fault is null ? new DatabaseOptions { Engine = Engine.Sqlite, Path = System.IO.Path.GetFullPath(path) } : null;
            return fault is null;
        }

        if (PostgresAddress.TryParse(address, out var server, out fault))
            options = new DatabaseOptions { Engine = Engine.Postgres, Server = server };
        return fault is null;
    }

    /// <summary>
    /// Connections of their own for a library that brings its own SQL and tables, such as timers of a cluster; null for SQLite, whose one writer is not
    /// shared. The caller disposes of them.
    /// </summary>
    /// <param name="most">How many at once.</param>
    public DbDataSource? OpenServer(int most)
    {
        if (Server is null)
            return null;
        var connection = Server.Connection();
        connection.MaxPoolSize = most;
        connection.CommandTimeout = (int)StatementTimeout.TotalSeconds;
        connection.Options = EndsIdleTransactions;
        return NpgsqlDataSource.Create(connection);
    }

    /// <summary>Where it is, without credentials.</summary>
    public override string ToString() => Server?.ToString() ?? $"sqlite:{Path}";

    internal DatabaseOptions Validated()
    {
        Within(MaxReaders, 1, 1000, nameof(MaxReaders));
        Within(MaxWriters, 1, 1000, nameof(MaxWriters));
        Within((int)StatementTimeout.TotalSeconds, 1, 3600, nameof(StatementTimeout));
        Within((int)RetryFor.TotalSeconds, 0, 3600, nameof(RetryFor));
        return this;
    }

    private static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }
}
