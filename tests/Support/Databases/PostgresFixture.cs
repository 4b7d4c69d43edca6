using System.Globalization;
using Npgsql;
using OpenGradient.Database;
using Xunit;
using Xunit.v3;

namespace OpenGradient.Support.Databases;

/// <summary>
/// PostgreSQL databases: <c>IClassFixture&lt;PostgresFixture&gt;</c>, or one for an assembly. On the server that OG_TEST_POSTGRES names
/// (<c>postgres://user@host:port/database</c>, of a user who may create databases), else on a private one. Where there is neither, tests
/// that ask for a database are skipped, each by its name.
/// </summary>
public sealed class PostgresFixture : IDatabaseFixture, IAsyncLifetime
{
    public const string AddressVariable = "OG_TEST_POSTGRES";

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly List<string> _created = [];
    private PostgresServer? _server;
    private string? _given;
    private string? _missing;
    private int _count;

    public ValueTask InitializeAsync()
    {
        _given = Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : null;
        return ValueTask.CompletedTask;
    }

    public async Task<DatabaseOptions> CreateAsync()
    {
        var server = await AddressAsync();
        var name = $"og_test_{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}_{Convert.ToHexStringLower(BitConverter.GetBytes(GetHashCode()))}_"
            + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        lock (_created)
            _created.Add(name);
        return DatabaseOptions.Parse(new UriBuilder(server) { Path = name }.Uri.ToString());
    }

    /// <summary>
    /// The port of the private server on 127.0.0.1, for a proxy before it. Skips the test where the server is somebody else's.
    /// </summary>
    public async Task<int> PortAsync() => (await PrivateAsync()).Port;

    /// <summary>Ends the server, as a restart does, or at once, as a crash does.</summary>
    public async Task StopAsync(bool atOnce = false) => await (await PrivateAsync()).StopAsync(atOnce, TestContext.Current.CancellationToken);

    public async Task StartAsync() => await (await PrivateAsync()).StartAgainAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_given is not null)
        {
            foreach (var name in _created)
                await ExecuteAsync(new Uri(_given), $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }

        if (_server is not null)
            await _server.DisposeAsync();
        _starting.Dispose();
    }

    private static async Task ExecuteAsync(Uri server, string sql)
    {
        var options = DatabaseOptions.Parse(server.ToString());
        var connection = options.Server!.Connection();
        connection.Pooling = false;
        await using var source = NpgsqlDataSource.Create(connection);
#pragma warning disable CA2100 // The name of a database cannot be a parameter, and is made here.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Uri> AddressAsync() =>
        _given is not null ? new Uri(_given) : new Uri($"postgres://og@127.0.0.1:{(await PrivateAsync()).Port}/postgres");

    private async Task<PostgresServer> PrivateAsync()
    {
        if (_given is not null)
            throw new SkippedTestException($"The server is the one of {AddressVariable}, and this test needs one of its own.");

        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_server is null && _missing is null)
            {
                _missing = await InstallAsync();
                if (_missing is null)
                    _server = await PostgresServer.StartAsync(Account(), TestContext.Current.CancellationToken);
            }

            return _server ?? throw new SkippedTestException(_missing!);
        }
        finally
        {
            _starting.Release();
        }
    }

    // The server refuses to run as root.
    private static string Account() => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    /// <summary>Gives why there is no server's program, or null when there is.</summary>
    private static Task<string?> InstallAsync() => DebianPackages.InstallAsync(
        Path.Combine(PostgresServer.Programs, "postgres"), "postgresql-15",
        $"PostgreSQL 15 is not installed in {PostgresServer.Programs}: install Debian's postgresql-15, or name a server by {AddressVariable}.");
}

/// <summary>Tells the test's runner that a test did not run, and why.</summary>
public sealed class SkippedTestException(string reason) : Exception(DynamicSkipToken.Value + reason);
