using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

public sealed class CrashTests
{
    private static readonly FollowerOptions Options = new() { MaxBlocksPerStep = 4, Ranges = new RangePolicy { Blocks = 8, Most = 8 } };

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Comes_to_the_same_whether_it_dies_or_is_cancelled_at_any_await(int quorum, bool isCancelled)
    {
        var places = await LiveAsync(quorum, diesAt: null, isCancelled);
        Assert.True(places > 100, $"The life has only {places} places to die at.");
        for (var place = 0; place < places; place++)
            await LiveAsync(quorum, place, isCancelled);
    }

    [Fact]
    public async Task Stops_for_good_wherever_it_dies_on_the_way_to_that()
    {
        for (var place = 0; place < 12; place++)
        {
            await using var world = new World(blocks: 20, options: Options);
            world.Chain.Finalize(12);
            await world.SettleAsync();
            var rows = world.Sink.Rows;
            await world.RestartAsync();

            world.Chain.Reorg(10);
            world.Arm(new Fuse { DiesAt = place });
            await SettleThroughDeathAsync(world);

            Assert.NotNull(world.Sink.Stop);
            Assert.Equal(rows, world.Sink.Rows);
        }
    }

    // A back-fill, following, a shallow reorg, and one that happens and becomes final while nobody looks.
    private static async Task<int> LiveAsync(int quorum, int? diesAt, bool isCancelled)
    {
        await using var world = new World(blocks: 30, endpoints: quorum, Options with { Quorum = quorum });
        using var cancellation = new CancellationTokenSource();
        var fuse = new Fuse { DiesAt = diesAt, Cancels = isCancelled ? cancellation : null };
        world.Arm(fuse);
        world.Cancellation = cancellation.Token;
        world.Chain.Finalize(22);
        await SettleThroughDeathAsync(world);
        world.Chain.MineMany(2);
        await SettleThroughDeathAsync(world);
        world.Chain.Reorg(5);
        await SettleThroughDeathAsync(world);
        world.Chain.Reorg(4, length: 20);
        world.Chain.Finalize(45);
        await SettleThroughDeathAsync(world);

        world.AssertSinkIsTheChain();
        Assert.Equal(2, world.Sink.Rewinds);
        Assert.True(diesAt is null || fuse.Burnt > diesAt, "Nobody died.");
        return fuse.Burnt;
    }

    private static async Task SettleThroughDeathAsync(World world)
    {
        try
        {
            await world.SettleAsync();
        }
        catch (Exception death) when (death is ProcessDiedException or OperationCanceledException)
        {
            world.AssertSinkIsWhole();
            world.Cancellation = TestContext.Current.CancellationToken;
            await world.RestartAsync();
            await world.SettleAsync();
        }
    }
}
