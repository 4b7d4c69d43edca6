using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Cli.Up.Local;

/// <summary>The contracts on the local chain, and who acts on them.</summary>
internal sealed class LocalSystem : IDisposable
{
    private const string ConsumerName = "ScoreBoard";
    private const ulong SignatureSeconds = 3600;
    private const int FundedAccounts = 10;

    // Committees are drawn by the stakes with which the hour began.
    private static readonly TimeSpan StakesCountAfter = TimeSpan.FromHours(1);

    private static readonly UInt256 Stake = Units.Parse("10000", 18);
    private static readonly UInt256 CourtBalance = Units.Parse("10", 18);
    private static readonly UInt256 Funds = Units.Parse("200000", 18);

    public LocalSystem(LocalNetwork network, Deployment deployment)
    {
        (Network, Deployment) = (network, deployment);
        Domain = new HubDomain(network.ChainId, deployment.Hub);
        Hub = new IHubContract(network.Client, deployment.Hub);
        Court = new IChallengeCourtContract(network.Client, deployment.Court);
        Token = new TestTokenContract(network.Client, deployment.Token);
        ScoreBoard = new ScoreBoardContract(network.Client, deployment.AddressOf(ConsumerName));
        Owner = new LocalSender(network.Client, network.Owner, network.ChainId);
        Manual = new LocalSender(network.Client, network.ManualNode, network.ChainId);
        Stranger = new LocalSender(network.Client, network.Stranger, network.ChainId);
    }

    public LocalNetwork Network { get; }

    public Deployment Deployment { get; }

    public HubDomain Domain { get; }

    public IHubContract Hub { get; }

    public IChallengeCourtContract Court { get; }

    public TestTokenContract Token { get; }

    /// <summary>A contract that asks, and keeps the number that comes back.</summary>
    public ScoreBoardContract ScoreBoard { get; }

    public LocalSender Owner { get; }

    /// <summary>The node that is no program.</summary>
    public LocalSender Manual { get; }

    public LocalSender Stranger { get; }

    /// <summary>The fee of a question.</summary>
    public static UInt256 Fee { get; } = Units.Parse("1", 18);

    /// <summary>How often the chain makes a block, in whole seconds.</summary>
    public ulong BlockSeconds => (ulong)Math.Ceiling(Network.BlockTime.TotalSeconds);

    /// <summary>What the operator of the local nodes publishes with.</summary>
    public SendCall Publish => async (call, what, isLast, cancellationToken) =>
    {
        var receipt = await Owner.SendAsync(call, cancellationToken);
        return new SentTransaction(what, receipt.TransactionHash.ToString(), receipt.Block.Number.Value, receipt.GasUsed, receipt.Cost?.ToEther(), IsFinal: true);
    };

    /// <summary>Gives every account of the development mnemonic tokens, and makes the nodes ones that may answer.</summary>
    public async Task FurnishAsync(CancellationToken cancellationToken)
    {
        foreach (var address in Enumerable.Range(0, FundedAccounts).Select(AddressOf).Append(ScoreBoard.Address))
            await Owner.SendAsync(Token.PrepareMint(address, Funds), cancellationToken);
        await Owner.SendAsync(Token.PrepareApprove(Deployment.Nodes, Funds), cancellationToken);
        await Owner.SendAsync(Token.PrepareApprove(Deployment.Hub, Funds), cancellationToken);
        await Owner.SendAsync(Token.PrepareApprove(Deployment.Court, Funds), cancellationToken);
        foreach (var node in Network.Nodes)
            await EnlistAsync(node, NodeRoles.Inference | NodeRoles.Verifier, cancellationToken);
        foreach (var verifier in Network.Verifiers)
            await EnlistAsync(verifier, NodeRoles.Verifier, cancellationToken);
        await EnlistAsync(Network.ManualNode, NodeRoles.Inference, cancellationToken);
        await EnlistAsync(Network.AttestedNode, NodeRoles.Tee, cancellationToken);
        await Network.PassAsync(StakesCountAfter, cancellationToken);
    }

    public void Dispose()
    {
        Owner.Dispose();
        Manual.Dispose();
        Stranger.Dispose();
    }

    private static Address AddressOf(int account)
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(account));
        return signer.Address;
    }

    private async Task EnlistAsync(LocalSigner node, NodeRoles roles, CancellationToken cancellationToken)
    {
        var nodes = new INodeRegistryContract(Network.Client, Deployment.Nodes);
        var deadline = await Network.NowAsync(cancellationToken) + SignatureSeconds;
        var digest = NodeRegistrationDigest.Of(Network.ChainId, Deployment.Nodes, node.Address, Owner.Address, deadline);
        var signature = await node.SignAsync(digest, cancellationToken);
        await Owner.SendAsync(
            nodes.PrepareRegister(
                node.Address, Owner.Address, (byte)roles, "http://127.0.0.1/", string.Empty, deadline, signature.ToBytes()),
            cancellationToken);
        await Owner.SendAsync(nodes.PrepareStake(node.Address, Stake), cancellationToken);
        if (roles.HasFlag(NodeRoles.Inference))
            await Owner.SendAsync(Hub.PrepareDeposit(node.Address, Stake), cancellationToken);
        if (roles.HasFlag(NodeRoles.Verifier))
            await Owner.SendAsync(Court.PrepareDeposit(node.Address, CourtBalance), cancellationToken);
    }
}
