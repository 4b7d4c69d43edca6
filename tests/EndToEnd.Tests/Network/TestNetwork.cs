using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Inference.Backends;
using OpenGradient.Samples;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Contracts, published models, and whoever asks: what a relayer finds when it starts. Everything is real but the money.</summary>
internal sealed class TestNetwork
{
    /// <summary>For classes of tests that share a chain, and so one account that asks: they run one after another, or two would send by the same nonce.</summary>
    public const string OnSharedChain = "on the shared chain";

    private static readonly UInt256 Much = Units.Parse("1000000", 18);

    private readonly DeployedChainFixture _chain;
    private ulong _nonce;

    private TestNetwork(DeployedChainFixture chain) => _chain = chain;

    public static UInt256 Fee { get; } = Units.Parse("0.01", 18);

    public IHubContract Hub => new(_chain.Client, _chain.Deployment.Hub);

    public TestTokenContract Token => new(_chain.Client, _chain.Deployment.Token);

    public Address Asker => _chain.Owner.Address;

    public static async Task<TestNetwork> OpenAsync(DeployedChainFixture chain)
    {
        var network = new TestNetwork(chain);
        await chain.Owner.SendAsync(network.Token.PrepareMint(chain.Owner.Address, Much));
        await chain.Owner.SendAsync(network.Token.PrepareApprove(chain.Deployment.Hub, Much));
        return network;
    }

    /// <summary>Publishes an artifact of a sample, under a name of its own. Gives the version's id.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="file">Which of its artifacts.</param>
    /// <param name="name">What the model is called here.</param>
    /// <param name="proofCommitment">What is published for its proofs; nothing where it is left out.</param>
    public async Task<Hash32> PublishAsync(string sample, string file, string name, Hash32? proofCommitment = null)
    {
        var model = SampleModels.Read(Repository.Root).Single(model => model.Card.Name == sample);
        var artifact = model.Card.Artifacts.Single(artifact => artifact.File == file);
        return await PublishAsync(name, new IModelRegistryContract.Version(
            1, 0, Hash32.Parse(artifact.ArtifactHash), Hash32.Parse(artifact.SignatureHash), proofCommitment is null ? Address.Zero : _chain.Deployment.Proofs,
            new IModelRegistryContract.Semantics(
                (byte)Enum.Parse<SemanticsKind>(artifact.Semantics),
                artifact.DescriptorHash is { } descriptor ? Hash32.Parse(descriptor) : Hash32.Zero,
                proofCommitment ?? Hash32.Zero,
                UInt256.Parse(artifact.ToleranceAbs ?? "0"),
                UInt256.Parse(artifact.ToleranceRel ?? "0")),
            ["blob:"]));
    }

    /// <summary>Publishes the document of a text model, of which nothing can be compared.</summary>
    public Task<Hash32> PublishTextAsync(ReadOnlyMemory<byte> document, Hash32 signature, string name) => PublishAsync(name, new IModelRegistryContract.Version(
        1, 0, ArtifactSource.HashOf(document.Span), signature, Address.Zero,
        new IModelRegistryContract.Semantics((byte)SemanticsKind.None, Hash32.Zero, Hash32.Zero, UInt256.Zero, UInt256.Zero), ["blob:"]));

    /// <summary>The output that a request was settled with, as the hub told it.</summary>
    public async Task<ReadOnlyMemory<byte>> OutputAsync(Hash32 requestId)
    {
        await ReachesAsync(requestId, Stage.Settled);
        var logs = await _chain.Client.GetLogsAsync(
            BlockTag.Earliest, BlockTag.Latest, new LogFilter([Hub.Address], [[IHubContract.SettledEvent.Topic0]]), TestContext.Current.CancellationToken);
        return IHubContract.SettledEvent.Decode(logs.Single(log => log.Content.Topics[1] == requestId).Content).Output;
    }

