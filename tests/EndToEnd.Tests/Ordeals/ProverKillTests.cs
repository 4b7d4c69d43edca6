using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>A prover is killed while answers wait for their proof, and between the proof and its settlement.</summary>
public sealed class ProverKillTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const string Send = "eth_sendRawTransaction";
    private const int Batch = 3;

    [Fact]
    public async Task Is_killed_while_answers_wait_for_their_proof()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        var sample = ProvableSample.Read("volatility");
        await using var relayer = await StartAsync(sample, proxy, "volatility-waiting");
        var requests = await AskAsync(sample);
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(requests[^1]) is { WaitsFor: "Proof" }, "it waits for its proof", relayer);

        await relayer.KillAsync();
        await relayer.StartAsync();

        await ordeal.BooksAreRightAsync(requests);
    }

    // Each of the first ones claims; the one after them brings the proof.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_killed_when_nobody_heard_of_the_proof_that_it_sent(bool isTaken)
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        var sample = ProvableSample.Read("volatility");
        await using var relayer = await StartAsync(sample, proxy, isTaken ? "volatility-taken" : "volatility-lost");
        var sends = 0;
        proxy.Rule = call => call.Method != Send || Interlocked.Increment(ref sends) <= Batch ? null
            : isTaken ? new Misdeed.LosesTheAnswer() : new Misdeed.LosesTheMessage();
        var requests = await AskAsync(sample);
        await RelayerProcess.UntilAsync(() => Task.FromResult(Volatile.Read(ref sends) > Batch), "it sends the proof", relayer);

        await relayer.KillAsync();
        proxy.BeHonest();
        await relayer.StartAsync();

        await ordeal.BooksAreRightAsync(requests);
    }

    private Hash32 Version { get; set; }

    private async Task<RelayerProcess> StartAsync(ProvableSample sample, HostileProxy proxy, string name)
    {
        (var relayer, Version) = await ordeal.ProverAsync(sample, proxy.Url, name);
        await relayer.StartAsync();
        return relayer;
    }

    private async Task<IReadOnlyList<Hash32>> AskAsync(ProvableSample sample)
    {
        List<Hash32> asked = [];
        for (var i = 0; i < Batch; i++)
            asked.Add((await ordeal.Network.AskAsync(Version, sample.Input(i), assurance: Assurance.Proven)).RequestId);
        return asked;
    }
}
