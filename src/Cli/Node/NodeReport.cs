using OpenGradient.Cli.Chain;

namespace OpenGradient.Cli.Node;

/// <summary>What a command did to a node, and how the node stands now.</summary>
/// <param name="Node">The node's hot key.</param>
/// <param name="Transactions">What was sent, in order.</param>
/// <param name="Standing">How it stands; null where it is not registered.</param>
public sealed record NodeReport(string Node, IReadOnlyList<SentTransaction> Transactions, NodeStanding? Standing);

/// <summary>A node as the register has it. Amounts are in tokens, times in UTC.</summary>
public sealed record NodeStanding
{
    /// <summary>The cold key.</summary>
    public required string Operator { get; init; }

    /// <summary>Who is paid for what the node does.</summary>
    public required string Payee { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>All stake, with what is unbonding and what is locked.</summary>
    public required string Stake { get; init; }

    /// <summary>What new answers can lock.</summary>
    public required string Free { get; init; }

    public required string Locked { get; init; }

    /// <summary>What challenges in progress hold, a part of what is locked.</summary>
    public required string Held { get; init; }

    public required string Unbonding { get; init; }

    /// <summary>When what is unbonding can be withdrawn; null where nothing is.</summary>
    public DateTimeOffset? WithdrawableAt { get; init; }

    /// <summary>What answers that are not final yet lock, by when they will be.</summary>
    public required IReadOnlyList<NodeLien> Liens { get; init; }
}

/// <summary>What is locked until an hour ends.</summary>
/// <param name="Amount">In tokens.</param>
/// <param name="EndsAt">When, if the hub is not paused in between: its clock stands still meanwhile.</param>
public sealed record NodeLien(string Amount, DateTimeOffset EndsAt);
