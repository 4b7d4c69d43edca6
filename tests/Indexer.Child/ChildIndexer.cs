using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Child;

/// <summary>Indexes a chain to its end, in small steps: what the child does until it is killed, and the test in the end.</summary>
internal static class ChildIndexer
{
    private static readonly FollowerOptions Options = new()
    {
        MaxBlocksPerStep = 3,
        Ranges = new RangePolicy { Blocks = 4, Most = 8 },
        PrefetchedRanges = 2,
        SlowVoteGrace = Timeout.InfiniteTimeSpan,
    };

    public static async Task RunAsync(IDatabase database, SimulatedChain chain, CancellationToken cancellationToken)
    {
        await FamilyStore.PrepareAsync(database, ForkedChain.Chain, ForkedChain.Families, cancellationToken: cancellationToken);
        await using var follower = new ChainFollower(
            [new SimulatedEndpoint(chain)], new IndexSink(database, ForkedChain.Chain, IndexSink.Head, ForkedChain.Families),
            new LogFilterSet([.. ForkedChain.Families.Select(family => family.Filter)]), Options, spread: () => 0.5);
        for (var steps = 0; await follower.StepAsync(cancellationToken) is var outcome; steps++)
        {
            if (outcome is StepOutcome.UpToDate(var cursor, _) && cursor.Tip == chain.Head.Header.Ref)
                return;
            if (outcome is not (StepOutcome.Advanced or StepOutcome.UpToDate) || steps > 1_000)
                throw new InvalidOperationException($"Step {steps} came to {outcome}.");
        }
    }
}
