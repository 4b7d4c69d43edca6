using System.Globalization;
using Npgsql;
using OpenGradient.Database;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>
/// Fresh databases: SQLite's in a folder that is removed, PostgreSQL's on the server that OG_TEST_POSTGRES names, or else on one of this process alone, where
/// Debian's PostgreSQL is installed.
/// </summary>
internal sealed class BenchDatabases : IAsyncDisposable
{
    private const string AddressVariable = "OG_TEST_POSTGRES";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-bench-indexer-");
    private PostgresServer? _server;
    private int _count;

    public static bool HasPostgres => Given is not null || File.Exists(Path.Combine(PostgresServer.Programs, "postgres"));

    private string Server => Given ?? $"postgres://og@127.0.0.1:{_server!.Port.ToString(CultureInfo.InvariantCulture)}/postgres?sslmode=disable";

    private static string? Given => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : null;

    public async Task<BenchDatabase> OpenAsync(Engine engine, EventFamily family, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"og_bench_{Environment.ProcessId}_{_count++}");
        var address = engine == Engine.Sqlite ? $"sqlite:{Path.Combine(_folder.FullName, name)}.db" : await CreateAsync(name, cancellationToken);
        // As the host opens it.
        var options = IndexerSchema.Used(DatabaseOptions.Parse(address));
        var database = await DatabaseFactory.OpenAsync(options, [IndexerSchema.Migrations], cancellationToken: cancellationToken);
        await FamilyStore.PrepareAsync(database, IndexerCase.Chain, [family], cancellationToken: cancellationToken);
        return engine == Engine.Sqlite
            ? new BenchDatabase(database, () => Task.CompletedTask, () => Remove(name))
            : new BenchDatabase(database, () => ExecuteAsync(address, "VACUUM ANALYZE", cancellationToken), () => DropAsync(name));
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> CreateAsync(string name, CancellationToken cancellationToken)
    {
        if (Given is null)
            _server ??= await PostgresServer.StartAsync("postgres", cancellationToken);
        await ExecuteAsync(Server, $"CREATE DATABASE {name}", cancellationToken);
        return new UriBuilder(Server) { Path = name }.Uri.ToString();
    }

    private Task DropAsync(string name) => ExecuteAsync(Server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);

    // With the log and the index of it that lie beside it.
    private Task Remove(string name)
    {
        foreach (var file in _folder.EnumerateFiles(name + ".db*"))
            file.Delete();
        return Task.CompletedTask;
    }

    private static async Task ExecuteAsync(string server, string sql, CancellationToken cancellationToken)
    {
        await using var source = DatabaseOptions.Parse(server).OpenServer(1)!;
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
