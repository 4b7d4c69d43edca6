using System.Diagnostics;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Indexer.Child;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteKilledProcessTests(SqliteFixture databases) : KilledProcessTests(databases, databases), IClassFixture<SqliteFixture>;

public sealed class PostgresKilledProcessTests(PostgresFixture databases, SqliteFixture others) : KilledProcessTests(databases, others), IClassFixture<SqliteFixture>;

/// <summary>Real processes that end by SIGKILL in random transactions, one after the other, on one database and a chain that forks meanwhile.</summary>
public abstract class KilledProcessTests(IDatabaseFixture databases, IDatabaseFixture fresh)
{
    private const int KilledExitCode = 137;
    private const int Seed = 71;
    private const int Rounds = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_are_killed_at_random_commits_leave_the_rows_of_one_that_never_was()
    {
        var random = new Random(Seed);
        var where = await databases.CreateAsync() with { Durability = Durability.Relaxed };
        var kills = 0;
        for (var round = 0; round < Rounds; round++)
            kills += await RunAndKillAsync(where, round, random.Next(6), round % 3) == KilledExitCode ? 1 : 0;
        Assert.Equal(Rounds, kills);

        var chain = ForkedChain.After(Rounds, Seed);
        await using var survivor = await DatabaseFactory.OpenAsync(where, [IndexerSchema.Migrations], cancellationToken: Stop);
        await ChildIndexer.RunAsync(survivor, chain, Stop);
        await using var clean = await DatabaseFactory.OpenAsync(await fresh.CreateAsync(), [IndexerSchema.Migrations], cancellationToken: Stop);
        await ChildIndexer.RunAsync(clean, chain, Stop);
        Assert.NotEqual(0, await IndexedChain.CountAsync(clean, "pool_swapped"));
        Assert.Equal(await IndexedChain.DumpAsync(clean, ForkedChain.Families), await IndexedChain.DumpAsync(survivor, ForkedChain.Families));
    }

    private static async Task<int> RunAndKillAsync(DatabaseOptions where, int round, int transaction, int place)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OpenGradient.Indexer.Child.dll");
        string[] numbers = [.. new[] { round, Seed, transaction, place }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, where.ToString(), .. numbers]))!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode;
    }
}
