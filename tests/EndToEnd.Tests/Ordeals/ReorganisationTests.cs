using System.Globalization;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>Blocks that a relayer has worked by are taken back, and others stand in their place.</summary>
public sealed class ReorganisationTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const string Send = "eth_sendRawTransaction";

    // The relayer believes a block for good when so many are above it.
    private const int Final = 8;

    // For questions that are taken back when much was done for them.
    private const int LateFinality = 200;

    private static readonly Hash32 Claimed = IHubContract.ClaimedEvent.Topic0;
    private static readonly Hash32 Settled = IHubContract.SettledEvent.Topic0;
    private static readonly Hash32 Requested = IHubContract.RequestedEvent.Topic0;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(Final - 1)]
    public async Task Claims_again_when_its_claim_is_taken_back(int depth)
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(Final, proxy.Url);
        await ordeal.OnlyBlocksForTransactionsAsync();
        // It claims, and by that claim sends an answer, which comes nowhere for now.
        var sends = LoseAfter(proxy, heard: 1);
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(() => Task.FromResult(sends() > 1), "it sends its answer", relayer);
        var claim = await ordeal.ToldAsync(request, Claimed);
        await ordeal.BuryAsync(claim, depth);

        await ordeal.TakeBackAsync(claim);
        Assert.Equal(Stage.Open, await StageAsync(request));
        proxy.BeHonest();
        await ordeal.LetBlocksGoAsync();

        // Both are sent again, and within one second the hub wants them apart.
        await IsSettledForAllAsync(relayer, request, new BooksLimits { Refused = 1 });
    }

    // The answer alone, or the claim before it, too.
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(Final - 1, false)]
    [InlineData(5, true)]
    [InlineData(Final - 1, true)]
    public async Task Settles_again_when_its_settlement_is_taken_back(int depth, bool withItsClaim)
    {
        await using var relayer = await StartAsync();
        await ordeal.OnlyBlocksForTransactionsAsync();
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it is settled", relayer);
        var settlement = await ordeal.ToldAsync(request, Settled);
        var first = withItsClaim ? await ordeal.ToldAsync(request, Claimed) : settlement;
        await ordeal.BuryAsync(first, depth);

        await ordeal.TakeBackAsync(first);
        await ordeal.LetBlocksGoAsync();

        // As above; and where the claim stands, the blocks that come anew are earlier on this chain than those that they replace: it may still be the claim's second.
        await IsSettledForAllAsync(relayer, request, new BooksLimits { Refused = 1 });
        Assert.NotEqual(settlement.Hash, (await ordeal.ToldAsync(request, Settled)).Hash);
    }

    // None of its transactions comes through, or the claim, or the answer, too.
    [Theory]
    [InlineData(0, Stage.Open)]
    [InlineData(1, Stage.Claimed)]
    [InlineData(2, Stage.Settled)]
    public async Task Answers_a_question_again_that_is_taken_back_and_asked_in_another_block(int heard, Stage stage)
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(LateFinality, proxy.Url);
        var sends = LoseAfter(proxy, heard);
        var (request, question) = await ordeal.AskBySignedAsync();
        await RelayerProcess.UntilAsync(async () => sends() > heard || await StageAsync(request) == Stage.Settled, $"it is {stage}", relayer);
        Assert.Equal(stage, await StageAsync(request));

        await TakeQuestionBackAsync(request, relayer);
        proxy.BeHonest();
        await ordeal.Client.SendRawTransactionAsync(question, Stop);

        // What was sent for it and is sent again meanwhile finds nothing to be sent for.
        await IsSettledForAllAsync(relayer, request, new BooksLimits { Refused = 1, InVain = 1 });
    }

    [Fact]
    public async Task Loses_nothing_by_a_question_that_is_taken_back_for_good()
    {
        await using var relayer = await StartAsync(LateFinality);
        var (request, _) = await ordeal.AskBySignedAsync();
        await RelayerProcess.UntilAsync(async () => await StageAsync(request) is Stage.Claimed or Stage.Settled, "it is claimed", relayer);

        await TakeQuestionBackAsync(request, relayer);

        // The bond that it had put down is back with the block that it was put down in. The chain's time went back, too: by what the relayer knows of it a claim may seem older than it is.
        await ordeal.BooksAreRightAsync([await ordeal.AskAsync()], new BooksLimits { Refused = 1, InVain = 1 });
        Assert.Equal(Stage.None, await StageAsync(request));
    }

    [Fact]
    public async Task Stops_for_good_when_a_final_block_is_taken_back()
    {
        await using var relayer = await StartAsync();
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it is settled", relayer);
        await ordeal.Client.MineAsync(Final + 2);
        var later = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(later) is not null, "it has all blocks", relayer);

        await ordeal.Client.ReorganiseAsync(Final + 6);

        Assert.Equal(1, await relayer.EndsAsync());
        Assert.Contains("final", relayer.Said(), StringComparison.Ordinal);
        relayer.Launch();
        Assert.Equal(1, await relayer.EndsAsync());
        Assert.Contains("The relayer has stopped", relayer.Said(), StringComparison.Ordinal);
    }

    private async Task<RelayerProcess> StartAsync(int finality = Final, Uri? endpoint = null)
    {
        var relayer = ordeal.Relayer(
            endpoint ?? ordeal.Chain.Endpoint,
            more: new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_RELAYER_FINALITY"] = finality.ToString(CultureInfo.InvariantCulture) });
        await relayer.StartAsync();
        return relayer;
    }

    private async Task IsSettledForAllAsync(RelayerProcess relayer, Hash32 request, BooksLimits limits)
    {
        await ordeal.BooksAreRightAsync([request], limits);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it knows that it is settled", relayer);
    }

    // Loses what is sent after so many of them. Gives how many there were.
    private static Func<int> LoseAfter(HostileProxy proxy, int heard)
    {
        var sends = 0;
        proxy.Rule = call => call.Method == Send && Interlocked.Increment(ref sends) > heard ? new Misdeed.LosesTheMessage() : null;
        return () => Volatile.Read(ref sends);
    }

    private async Task<Stage> StageAsync(Hash32 request) => (Stage)(await ordeal.Network.Hub.CallStateOfAsync(request, cancellationToken: Stop)).Stage;

    // The question is in no block any more, and in no pool.
    private async Task TakeQuestionBackAsync(Hash32 request, RelayerProcess relayer)
    {
        var asked = await ordeal.ToldAsync(request, Requested);
        await ordeal.OnlyBlocksForTransactionsAsync();
        await ordeal.TakeBackAsync(asked);
        await ordeal.LetBlocksGoAsync();
        Assert.Equal(Stage.None, await StageAsync(request));
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { WaitsFor: "ItsReturn" }, "it waits for its return", relayer);
    }
}
