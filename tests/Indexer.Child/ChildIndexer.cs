using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Child;

/// <summary>
/// Indexes a chain to its end, in small steps, and fills in families that were added: what the child does until it is killed, and the test in the end.
/// </summary>
internal static class ChildIndexer
{
    private static readonly FollowerOptions Options = new()
    {
        MaxBlocksPerStep = 3,
        Ranges = new RangePolicy { Blocks = 4, Most = 8 },
        PrefetchedRanges = 2,
        SlowVoteGrace = Timeout.InfiniteTimeSpan,
    };

    public static async Task RunAsync(IDatabase database, SimulatedChain chain, IReadOnlyList<EventFamily> families, CancellationToken cancellationToken)
    {
        await FamilyStore.PrepareAsync(database, ForkedChain.Chain, families, cancellationToken: cancellationToken);
        await using var follower = new ChainFollower(
            [new SimulatedEndpoint(chain)], new IndexSink(database, ForkedChain.Chain, IndexSink.Head, families),
            new LogFilterSet([.. families.Select(family => family.Filter)]), Options, spread: () => 0.5);
        foreach (var family in families)
            await FillAsync(database, follower, family, families, cancellationToken);
        for (var steps = 0; await follower.StepAsync(cancellationToken) is var outcome; steps++)
        {
            if (outcome is StepOutcome.UpToDate(var cursor, _) && cursor.Tip == chain.Head.Header.Ref)
                break;
            if (outcome is not (StepOutcome.Advanced or StepOutcome.UpToDate) || steps > 1_000)
                throw new InvalidOperationException($"Step {steps} came to {outcome}.");
        }

        await FamilyStore.IndexAsync(database, families, cancellationToken);
    }

    private static async Task FillAsync(
        IDatabase database, ChainFollower follower, EventFamily family, IReadOnlyList<EventFamily> families, CancellationToken cancellationToken)
    {
        while ((await database.ReadAsync(FamilyStore.ReadAsync, cancellationToken)).Single(entry => entry.Name == family.Name).GapLast is { } last)
        {
            var lane = new IndexSink(database, ForkedChain.Chain, FamilyStore.LaneOf(family), [family]);
            if (await follower.BackfillAsync(family.Filter, new(family.FirstBlock, new((ulong)last)), lane, observer: null, cancellationToken) is { } stop)
                throw new InvalidOperationException(stop.Advice);
            if (await FamilyStore.CompleteAsync(database, ForkedChain.Chain, family, families, cancellationToken))
                follower.Forget();
        }
    }
}
