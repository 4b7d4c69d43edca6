using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>What a proof has settled is final on the hub at once, and in the relayer's books no sooner than its block is.</summary>
public sealed class ProofReorganisationTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const int Depth = 5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settles_again_when_the_settlement_of_a_proof_is_taken_back(bool withItsClaim)
    {
        var sample = ProvableSample.Read("volatility");
        var (relayer, version) = await ordeal.ProverAsync(sample, ordeal.Chain.Endpoint, withItsClaim ? "volatility-unclaimed" : "volatility-unsettled");
        await using var running = relayer;
        await relayer.StartAsync();
        await ordeal.OnlyBlocksForTransactionsAsync();
        var request = (await ordeal.Network.AskAsync(version, sample.Input(1), assurance: Assurance.Proven)).RequestId;
        // It has nothing to do any more.
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled", Ended: "Answered" }, "it is settled by a proof, and over", relayer);
        var settlement = await ordeal.ToldAsync(request, IHubContract.SettledEvent.Topic0);
        var first = withItsClaim ? await ordeal.ToldAsync(request, IHubContract.ClaimedEvent.Topic0) : settlement;
        await ordeal.BuryAsync(first, Depth);

        await ordeal.TakeBackAsync(first);
        await ordeal.LetBlocksGoAsync();

        // Sent again with its claim it may be in the claim's own second, when the hub does not take it yet.
        await ordeal.BooksAreRightAsync([request], new BooksLimits { Refused = 1 });
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled", Ended: "Answered" }, "it knows that it is settled", relayer);
        Assert.NotEqual(settlement.Hash, (await ordeal.ToldAsync(request, IHubContract.SettledEvent.Topic0)).Hash);
    }
}