    private async Task<Hash32> PublishAsync(string name, IModelRegistryContract.Version version)
    {
        var models = new IModelRegistryContract(_chain.Client, _chain.Deployment.Models);
        var ids = new ModelIds(_chain.Deployment.ChainId, _chain.Deployment.Models);
        await _chain.Owner.SendAsync(models.PrepareCreateModel(name, ""));
        var modelId = ids.ModelIdOf(_chain.Owner.Address, name);
        await _chain.Owner.SendAsync(models.PreparePublishVersion(modelId, version));
        return ids.VersionIdOf(modelId, version);
    }

    /// <summary>Registers a node, gives it stake, a balance for bonds, and gas.</summary>
    public async Task<LocalSigner> EnlistAsync(int account, NodeRoles roles = NodeRoles.Inference | NodeRoles.Verifier | NodeRoles.Prover)
    {
        var stop = TestContext.Current.CancellationToken;
        var node = new LocalSigner(DevelopmentAccounts.Key(account));
        var deployment = _chain.Deployment;
        var nodes = new INodeRegistryContract(_chain.Client, deployment.Nodes);
        var now = await Hub.CallActiveTimeAsync(BlockTag.Pending, stop);
        var deadline = now + 100_000_000;
        var digest = NodeRegistrationDigest.Of(deployment.ChainId, deployment.Nodes, node.Address, _chain.Owner.Address, deadline);
        var signature = await node.SignAsync(digest, stop);
        await _chain.Owner.SendAsync(nodes.PrepareRegister(
            node.Address, _chain.Owner.Address, (byte)roles, "http://127.0.0.1/", "", deadline, signature.ToBytes()));
        await _chain.Owner.SendAsync(Token.PrepareMint(_chain.Owner.Address, Much * 2u));
        await _chain.Owner.SendAsync(Token.PrepareApprove(deployment.Nodes, Much));
        await _chain.Owner.SendAsync(nodes.PrepareStake(node.Address, Much));
        await _chain.Owner.SendAsync(Token.PrepareApprove(deployment.Hub, Much * 2u));
        await _chain.Owner.SendAsync(Hub.PrepareDeposit(node.Address, Much));
        return node;
    }

    /// <summary>Asks, and gives what the hub told.</summary>
    public async Task<IHubContract.RequestedEvent> AskAsync(Hash32 versionId, ReadOnlyMemory<byte> input, ulong seconds = 600, Assurance assurance = Assurance.Signed, Address? assignee = null)
    {
        var request = await RequestAsync(versionId, input, seconds) with { Assurance = (byte)assurance };
        if (assignee is { } only)
            request = request with { Assignee = only, ExclusiveUntil = request.Deadline };
        var receipt = await _chain.Owner.SendAsync(Hub.PrepareRequestRequestBytes(request, input));
        return receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single();
    }

    public async Task<IHubContract.Request> RequestAsync(Hash32 versionId, ReadOnlyMemory<byte> input, ulong seconds = 600)
    {
        var now = await Hub.CallActiveTimeAsync(BlockTag.Pending, TestContext.Current.CancellationToken);
        _nonce++;
        return new IHubContract.Request(
            versionId, (byte)Assurance.Signed, Address.Zero, ExclusiveUntil: 0, Deadline: now + seconds, ChallengeWindow: 0, CallbackGas: 0, Flags: 0,
            QuorumValue: 0, Fee, DeliveryTip: 0u, MinLien: 0u, Keccak256.Hash(input.Span), Hash32.Zero);
    }

    /// <summary>Waits until a request stands there; says where it stood if it never does.</summary>
    public async Task ReachesAsync(Hash32 requestId, Stage stage)
    {
        var stop = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        Stage last;
        do
        {
            last = (Stage)(await Hub.CallStateOfAsync(requestId, cancellationToken: stop)).Stage;
            if (last == stage)
                return;
            await Task.Delay(50, stop);
        }
        while (TimeProvider.System.GetElapsedTime(started) < Eventually.Patience);

        Assert.Fail($"{requestId} is {last} and never became {stage}.");
    }
}
