using System.Net.Http.Json;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>Proofs of a real prover, checked by the verifier on the chain.</summary>
[Collection(TestNetwork.OnSharedChain)]
public sealed class ProvenRequestTests(DeployedChainFixture chain)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_asked_together_is_settled_by_one_proof_and_delivered()
    {
        const int Batch = 5;
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        var version = await sample.PublishAsync(network, "volatility-proven");
        using var node = await network.EnlistAsync(5);
        using var relayer = await RelayerAsync(sample, wait: TimeSpan.FromMinutes(2), items: Batch);
        await using var host = await relayer.StartAsync(node);

        List<IHubContract.RequestedEvent> asked = [];
        for (var i = 0; i < Batch; i++)
            asked.Add(await network.AskAsync(version, sample.Input(i), assurance: Assurance.Proven));
        foreach (var request in asked)
            await network.ReachesAsync(request.RequestId, Stage.Settled);

        var settled = await SettledAsync(network, asked);
        // A full batch waits for nobody.
        Assert.Single(settled.Select(log => log.TransactionHash).Distinct());
        foreach (var (log, request) in settled.Zip(asked))
        {
            var told = IHubContract.SettledEvent.Decode(log.Content);
            Assert.Equal(Keccak256.Hash(told.Output.Span), told.Settlement.OutputCommit);
            Assert.Equal((byte)Assurance.Proven, told.Settlement.Assurance);
            Assert.Equal(request.RequestId, told.RequestId);
            // It is final at once.
            Assert.Equal(0UL, told.Until);
        }
    }

    [Fact]
    public async Task A_contract_that_asks_for_a_proof_is_called_back_with_the_answer()
    {
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        var version = await sample.PublishAsync(network, "volatility-delivered");
        using var node = await network.EnlistAsync(6);
        using var relayer = await RelayerAsync(sample, wait: TimeSpan.Zero);
        await using var host = await relayer.StartAsync(node);
        var consumer = new PlainConsumerContract(chain.Client, await chain.Owner.DeployAsync(PlainConsumerContract.Deployment(network.Hub.Address), Stop));
        await chain.Owner.SendAsync(network.Token.PrepareMint(consumer.Address, TestNetwork.Fee), cancellationToken: Stop);

        // It passes on to the hub whatever it is called with.
        var request = await network.RequestAsync(version, sample.Input(1)) with { Assurance = (byte)Assurance.Proven, CallbackGas = 100_000 };
        var asking = new ContractCall(consumer.Address, network.Hub.PrepareRequestRequestBytes(request, sample.Input(1)).Data);
        var receipt = await chain.Owner.SendAsync(asking, cancellationToken: Stop);
        var asked = receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single();
        await network.ReachesAsync(asked.RequestId, Stage.Settled);

        var logs = await chain.Client.GetLogsAsync(
            BlockTag.Earliest, BlockTag.Latest, new LogFilter([network.Hub.Address], [[IHubContract.DeliveredEvent.Topic0], [asked.RequestId]]), Stop);
        Assert.True(IHubContract.DeliveredEvent.Decode(Assert.Single(logs).Content).Succeeded);
    }

    [Fact]
    public async Task Versions_whose_commitment_is_not_their_artifacts_are_not_worked_on()
    {
        // Those without one are: nothing can be proven against whoever answers them.
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        var wrong = await network.PublishAsync("volatility", "model.ogq", "volatility-wrong", Keccak256.Hash("another"u8));
        var without = await network.PublishAsync("volatility", "model.ogq", "volatility-without");
        using var node = await network.EnlistAsync(7);
        using var relayer = await RelayerAsync(sample, wait: TimeSpan.Zero);
        await using var host = await relayer.StartAsync(node);

        var signed = await network.AskAsync(wrong, sample.Input(1));
        var proven = await network.AskAsync(wrong, sample.Input(2), assurance: Assurance.Proven);
        var plain = await network.AskAsync(without, sample.Input(3));

        Assert.StartsWith("CommitmentWrong", await TurnedAwayAsync(host, signed.RequestId), StringComparison.Ordinal);
        Assert.StartsWith("CommitmentWrong", await TurnedAwayAsync(host, proven.RequestId), StringComparison.Ordinal);
        await network.ReachesAsync(plain.RequestId, Stage.Settled);
    }

    [Fact]
    public async Task A_setup_that_is_not_the_verifiers_is_refused_at_the_start()
    {
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        using var node = await network.EnlistAsync(8);
        using var relayer = await RelayerAsync(sample, wait: TimeSpan.Zero);
        var other = DevelopmentSetup.FromSeed("another", 4, new Prover.Work(1, Stop));
        relayer.Options = relayer.Options with { Proving = relayer.Options.Proving! with { Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(other)) } };

        var failure = await Assert.ThrowsAsync<RelayerStartException>(() => relayer.StartAsync(node));

        Assert.Contains("is not that of the verifier", failure.Problem, StringComparison.Ordinal);
    }

    private async Task<TestRelayer> RelayerAsync(ProvableSample sample, TimeSpan wait, int items = 64)
    {
        var relayer = new TestRelayer(chain.Deployment, chain.Endpoint);
        await sample.StoreAsync(relayer.BlobFolder);
        relayer.Options = relayer.Options with
        {
            Proving = new ProvingOptions
            {
                Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(sample.Setup)),
                CacheFolder = Path.Combine(relayer.BlobFolder, "..", "proofs"),
                Batches = new ProofLimits { Wait = wait, Items = items, UrgentSeconds = 30 },
            },
        };
        return relayer;
    }

    private async Task<IReadOnlyList<LocatedLog>> SettledAsync(TestNetwork network, IReadOnlyList<IHubContract.RequestedEvent> asked)
    {
        var logs = await chain.Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([network.Hub.Address], [[IHubContract.SettledEvent.Topic0]]), Stop);
        return [.. asked.Select(request => Assert.Single(logs, log => log.Content.Topics[1] == request.RequestId))];
    }

    private static async Task<string> TurnedAwayAsync(RelayerHost host, Hash32 requestId)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        string? reason = null;
        await Eventually.UntilAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), Stop);
                reason = answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JobDetails>(Stop))?.Job.TurnedAway : null;
                return reason is not null;
            },
            "the request is turned away", Stop);
        return reason!;
    }
}
