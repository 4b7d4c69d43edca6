using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

/// <summary>
/// Random histories: forks, rollbacks, finality, and everything that endpoints and processes do in between. The sink checks each commit,
/// the rows must be those of the cursor's branch after every event, and at the end those of the canonical chain.
/// </summary>
public sealed class ConvergenceProperties
{
    private static readonly HistoryRuns Runs = new(
        Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(60).WithReplay(3_268_254_348_282_864_939, 17_218_354_810_989_655_215), fresh: 20);

    private static readonly FollowerOptions Options = new()
    {
        MaxBlocksPerStep = 5,
        Ranges = new RangePolicy { Blocks = 4, Most = 16 },
        PrefetchedRanges = 2,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Whatever_happens_the_sink_becomes_the_canonical_chain(int endpoints) =>
        Runs.Check(Histories, history => LiveAsync(history, endpoints, quorum: 1, liars: 0));

    [Fact]
    public void Whatever_a_minority_makes_up_a_quorum_stores_the_canonical_chain() =>
        Runs.Check(Histories, history => LiveAsync(history, endpoints: 3, quorum: 2, liars: 1));

    [Fact]
    public void The_sink_of_a_chain_with_edges_only_becomes_the_canonical_chain() =>
        Runs.Check(Histories, history => LiveAsync(history, endpoints: 2, quorum: 1, liars: 0, Options with { RangeVerification = RangeVerification.Edges }));

    private static Arbitrary<Event[]> Histories { get; } = Arb.From(
        Gen.ArrayOf(
            from kind in Gen.Frequency((1, Gen.Constant(Kind.Step)), (2, Gen.Elements(Enum.GetValues<Kind>())))
            from size in Gen.Choose(0, 1_000)
            from who in Gen.Choose(0, 2)
            select new Event(kind, size, who)),
        history => Enumerable.Range(0, history.Length).Select(i => history.Where((_, j) => j != i).ToArray()));

    private static async Task LiveAsync(Event[] history, int endpoints, int quorum, int liars, FollowerOptions? options = null)
    {
        await using var world = new World(blocks: 12, endpoints, (options ?? Options) with { Quorum = quorum });
        for (var liar = 0; liar < liars; liar++)
            MakeLiar(world, world.Endpoints[liar]);
        foreach (var happening in history)
        {
            await HappenAsync(world, happening, liars);
            world.AssertSinkIsWhole();
        }

        world.Arm(new Fuse());
        foreach (var endpoint in world.Endpoints.Skip(liars))
            endpoint.Heal();
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
        Assert.Null(world.Sink.Stop);
    }

    private static async Task HappenAsync(World world, Event happening, int liars)
    {
        var (kind, size, who) = happening;
        var endpoint = world.Endpoints[liars + (who % (world.Endpoints.Count - liars))];
        var undoable = (int)(world.Chain.Head.Number - world.Chain.Finalized.Value);
        switch (kind)
        {
            case Kind.Step:
                await StepAsync(world, 1 + (size % 4));
                break;
            case Kind.Mine:
                world.Chain.MineMany(1 + (size % 9));
                break;
            case Kind.MineEmpty:
                world.Chain.Mine();
                break;
            case Kind.Reorg when undoable > 0:
                world.Chain.Reorg(1 + (size % undoable), 1 + (size / 7 % 6));
                break;
            case Kind.Rollback when undoable > 0:
                world.Chain.Rollback(1 + (size % undoable));
                break;
            case Kind.Finalize:
                world.Chain.Finalize(world.Chain.Finalized.Value + (ulong)(size % (undoable + 1)));
                break;
            case Kind.Lag:
                endpoint.Lag = size % 6;
                break;
            case Kind.Freeze:
                endpoint.Freeze();
                break;
            case Kind.Fail:
                endpoint.OnQuestion = question => (question + size) % 3 == 0 ? FailureOf(size) : null;
                break;
            case Kind.HoldLogsBack:
                endpoint.LogLie = (logs, _) => [];
                break;
            case Kind.Confuse:
                endpoint.LogLie = (logs, _) => logs.Count == 0 ? logs : [.. logs, logs[size % logs.Count]];
                break;
            case Kind.LimitRange:
                (endpoint.MaxRange, endpoint.SuggestsRange) = (_ => (ulong)(1 + (size % 4)), size % 2 == 0);
                break;
            case Kind.ForkWithinStep:
                ForkWithinStep(world, endpoint, size);
                await StepAsync(world, 2);
                break;
            case Kind.Heal:
                endpoint.Heal();
                break;
            case Kind.Die:
                world.Arm(new Fuse { DiesAt = size % 12 });
                await StepAsync(world, 3);
                world.Arm(new Fuse());
                break;
            case Kind.Restart:
                await world.RestartAsync();
                break;
            case Kind.Wait:
                world.Clock.Advance(TimeSpan.FromSeconds(size));
                break;
            default:
                // There is nothing left to undo above the final block.
                break;
        }
    }

    private static async Task StepAsync(World world, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            try
            {
                await world.StepAsync();
            }
            catch (ProcessDiedException)
            {
                await world.RestartAsync();
            }

            world.AssertSinkIsWhole();
            world.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static void ForkWithinStep(World world, SimulatedEndpoint endpoint, int size)
    {
        var at = endpoint.Questions + (size % 7);
        endpoint.OnQuestion = question =>
        {
            var undoable = (int)(world.Chain.Head.Number - world.Chain.Finalized.Value);
            if (question == at && undoable > 0)
                world.Chain.Reorg(1 + (size % undoable), 1 + (size / 11 % 5));
            return null;
        };
    }

    // It answers honestly about the heights and makes the rest up: another chain, half of the logs, or invented ones.
    private static void MakeLiar(World world, SimulatedEndpoint endpoint)
    {
        var turn = 0;
        endpoint.LogLie = (logs, _) => (turn++ % 3) switch
        {
            0 => [.. logs.Where((_, i) => i % 2 == 0)],
            1 => [.. logs.Select(log => log with { Content = log.Content with { Data = new byte[] { 1 } } })],
            _ => logs,
        };
        endpoint.HeaderLie = header => turn % 5 == 4 && world.Chain.Canonical.Count > 3
            ? world.Chain.Canonical[(int)(header.Number.Value / 2)].Header
            : header;
    }

    private static SourceFailure FailureOf(int size) => (size % 4) switch
    {
        0 => new SourceFailure.Unavailable("time limit reached"),
        1 => new SourceFailure.RateLimited(TimeSpan.FromSeconds(size % 30), "429"),
        2 => new SourceFailure.Malformed("not JSON"),
        _ => new SourceFailure.RangeTooLarge(null, "too much"),
    };

    private enum Kind
    {
        Step, Mine, MineEmpty, Reorg, Rollback, Finalize, Lag, Freeze, Fail, HoldLogsBack, Confuse, LimitRange, ForkWithinStep, Heal, Die,
        Restart, Wait,
    }

    private sealed record Event(Kind Kind, int Size, int Who);
}
