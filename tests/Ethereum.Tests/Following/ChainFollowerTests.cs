using System.Diagnostics.Metrics;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

/// <summary>The loop: what it waits for, outlasts, reports and ends with.</summary>
public sealed class ChainFollowerTests
{
    [Fact]
    public async Task Runs_until_it_is_cancelled_and_outlasts_a_sink_that_throws()
    {
        await using var world = new World(blocks: 60, options: new FollowerOptions { Ranges = new RangePolicy { Blocks = 8 } });
        world.Chain.Finalize(40);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        // Every third commit throws before it is durable, or after; the same follower goes on.
        var burnt = 0;
        world.Sink.BeforeCommit = _ =>
        {
            world.Sink.Fuse = new Fuse { DiesAt = ++burnt % 3 == 0 ? 0 : null };
            if (burnt % 4 == 0)
                throw new IOException("disk full");
        };
        world.Seen.AfterStep = outcome =>
        {
            if (outcome is StepOutcome.UpToDate)
                cancellation.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Follower.RunAsync(cancellation.Token));

        world.AssertSinkIsTheChain();
        Assert.Contains(world.Seen.Exceptions, exception => exception is IOException);
        Assert.Contains(world.Seen.Exceptions, exception => exception is ProcessDiedException);
        Assert.DoesNotContain(world.Seen.Steps, step => step is StepOutcome.Contended);
    }

