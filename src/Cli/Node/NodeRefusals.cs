using OpenGradient.Cli.Chain;
using static OpenGradient.Contracts.INodeRegistryContract;

namespace OpenGradient.Cli.Node;

/// <summary>What the register of nodes means when it refuses, and what to do about it.</summary>
internal static class NodeRefusals
{
    /// <param name="token">How amounts of the stake's token are shown.</param>
    public static RefusalWords For(StakeToken token) => reason => ErrorOf(reason) switch
    {
        NodeExistsError(var node) => new($"{node} is registered already.", "`og node status` shows it, `og node set` changes it."),
        NodeUnknownError(var node) => new($"{node} is not registered.", "`og node register` does that."),
        NodeSignatureInvalidError(var node) => new(
            $"The register does not take the signature as one of {node}'s key.", "Look whether both keys are meant, and whether the deployment is the right one."),
        SignatureExpiredError(var deadline) => new(
            $"The node's signature ended at {Times.Show(Times.Of(deadline.FitsUInt64 ? (ulong)deadline : ulong.MaxValue))}.", "Run it again: it makes a new one."),
        NotOperatorError(var node, var caller) => new(
            $"{caller} is not the operator of {node}.", "Use the key that registered the node; `og node status` shows its address."),
        NotCandidateError(var node, var caller) => new($"{node} was not offered to {caller}.", "Its operator has to offer it first."),
        RolesInvalidError(var roles) => new($"The register knows no roles {roles}.", "Give one or more of those that `og node register --help` lists."),
        PayeeInvalidError(var payee) => new($"{payee} cannot be paid.", "Give an address of yours with --payee."),
        TextTooLongError(var length, var most) => new($"A text has {length} bytes, and {most} are the most.", "Shorten the endpoint or the metadata's uri."),
        AmountInvalidError(var amount) => new($"{token.Show(amount)} is no amount for this.", "Give more than nothing."),
        StakeTooSmallError(var free, var needed) => new(
            $"{token.Show(needed)} were asked for, and there are {token.Show(free)} that are not unbonding.", "Give less, or `all`."),
        StakeTooLargeError(var amount, var most) => new($"A node's stake is at most {token.Show(most)}; this would make {token.Show(amount)}.", "Stake less."),
        StakeLockedError(var locked) => new(
            $"{token.Show(locked)} are locked by answers that are not final yet.", "`og node status` shows until when; withdraw again then."),
        StillUnbondingError(var at) => new($"The stake unbonds until {Times.Show(Times.Of(at))}.", "Withdraw then; `og node exit --cancel` puts it to use again."),
        NothingUnbondingError => new("Nothing is unbonding.", "`og node exit` begins it; it takes nine days."),
        TokenTookFeeError(var sent, var received) => new(
            $"Of {token.Show(sent)} that were sent {token.Show(received)} arrived: the token takes a fee.", "Such a token cannot be staked; whoever deployed has to know."),
        { } other => new($"The register refused with {other.GetType().Name}.", "That is not meant to happen here: please report it."),
        null => null,
    };
}
