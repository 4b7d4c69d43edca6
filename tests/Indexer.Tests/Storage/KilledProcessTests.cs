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
    private const int MoreRounds = 9;
    private const int JoiningRound = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_are_killed_at_random_commits_leave_the_rows_of_one_that_never_was()
    {
        var random = new Random(Seed);
        var where = await databases.CreateAsync() with { Durability = Durability.Relaxed };
        var kills = 0;
        for (var round = 0; round < Rounds; round++)
            kills += await RunAndKillAsync(where, round, random.Next(6), round % 3, ForkedChain.Families.Count) == KilledExitCode ? 1 : 0;
        Assert.Equal(Rounds, kills);

        await AssertWholeAsync(where, Rounds);
    }

    [Fact]
    public async Task Killed_while_families_that_were_added_are_filled_in_likewise()
    {
        var random = new Random(Seed);
        var where = await databases.CreateAsync() with { Durability = Durability.Relaxed };
        var filling = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < MoreRounds; round++)
        {
            Assert.Equal(KilledExitCode, await RunAndKillAsync(where, round, random.Next(1, 8), round % 3, round < JoiningRound ? 1 : ForkedChain.Families.Count));
            await using var database = await DatabaseFactory.OpenAsync(where, [IndexerSchema.Migrations], cancellationToken: Stop);
            filling.UnionWith((await database.ReadAsync(FamilyStore.ReadAsync, Stop)).Where(entry => entry.GapLast is not null).Select(entry => $"{entry.Name} {round}"));
        }

        // Several processes died over each of them: tokens join the head in order, and pools wait for those who announce them.
        Assert.All((string[])["token ", "pool "], family => Assert.True(filling.Count(name => name.StartsWith(family, StringComparison.Ordinal)) > 1, string.Join(", ", filling)));
        await AssertWholeAsync(where, MoreRounds);
    }

    private async Task AssertWholeAsync(DatabaseOptions where, int rounds)
    {
        var chain = ForkedChain.After(rounds, Seed);
        await using var survivor = await DatabaseFactory.OpenAsync(where, [IndexerSchema.Migrations], cancellationToken: Stop);
        await ChildIndexer.RunAsync(survivor, chain, ForkedChain.Families, Stop);
        await using var clean = await DatabaseFactory.OpenAsync(await fresh.CreateAsync(), [IndexerSchema.Migrations], cancellationToken: Stop);
        await ChildIndexer.RunAsync(clean, chain, ForkedChain.Families, Stop);
        Assert.NotEqual(0, await IndexedChain.CountAsync(clean, "pool_swapped"));
        Assert.All(await survivor.ReadAsync(FamilyStore.ReadAsync, Stop), entry => Assert.True(entry is { GapLast: null, IsIndexed: true }));
        Assert.Equal(await IndexedChain.DumpAsync(clean, ForkedChain.Families), await IndexedChain.DumpAsync(survivor, ForkedChain.Families));
    }

    private static async Task<int> RunAndKillAsync(DatabaseOptions where, int round, int transaction, int place, int families)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OpenGradient.Indexer.Child.dll");
        string[] numbers = [.. new[] { round, Seed, transaction, place, families }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, where.ToString(), .. numbers]))!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode;
    }
}
