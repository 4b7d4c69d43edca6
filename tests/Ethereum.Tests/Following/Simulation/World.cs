using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>A chain, endpoints that see it, a sink, and a follower between them that can die and be started again.</summary>
internal sealed class World : IAsyncDisposable
{
    public static LogFilter Everything { get; } = new([SimulatedChain.ContractA, SimulatedChain.ContractB]);

    private ChainFollower? _follower;

    public World(int blocks = 10, int endpoints = 1, FollowerOptions? options = null)
    {
        Chain = new SimulatedChain(blocks);
        Endpoints = [.. Enumerable.Range(0, endpoints).Select(i => new SimulatedEndpoint(Chain, ((char)('a' + i)).ToString()))];
        // Nobody is slow where time leaps; the tests that are about it say so.
        Options = (options ?? new FollowerOptions()) with { SlowVoteGrace = Timeout.InfiniteTimeSpan };
    }

    public SimulatedChain Chain { get; }

    public IReadOnlyList<SimulatedEndpoint> Endpoints { get; }

    public SimulatedEndpoint Endpoint => Endpoints[0];

    public CheckedSink Sink { get; } = new();

    public Recorder Seen { get; } = new();

    public LeapingClock Clock { get; } = new();

    public LogFilterSet Filters { get; init; } = new(Everything);

    public FollowerOptions Options { get; set; }

    public HeadSignal Signal { get; } = new();

    public ChainFollower Follower => _follower ??= new ChainFollower(
        Endpoints, Sink, Filters, Options,
        Seen, Signal, Clock, spread: () => 0.5);

    /// <summary>Given to every step.</summary>
    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    public ValueTask<StepOutcome> StepAsync() => Follower.StepAsync(Cancellation);

    /// <summary>Makes everything that the follower awaits a place to die at.</summary>
    public void Arm(Fuse fuse)
    {
        Sink.Fuse = fuse;
        foreach (var endpoint in Endpoints)
            endpoint.Fuse = fuse;
    }

    /// <summary>Steps, with time passing in between, until nothing is left to do.</summary>
    public async Task<StepOutcome> SettleAsync(int limit = 500)
    {
        for (var i = 0; i < limit; i++)
        {
            var outcome = await StepAsync();
            Seen.Last = outcome.GetType().Name;
            if (outcome is StepOutcome.Stopped || (outcome is StepOutcome.UpToDate && Sink.Cursor.Tip == Chain.Head.Header.Ref))
                return outcome;
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Fail($"Not settled after {limit} steps; the tip is {Sink.Cursor.Tip}, the head {Chain.Head.Header.Ref}; last was {Seen.Last}");
        return null!;
    }

    /// <summary>As after <c>kill -9</c>: nothing is left but what the sink stored.</summary>
    public async Task RestartAsync()
    {
        if (_follower is not null)
            await _follower.DisposeAsync();
        _follower = null;
    }

    public void AssertSinkIsTheChain()
    {
        Assert.Equal(Chain.Head.Header.Ref, Sink.Cursor.Tip);
        Assert.Equal(Chain.LogsThat(Everything, Options.StartBlock.Value), Sink.Rows);
    }

    /// <summary>That the rows are exactly those of the cursor's own branch, whichever branch that is.</summary>
    public void AssertSinkIsWhole()
    {
        if (Sink.Cursor.IsEmpty)
        {
            Assert.Empty(Sink.Rows);
            return;
        }

        List<LocatedLog> branch = [];
        for (var block = Chain.Find(Sink.Cursor.Tip.Hash); block is not null; block = Chain.Find(block.Header.ParentHash))
            branch.InsertRange(0, block.Logs);
        Assert.Equal(branch, Sink.Rows);
    }

    public ValueTask DisposeAsync() => _follower?.DisposeAsync() ?? ValueTask.CompletedTask;
}
