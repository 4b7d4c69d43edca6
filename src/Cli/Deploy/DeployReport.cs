namespace OpenGradient.Cli.Deploy;

/// <summary>What <c>og deploy</c> did, or with <c>--plan</c> what it would do.</summary>
/// <param name="IsDone">Whether everything stands and was checked.</param>
/// <param name="ChainId">The chain's number; null for a plan.</param>
/// <param name="AddressesFile">Where the addresses stand; null for a plan.</param>
/// <param name="Contracts">The contracts that stand.</param>
/// <param name="Missing">What would be deployed, and where; of a plan only.</param>
public sealed record DeployReport(
    bool IsDone, string? ChainId, string? AddressesFile, IReadOnlyList<DeployedRow> Contracts, IReadOnlyList<string> Missing);

/// <summary>One contract that stands.</summary>
public sealed record DeployedRow(string Name, string Address, ulong Block, string CodeHash);
