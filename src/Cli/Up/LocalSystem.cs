using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Up;

/// <summary>
/// The contracts on the local chain, and who acts on them: the owner, who publishes the model and operates the node, and the node. The consumer is a contract
/// that anyone asks through.
/// </summary>
internal sealed class LocalSystem(LocalNetwork network, Deployment deployment)
{
    private const string ConsumerName = "ScoreBoard";
    private const ulong SignatureSeconds = 3600;

    private static readonly UInt256 Stake = Units.Parse("10000", 18);
    private static readonly UInt256 Funds = Units.Parse("1000", 18);

    public LocalNetwork Network => network;

    public Deployment Deployment => deployment;

    public HubDomain Domain { get; } = new(network.ChainId, deployment.Hub);

    public IHubContract Hub { get; } = new(network.Client, deployment.Hub);

    public ScoreBoardContract Consumer { get; } = new(network.Client, deployment.AddressOf(ConsumerName));

    public DevelopmentSender Owner { get; } = new(network.Client, network.Deployer, network.ChainId);

    public DevelopmentSender Node { get; } = new(network.Client, network.Node, network.ChainId);

    /// <summary>The fee of a question.</summary>
    public static UInt256 Fee { get; } = Units.Parse("1", 18);

    /// <summary>Publishes the model, makes the node one that may answer, and gives the consumer what it pays with. Gives the version's id.</summary>
    public async Task<Hash32> FurnishAsync(Action<UpStep> onStep, CancellationToken cancellationToken)
    {
        var versionId = await PublishAsync(onStep, cancellationToken);
        await RegisterNodeAsync(onStep, cancellationToken);
        var token = new TestTokenContract(network.Client, deployment.Token);
        await SendAsync(Owner, token.PrepareMint(Owner.Address, Stake + Funds), "mint test tokens");
        await SendAsync(Owner, token.PrepareApprove(deployment.Nodes, Stake), "allow the register of nodes to take the stake");
        await SendAsync(Owner, new INodeRegistryContract(network.Client, deployment.Nodes).PrepareStake(Node.Address, Stake), "stake");
        await SendAsync(Owner, token.PrepareApprove(deployment.Hub, Funds), "allow the hub to take the node's bonds");
        await SendAsync(Owner, Hub.PrepareDeposit(Node.Address, Funds), "deposit for the node's bonds");
        await SendAsync(Owner, token.PrepareMint(Consumer.Address, Funds), "give the consumer tokens");
        return versionId;

        async Task SendAsync(DevelopmentSender sender, ContractCall call, string step) =>
            onStep(await StepAsync(sender, call, step, cancellationToken));
    }

    private async Task<Hash32> PublishAsync(Action<UpStep> onStep, CancellationToken cancellationToken)
    {
        var models = new IModelRegistryContract(network.Client, deployment.Models);
        var ids = new ModelIds(network.ChainId, deployment.Models);
        var modelId = ids.ModelIdOf(Owner.Address, ScoreModel.Name);
        var version = new IModelRegistryContract.Version(
            Major: 1,
            Minor: 0,
            ArtifactHash: Keccak256.Hash("The mean of the features, which needs no artifact."u8),
            SignatureHash: Keccak256.Hash("features: FLOAT [1, n] -> score: FLOAT [1]"u8),
            ProofVerifier: Address.Zero,
            Semantics: new IModelRegistryContract.Semantics(
                (byte)SemanticsKind.Float, Hash32.Zero, Hash32.Zero, ToleranceAbs: Units.Parse("0.000001", 18), ToleranceRel: UInt256.Zero),
            Uris: ["urn:opengradient:demo-score"]);
        onStep(await StepAsync(Owner, models.PrepareCreateModel(ScoreModel.Name, string.Empty), "create a model", cancellationToken));
        onStep(await StepAsync(Owner, models.PreparePublishVersion(modelId, version), "publish its version", cancellationToken));
        return ids.VersionIdOf(modelId, version);
    }

    private async Task RegisterNodeAsync(Action<UpStep> onStep, CancellationToken cancellationToken)
    {
        var nodes = new INodeRegistryContract(network.Client, deployment.Nodes);
        var deadline = (await network.NowAsync(cancellationToken)) + SignatureSeconds;
        var digest = NodeRegistrationDigest.Of(network.ChainId, deployment.Nodes, Node.Address, Owner.Address, deadline);
        var signature = await network.Node.SignAsync(digest, cancellationToken);
        var call = nodes.PrepareRegister(
            Node.Address, Owner.Address, (byte)NodeRoles.Inference, "http://127.0.0.1/", string.Empty, deadline, signature.ToBytes());
        onStep(await StepAsync(Owner, call, "register a node", cancellationToken));
    }

    private static async Task<UpStep> StepAsync(DevelopmentSender sender, ContractCall call, string step, CancellationToken cancellationToken)
    {
        var receipt = await sender.SendAsync(call, cancellationToken: cancellationToken);
        return new UpStep(RequestId: null, step, Stage: null, receipt.Block.Number.Value, receipt.GasUsed);
    }
}
