namespace OpenGradient.Cli.Chain;

/// <summary>How long a command waits for what it sent.</summary>
public enum WaitFor
{
    /// <summary>Until a block has it.</summary>
    Mined,

    /// <summary>Until that block is final.</summary>
    Final,
}

/// <summary>One transaction that was sent and mined.</summary>
/// <param name="What">What it did, for people.</param>
/// <param name="Hash">The transaction.</param>
/// <param name="Block">The block that has it.</param>
/// <param name="GasUsed">How much gas it took.</param>
/// <param name="CostEther">What was paid for it in the chain's own currency; null where the endpoint does not say.</param>
/// <param name="IsFinal">Whether its block is final.</param>
public sealed record SentTransaction(string What, string Hash, ulong Block, ulong GasUsed, string? CostEther, bool IsFinal);
