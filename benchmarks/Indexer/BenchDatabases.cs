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
    private readonly List<string> _created = [];
    private PostgresServer? _server;
    private int _count;

    public static bool HasPostgres => Given is not null || File.Exists(Path.Combine(PostgresServer.Programs, "postgres"));

    private static string? Given => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : null;

    public async Task<IDatabase> OpenAsync(Engine engine, EventFamily family, CancellationToken cancellationToken)
    {
        var address = engine == Engine.Sqlite ? $"sqlite:{Path.Combine(_folder.FullName, $"{_count++}.db")}" : await CreateAsync(cancellationToken);
        // As the host opens it.
        var options = IndexerSchema.Used(DatabaseOptions.Parse(address));
        var database = await DatabaseFactory.OpenAsync(options, [IndexerSchema.Migrations], cancellationToken: cancellationToken);
        await FamilyStore.PrepareAsync(database, IndexerCase.Chain, [family], cancellationToken: cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (Given is { } given)
        {
            foreach (var name in _created)
                await ExecuteAsync(given, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
        }

        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var server = Given;
        if (server is null)
        {
            _server ??= await PostgresServer.StartAsync("postgres", cancellationToken);
            server = $"postgres://og@127.0.0.1:{_server.Port.ToString(CultureInfo.InvariantCulture)}/postgres?sslmode=disable";
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"og_bench_{Environment.ProcessId}_{_count++}");
        await ExecuteAsync(server, $"CREATE DATABASE {name}", cancellationToken);
        _created.Add(name);
        return new UriBuilder(server) { Path = name }.Uri.ToString();
    }

    private static async Task ExecuteAsync(string server, string sql, CancellationToken cancellationToken)
    {
        await using var source = DatabaseOptions.Parse(server).OpenServer(1)!;
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
