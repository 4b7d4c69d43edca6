using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>Blocks that a relayer has worked by are taken back, and others stand in their place.</summary>
public sealed class ReorganisationTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    // The relayer believes a block for good when eight are above it.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Claims_again_when_its_claim_is_taken_back(int depth)
    {
        await using var relayer = await StartAsync();
        var request = await ordeal.AskAsync();
        await MineAsync(depth);
        await RelayerProcess.UntilAsync(async () => await StageAsync(request) is Stage.Claimed or Stage.Settled, "it is claimed", relayer);

        await TakeBackAsync(request, depth);

        // Where claim and settlement were both taken back, both are sent again, and in one block the hub wants them apart.
        await ordeal.BooksAreRightAsync([request], mostRefused: 1);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it knows that it is settled", relayer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Settles_again_when_its_settlement_is_taken_back(int depth)
    {
        await using var relayer = await StartAsync();
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await StageAsync(request) == Stage.Settled, "it is settled", relayer);
        await MineAsync(depth - 1);

        await TakeBackAsync(request, depth);

        // Where claim and settlement were both taken back, both are sent again, and in one block the hub wants them apart.
        await ordeal.BooksAreRightAsync([request], mostRefused: 1);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it knows that it is settled", relayer);
    }

    private async Task<RelayerProcess> StartAsync()
    {
        var relayer = ordeal.Relayer(ordeal.Chain.Endpoint);
        await relayer.StartAsync();
        return relayer;
    }

    private Task MineAsync(int blocks) => blocks == 0 ? Task.CompletedTask : ordeal.Client.MineAsync(blocks);

    private async Task<Stage> StageAsync(Hash32 request) =>
        (Stage)(await ordeal.Network.Hub.CallStateOfAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Stage;

    // As many blocks as may be without taking the question back: what the relayer sent in them is in no block any more.
    private async Task TakeBackAsync(Hash32 request, int depth)
    {
        var asked = await ordeal.BlockOfAsync(request);
        var tip = await ordeal.Client.GetBlockNumberAsync(TestContext.Current.CancellationToken);
        var blocks = Math.Min((ulong)depth, tip.Value - asked.Value);
        await ordeal.Client.ReorganiseAsync((int)blocks);
    }
}