    [Fact]
    public async Task Stores_the_blocks_that_were_answered_before_one_that_was_not()
    {
        await using var world = new World(blocks: 20);
        await world.StepAsync();
        // Its final block, its head, the headers of all, and the logs of three blocks.
        var until = world.Endpoint.Questions + 6;
        world.Endpoint.OnQuestion = number => number >= until ? new SourceFailure.Unavailable("gone") : null;

        var outcome = Assert.IsType<StepOutcome.Advanced>(await world.StepAsync());

        Assert.Equal(new BlockNumber(3), outcome.Advance.Next.Tip.Number);
        Assert.False(outcome.IsAtTarget);
        world.AssertSinkIsWhole();
        world.Endpoint.Heal();
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Gets_on_behind_an_endpoint_that_leaves_every_sixth_question_unanswered()
    {
        const int Histories = 10;
        var taken = TimeSpan.Zero;
        for (var seed = 1; seed <= Histories; seed++)
        {
            await using var world = new World(blocks: 200);
            world.Chain.Finalize(100);
            var random = new Random(seed);
            var gate = new Lock();
            world.Endpoint.OnQuestion = _ =>
            {
                lock (gate)
                    return random.Next(6) == 0 ? new SourceFailure.Unavailable("busy") : null;
            };
            var started = world.Clock.GetUtcNow();

            await world.SettleAsync();

            world.AssertSinkIsTheChain();
            taken += world.Clock.GetUtcNow() - started;
        }

        // Two seconds a step, and what it rests; one history alone may have bad luck.
        Assert.InRange(taken / Histories, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Gets_on_behind_an_endpoint_that_hides_three_of_ten_answers_of_logs()
    {
        await using var world = new World(blocks: 200);
        world.Chain.Finalize(100);
        var random = new Random(5);
        var gate = new Lock();
        world.Endpoint.LogLie = (logs, _) =>
        {
            lock (gate)
                return random.Next(10) < 3 ? [] : logs;
        };
        var started = world.Clock.GetUtcNow();

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        // Two seconds a step, and what it rests: all of a long question would hardly ever be answered, and a hundred blocks that each hold a log are fifty steps at the least.
        Assert.InRange(world.Clock.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Two_endpoints_of_one_name_are_refused_by_that_name()
    {
        await using var world = new World(blocks: 1);
        // Two keys of one provider, say: the key is no part of the name.
        await using var first = EthereumClient.Connect(new Uri("https://rpc.example/first-key"));
        await using var second = EthereumClient.Connect(new Uri("https://rpc.example/second-key"));

        var failure = Assert.Throws<ArgumentException>(
            () => new ChainFollower([new RpcChainSource(first), new RpcChainSource(second)], world.Sink, world.Filters));

        Assert.Equal("endpoints", failure.ParamName);
        Assert.StartsWith("2 endpoints are called https://rpc.example", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("key", failure.Message, StringComparison.Ordinal);
        await using var named = new ChainFollower(
            [new RpcChainSource(first), new RpcChainSource(second, "second")], world.Sink, world.Filters);
        Assert.Equal(2, named.Endpoints.Count);
    }

    [Fact]
    public async Task Ends_when_it_must_stop_for_good()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(15);
        await world.SettleAsync();
        world.Chain.Reorg(6);

        var stop = await world.Follower.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(world.Sink.Stop, stop);
        Assert.IsType<StepOutcome.Stopped>(world.Seen.Steps[^1]);
    }

    [Fact]
    public async Task Fails_over_within_the_round_and_waits_only_when_all_endpoints_rest()
    {
        await using var world = new World(blocks: 20, endpoints: 3);
        world.Endpoints[0].OnQuestion = _ => new SourceFailure.Unavailable("refused");
        world.Endpoints[1].OnQuestion = _ => new SourceFailure.RateLimited(TimeSpan.FromSeconds(30), "429");
        world.Endpoints[2].OnQuestion = _ => new SourceFailure.Malformed("<html>");
        var started = world.Clock.GetUtcNow();

        Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());
        Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());
        Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());
        var rest = Assert.IsType<StepOutcome.NoEndpoint>(await world.StepAsync());

        Assert.Equal("a b c", string.Join(" ", world.Seen.Failures.Select(failure => failure.Key)));
        Assert.InRange(rest.RetryAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(250));
        Assert.Equal(started + TimeSpan.FromSeconds(30), world.Follower.Endpoints["b"].RetryAt);
    }

    [Fact]
    public async Task Asks_another_endpoint_when_one_has_stalled()
    {
        await using var world = new World(blocks: 20, endpoints: 2);
        await world.SettleAsync();
        var used = world.Sink.Commits[^1].Endpoints[0];
        world.Endpoints.Single(endpoint => endpoint.Name.Equals(used, StringComparison.Ordinal)).Freeze();

        world.Chain.MineMany(3);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Changes_nothing_when_another_writer_was_there_and_goes_on_from_what_that_one_stored()
    {
        await using var world = new World(blocks: 20);
        await world.SettleAsync();
        await using var other = new ChainFollower(
            [new SimulatedEndpoint(world.Chain)], world.Sink, world.Filters, clock: world.Clock);
        world.Chain.MineMany(2);
        world.Sink.BeforeCommit = sink =>
        {
            sink.BeforeCommit = null;
            var tip = world.Chain[21];
            sink.Place(new ChainCursor([.. sink.Cursor.Recent, tip.Header.Ref]));
        };

        Assert.IsType<StepOutcome.Contended>(await world.StepAsync());
        var advanced = Assert.IsType<StepOutcome.Advanced>(await world.StepAsync());
        Assert.Equal(world.Chain[21].Header.Ref, advanced.Advance.Expected);
        await other.StepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(world.Chain.Head.Header.Ref, world.Sink.Cursor.Tip);
    }

    [Fact]
    public async Task Refuses_a_head_that_changed_while_its_blocks_were_read()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();
        world.Chain.MineMany(2);
        var question = 0;
        world.Endpoint.OnQuestion = _ =>
        {
            // Final block, head, then the headers up to it.
            if (++question == 3)
                world.Chain.Reorg(1, length: 1);
            return null;
        };

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.Equal(Inconsistency.BrokenLink, Assert.IsType<SourceFailure.Inconsistent>(failed.Failure).Kind);
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task A_signal_ends_the_wait_for_the_next_poll()
    {
        var signal = new HeadSignal();
        var never = signal.WaitAsync(TimeSpan.FromDays(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(never.IsCompleted);

        signal.Wake();
        await never;

        // One call during a step is remembered until the next wait, and only until then.
        signal.Wake();
        await signal.WaitAsync(TimeSpan.FromDays(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(signal.WaitAsync(TimeSpan.FromDays(1), TimeProvider.System, new CancellationToken(canceled: false)).IsCompleted);
        signal.Wake();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flood_of_signals_does_not_become_a_flood_of_questions(bool failing)
    {
        await using var world = new World(blocks: 5);
        if (failing)
            world.Endpoint.OnQuestion = _ => new SourceFailure.Unavailable("down");
        var limit = TimeSpan.FromMilliseconds(100);
        await using var follower = new ChainFollower(
            world.Endpoints, world.Sink, world.Filters,
            new FollowerOptions { Polling = new PollPolicy { Shortest = limit }, Backoff = new BackoffPolicy { First = limit, Longest = limit } },
            world.Seen, world.Signal, spread: () => 1);
        world.Seen.AfterStep = _ => world.Signal.Wake();

        // A slow machine makes fewer steps, never more.
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(6 * limit);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower.RunAsync(cancellation.Token));

        Assert.InRange(world.Seen.Steps.Count, 1, 20);
    }

    [Fact]
    public async Task A_wait_ends_with_the_token()
    {
        using var cancellation = new CancellationTokenSource();
        var wait = new HeadSignal().WaitAsync(TimeSpan.FromDays(1), TimeProvider.System, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Measures_where_it_is_and_what_happened()
    {
        var chain = new ChainId(7_654_321);
        using var meter = new FollowerMeter(chain);
        Dictionary<string, long> sums = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, mine) =>
        {
            if (instrument.Meter.Name.Equals(FollowerMeter.MeterName, StringComparison.Ordinal))
                mine.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => Equals(tag.Value, chain.ToString())))
                sums[instrument.Name] = instrument.IsObservable ? value : sums.GetValueOrDefault(instrument.Name) + value;
        });
        listener.Start();
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(12);
        await using var follower = new ChainFollower(
            world.Endpoints, world.Sink, world.Filters, observer: meter, clock: world.Clock);

        await RunAsync();
        world.Chain.Reorg(3, length: 5);
        await RunAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(25, sums["follower.logs"]);
        Assert.Equal(25, sums["follower.blocks"]);
        Assert.Equal(1, sums["follower.reorgs"]);
        Assert.Equal(3, sums["follower.orphaned_blocks"]);
        Assert.Equal((22, 22, 12, 0, 0), (
            sums["follower.head"], sums["follower.tip"], sums["follower.final"], sums["follower.lag"], sums["follower.stopped"]));

        async Task RunAsync()
        {
            StepOutcome outcome;
            do
            {
                outcome = await follower.StepAsync(TestContext.Current.CancellationToken);
                ((IFollowerObserver)meter).OnStep(outcome, TimeSpan.Zero);
            }
            while (outcome is not StepOutcome.UpToDate);
        }
    }
}
