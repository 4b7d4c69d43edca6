using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Cli.Node;

/// <summary>What an operator does with a node, each as the transactions that it takes.</summary>
internal sealed class NodeActions(ChainSession chain, StakeToken token, TransactionSender sender)
{
    private static readonly TimeSpan SignatureTime = TimeSpan.FromHours(1);

    private readonly INodeRegistryContract _register = new(chain.Client, chain.Deployment.Nodes);
    private readonly RefusalWords _words = NodeRefusals.For(token);
    private readonly List<SentTransaction> _sent = [];

    public IReadOnlyList<SentTransaction> Sent => _sent;

    /// <summary>Registers a hot key under the operator; the hot key agrees by its signature.</summary>
    public async Task RegisterAsync(ISigner node, NodeDescription description, Address? payee, CancellationToken cancellationToken)
    {
        var until = await chain.NowAsync(cancellationToken) + SignatureTime;
        var deadline = (ulong)until.ToUnixTimeSeconds();
        var digest = NodeRegistrationDigest.Of(chain.Id, chain.Deployment.Nodes, node.Address, sender.Address, deadline);
        var signature = await node.SignAsync(digest, cancellationToken);
        await SendAsync(
            _register.PrepareRegister(
                node.Address, payee ?? sender.Address, (byte)description.Roles, description.Endpoint, description.MetadataUri, deadline, signature.ToBytes()),
            $"register {node.Address}", isLast: true, cancellationToken);
    }

    public async Task SetAsync(Address node, NodeDescription? description, Address? payee, CancellationToken cancellationToken)
    {
        if (description is not null)
        {
            await SendAsync(
                _register.PrepareSetNode(node, (byte)description.Roles, description.Endpoint, description.MetadataUri), "set what the node does",
                isLast: payee is null, cancellationToken);
        }

        if (payee is { } address)
            await SendAsync(_register.PrepareSetPayee(node, address), $"set the payee to {address}", isLast: true, cancellationToken);
    }

    /// <summary>Adds stake, and allows the register to take exactly that where it may not yet.</summary>
    public async Task StakeAsync(Address node, UInt256 amount, CancellationToken cancellationToken)
    {
        if ((await _register.CallNodeOfAsync(node, cancellationToken: cancellationToken)).Operator.IsZero)
            throw new ExpectedFailureException(ExitCode.Failed, $"{node} is not registered.", "`og node register` comes first.");

        var erc20 = new IERC20Contract(chain.Client, token.Address);
        var balance = await erc20.CallBalanceOfAsync(sender.Address, cancellationToken: cancellationToken);
        if (balance < amount)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"{sender.Address} has {token.Show(balance)}, and {token.Show(amount)} are to be staked.", $"The token is {token.Address}: get some of it first.");
        }

        var allowance = await erc20.CallAllowanceAsync(sender.Address, chain.Deployment.Nodes, cancellationToken: cancellationToken);
        if (allowance < amount)
        {
            // Some tokens change an allowance only from or to zero.
            if (!allowance.IsZero)
                await SendAsync(erc20.PrepareApprove(chain.Deployment.Nodes, UInt256.Zero), "take back what was allowed before", isLast: false, cancellationToken);
            await SendAsync(erc20.PrepareApprove(chain.Deployment.Nodes, amount), $"allow the register to take {token.Show(amount)}", isLast: false, cancellationToken);
        }

        await SendAsync(_register.PrepareStake(node, amount), $"stake {token.Show(amount)}", isLast: true, cancellationToken);
    }

    /// <summary>Begins to unbond an amount, or all that is not unbonding yet.</summary>
    public async Task ExitAsync(Address node, UInt256? amount, bool restart, CancellationToken cancellationToken)
    {
        var found = await _register.CallNodeOfAsync(node, cancellationToken: cancellationToken);
        if (!found.Unbonding.IsZero && !restart)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed,
                $"{token.Show(found.Unbonding)} unbond until {Times.Show(Times.Of(found.UnbondedAt))}; unbonding more would start the nine days anew, for these too.",
                "Withdraw them first, or give --restart.");
        }

        var wanted = amount ?? (found.Stake - found.Unbonding);
        await SendAsync(_register.PrepareStartUnbonding(node, wanted), $"unbond {token.Show(wanted)}", isLast: true, cancellationToken);
    }

    public Task CancelExitAsync(Address node, CancellationToken cancellationToken) =>
        SendAsync(_register.PrepareCancelUnbonding(node), "put what is unbonding to use again", isLast: true, cancellationToken);

    public Task WithdrawAsync(Address node, CancellationToken cancellationToken) =>
        SendAsync(_register.PrepareWithdraw(node), "withdraw what has unbonded", isLast: true, cancellationToken);

    private async Task SendAsync(ContractCall call, string what, bool isLast, CancellationToken cancellationToken) =>
        _sent.Add(await sender.SendAsync(call, what, _words, isLast, cancellationToken));
}

/// <summary>What a node does and where it is found.</summary>
internal sealed record NodeDescription(NodeRoles Roles, string Endpoint, string MetadataUri);
