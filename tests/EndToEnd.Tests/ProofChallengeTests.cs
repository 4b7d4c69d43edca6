using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>A verifier that can prove, and a node that signs what is wrong: no committee, no bond, one transaction.</summary>
[Collection(TestNetwork.OnSharedChain)]
public sealed class ProofChallengeTests(DeployedChainFixture chain)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_signed_answer_of_a_provable_version_is_overturned_by_a_proof_and_slashed()
    {
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        var version = await sample.PublishAsync(network, "volatility-disproven");
        using var liar = await network.EnlistAsync(1);
        using var honest = await network.EnlistAsync(2);
        using var wrong = new TestRelayer(chain.Deployment, chain.Endpoint);
        using var right = new TestRelayer(chain.Deployment, chain.Endpoint);
        await sample.StoreAsync(wrong.BlobFolder);
        await sample.StoreAsync(right.BlobFolder);
        // Others work on the same chain.
        var served = ServedVersions.TryParse(version.ToString(), out var alone, out _) ? alone : throw new InvalidOperationException("It is no version's id.");
        var proving = new ProvingOptions
        {
            Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(sample.Setup)),
            CacheFolder = Path.Combine(right.BlobFolder, "..", "proofs"),
        };
        wrong.Options = wrong.Options with { Versions = served, Proving = proving, Preparing = truth => new Liar(truth, (_, output) => Other(output)) };
        right.Options = right.Options with
        {
            Versions = served,
            Verifying = new VerifyingOptions { RunsAnyVersion = false, Poll = TimeSpan.FromMilliseconds(200), LookAgain = TimeSpan.FromSeconds(1) },
            Proving = proving,
        };
        await using var lying = await wrong.StartAsync(liar);
        await using var verifying = await right.StartAsync(honest);
        var nodes = new INodeRegistryContract(chain.Client, chain.Deployment.Nodes);
        var stake = (await nodes.CallNodeOfAsync(liar.Address, cancellationToken: Stop)).Stake;
        var asked = await network.AskAsync(version, sample.Input(1), assignee: liar.Address);

        var overturned = await OverturnedAsync(network, asked.RequestId);

        // The right answer stands in the place of the wrong one, and is final.
        Assert.True(overturned.IsCorrected);
        Assert.Equal(honest.Address, overturned.Challenger);
        Assert.Equal((byte)Assurance.Proven, overturned.Settlement.Assurance);
        Assert.True(await network.Hub.CallIsFinalAsync(asked.RequestId, cancellationToken: Stop));
        var settled = IHubContract.SettledEvent.Decode((await LogsAsync(network, IHubContract.SettledEvent.Topic0, asked.RequestId))[0].Content);
        Assert.Equal(overturned.Settlement.OutputCommit, Keccak256.Hash(Other(settled.Output)));
        // Who signed the wrong one has lost its lien; three tenths of it are the challenger's.
        Assert.Equal(TestNetwork.Fee * 100u, overturned.Slashed);
        Assert.Equal(stake - overturned.Slashed, (await nodes.CallNodeOfAsync(liar.Address, cancellationToken: Stop)).Stake);
        Assert.Equal(0, (await new IChallengeCourtContract(chain.Client, chain.Deployment.Court).CallCaseOfAsync(asked.RequestId, cancellationToken: Stop)).Stage);
        using var http = new HttpClient { BaseAddress = verifying.Address };
        await Eventually.UntilAsync(
            async () => (await http.GetStringAsync(new Uri("/api/reviews?verdict=Differs", UriKind.Relative), Stop)).Contains("\"challenge\":\"Won\"", StringComparison.Ordinal),
            "the challenge is won, and its reward moved on", Stop);
    }

    // The same twice is the first again.
    private static byte[] Other(ReadOnlyMemory<byte> output)
    {
        var other = output.ToArray();
        other[^4] ^= 1;
        return other;
    }

    private async Task<IHubContract.OverturnedEvent> OverturnedAsync(TestNetwork network, Hash32 requestId)
    {
        await Eventually.UntilAsync(async () => (await LogsAsync(network, IHubContract.OverturnedEvent.Topic0, requestId)).Count > 0, "the answer is overturned", Stop);
        return IHubContract.OverturnedEvent.Decode((await LogsAsync(network, IHubContract.OverturnedEvent.Topic0, requestId))[0].Content);
    }

    private Task<IReadOnlyList<LocatedLog>> LogsAsync(TestNetwork network, Hash32 topic, Hash32 requestId) =>
        chain.Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([network.Hub.Address], [[topic], [requestId]]), Stop);
}
