using System.Globalization;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>Blocks that a relayer has worked by are taken back, and others stand in their place.</summary>
public sealed class ReorganisationTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    // The relayer believes a block for good when so many are above it.
    private const int Final = 8;

    // For questions that are taken back when much was done for them.
    private const int LateFinality = 200;

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_a_question_again_that_is_taken_back_and_asked_in_another_block(bool isSettled)
    {
        await using var relayer = await StartAsync(LateFinality);
        var (request, question) = await ordeal.AskBySignedAsync();
        var stage = isSettled ? Stage.Settled : Stage.Claimed;
        await RelayerProcess.UntilAsync(async () => await StageAsync(request) >= stage, $"it is {stage}", relayer);

        await TakeQuestionBackAsync(request);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { WaitsFor: "ItsReturn" }, "it waits for its return", relayer);
        Assert.Equal(Stage.None, await StageAsync(request));
        await ordeal.Client.SendRawTransactionAsync(question, TestContext.Current.CancellationToken);

        // What was sent for it meanwhile found nothing to be sent for.
        await ordeal.BooksAreRightAsync([request], mostClaims: 2, mostRefused: 1, mayRevert: true);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it knows that it is settled", relayer);
    }

    [Fact]
    public async Task Loses_nothing_by_a_question_that_is_taken_back_for_good()
    {
        await using var relayer = await StartAsync(LateFinality);
        var (request, _) = await ordeal.AskBySignedAsync();
        await RelayerProcess.UntilAsync(async () => await StageAsync(request) is Stage.Claimed or Stage.Settled, "it is claimed", relayer);

        await TakeQuestionBackAsync(request);

        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { WaitsFor: "ItsReturn" }, "it waits for its return", relayer);
        Assert.Equal(Stage.None, await StageAsync(request));
        await ordeal.BooksAreRightAsync([await ordeal.AskAsync()], mayRevert: true);
    }

    [Fact]
    public async Task Stops_for_good_when_a_final_block_is_taken_back()
    {
        await using var relayer = await StartAsync();
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it is settled", relayer);
        await MineAsync(Final + 2);
        var later = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(later) is not null, "it has all blocks", relayer);

        await ordeal.Client.ReorganiseAsync(Final + 6);

        Assert.Equal(1, await relayer.EndsAsync());
        Assert.Contains("final", relayer.Said(), StringComparison.Ordinal);
        relayer.Launch();
        Assert.Equal(1, await relayer.EndsAsync());
        Assert.Contains("The relayer has stopped", relayer.Said(), StringComparison.Ordinal);
    }

    private async Task<RelayerProcess> StartAsync(int finality = Final)
    {
        var relayer = ordeal.Relayer(
            ordeal.Chain.Endpoint, more: new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_RELAYER_FINALITY"] = finality.ToString(CultureInfo.InvariantCulture) });
        await relayer.StartAsync();
        return relayer;
    }

    private Task MineAsync(int blocks) => blocks == 0 ? Task.CompletedTask : ordeal.Client.MineAsync(blocks);

    private async Task<Stage> StageAsync(Hash32 request) =>
        (Stage)(await ordeal.Network.Hub.CallStateOfAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Stage;

    // Deeper than what was asked: the question is in no block any more, and in no pool.
    private async Task TakeQuestionBackAsync(Hash32 request)
    {
        var asked = await ordeal.BlockOfAsync(request);
        var tip = await ordeal.Client.GetBlockNumberAsync(TestContext.Current.CancellationToken);
        // A block may be made meanwhile.
        await ordeal.Client.ReorganiseAsync((int)(tip.Value - asked.Value) + 2);
    }

    // As many blocks as may be without taking the question back: what the relayer sent in them is in no block any more.
    private async Task TakeBackAsync(Hash32 request, int depth)
    {
        var asked = await ordeal.BlockOfAsync(request);
        var tip = await ordeal.Client.GetBlockNumberAsync(TestContext.Current.CancellationToken);
        var blocks = Math.Min((ulong)depth, tip.Value - asked.Value);
        await ordeal.Client.ReorganiseAsync((int)blocks);
    }
}
