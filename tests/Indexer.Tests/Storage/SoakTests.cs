using System.Diagnostics;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

/// <summary>
/// A day of blocks at two seconds each, with a fork now and then, as fast as they can be stored; SOAK_BLOCKS=1296000 is a month.
/// </summary>
[Collection(Alone)]
public sealed class SoakTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    // The memory is that of the whole process: what others hold meanwhile would be taken for the follower's.
    internal const string Alone = "memory of the process";

    private const string BlocksVariable = "SOAK_BLOCKS";
    private const int BlocksOfADay = 43_200;
    private const int BlocksBetweenForks = 97;
    private const long MostGrowthBytes = 8 << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_does_not_grow_with_the_blocks()
    {
        var blocks = Environment.GetEnvironmentVariable(BlocksVariable) is { Length: > 0 } many ? int.Parse(many, CultureInfo.InvariantCulture) : BlocksOfADay;
        var source = new RollingChain();
        await using var database = await DatabaseFactory.OpenAsync(
            await databases.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations], cancellationToken: Stop);
        var families = IndexedChain.All;
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, families, cancellationToken: Stop);
        var clock = new LeapingClock();
        await using var follower = new ChainFollower(
            [source], new IndexSink(database, IndexedChain.Chain, IndexSink.Head, families, clock: clock), new LogFilterSet([.. families.Select(family => family.Filter)]),
            new FollowerOptions(), clock: clock, spread: () => 0.5);
        var (early, most) = (0L, 0L);
        for (var block = 0; block < blocks; block++)
        {
            source.Mine(fork: block % BlocksBetweenForks == BlocksBetweenForks - 1 ? 1 + (block % RollingChain.NotFinal / 2) : 0);
            while (await follower.StepAsync(Stop) is var step and not StepOutcome.UpToDate)
                Assert.IsType<StepOutcome.Advanced>(step);
            clock.Advance(TimeSpan.FromSeconds(2));
            if (block == blocks / 4)
                early = GC.GetTotalMemory(forceFullCollection: true);
            if (block > blocks / 4 && block % (blocks / 8) == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }

        using var process = Process.GetCurrentProcess();
        TestContext.Current.SendDiagnosticMessage(
            $"{blocks} blocks: {early >> 10} KiB of objects after a quarter, {most >> 10} KiB at most after that; {process.WorkingSet64 >> 20} MiB of the process.");
        Assert.Equal(source.Head.Number, (ulong)await IndexedChain.CountAsync(database, "index_digests WHERE family = 'token'"));
        Assert.NotEqual(0, await IndexedChain.CountAsync(database, "index_reorgs"));
        Assert.True(most - early < MostGrowthBytes, $"{most - early} bytes more than after a quarter.");
    }
}

[CollectionDefinition(SoakTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
