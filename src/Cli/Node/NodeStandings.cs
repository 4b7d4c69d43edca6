using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Node;

/// <summary>Reads how a node stands.</summary>
internal static class NodeStandings
{
    private const ulong HourSeconds = 3600;

    // The longest lien: eight days, and the hour that was begun.
    private const ulong Horizon = (8 * 24) + 1;
    private const int AtOnce = 32;

    public static async Task<NodeStanding?> ReadAsync(ChainSession chain, StakeToken token, Address node, CancellationToken cancellationToken)
    {
        var register = new INodeRegistryContract(chain.Client, chain.Deployment.Nodes);
        var found = await register.CallNodeOfAsync(node, cancellationToken: cancellationToken);
        if (found.Operator.IsZero)
            return null;

        var activeTime = await new IHubContract(chain.Client, chain.Deployment.Hub).CallActiveTimeAsync(cancellationToken: cancellationToken);
        var free = await register.CallFreeStakeOfAsync(node, activeTime, cancellationToken: cancellationToken);
        var now = await chain.NowAsync(cancellationToken);
        return new NodeStanding
        {
            Operator = found.Operator.ToString(),
            Payee = found.Payee.ToString(),
            Roles = NamesOf((NodeRoles)found.Roles),
            Stake = token.Format(found.Stake),
            Free = token.Format(free),
            Locked = token.Format(found.Locked),
            Held = token.Format(found.Held),
            Unbonding = token.Format(found.Unbonding),
            WithdrawableAt = found.Unbonding.IsZero ? null : Times.Of(found.UnbondedAt),
            // Nothing that is locked: then there is no hour to ask for.
            Liens = found.Locked == found.Held ? [] : await LiensAsync(register, token, node, activeTime, now, cancellationToken),
        };
    }

    public static IReadOnlyList<string> NamesOf(NodeRoles roles) =>
        [.. Enum.GetValues<NodeRoles>().Where(role => role != NodeRoles.None && roles.HasFlag(role)).Select(role => role.ToString())];

    // The client puts what is asked at once into few messages.
    private static async Task<NodeLien[]> LiensAsync(
        INodeRegistryContract register, StakeToken token, Address node, ulong activeTime, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<NodeLien> liens = [];
        var first = (activeTime / HourSeconds) + 1;
        foreach (var hours in Enumerable.Range(0, (int)Horizon).Select(offset => first + (ulong)offset).Chunk(AtOnce))
        {
            var amounts = await Task.WhenAll(hours.Select(hour =>
                register.CallLienBucketOfAsync(node, hour * HourSeconds, cancellationToken: cancellationToken).AsTask()));
            liens.AddRange(hours.Zip(amounts).Where(bucket => !bucket.Second.IsZero).Select(bucket =>
                new NodeLien(token.Format(bucket.Second), now + TimeSpan.FromSeconds((bucket.First * HourSeconds) - activeTime))));
        }

        return [.. liens];
    }
}
