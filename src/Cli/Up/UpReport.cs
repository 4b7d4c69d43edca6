namespace OpenGradient.Cli.Up;

/// <summary>What <c>og up</c> started and what was seen to work on it.</summary>
/// <param name="Succeeded">Whether every check held.</param>
/// <param name="ChainUrl">Where the chain answers.</param>
/// <param name="ChainId">Its number.</param>
/// <param name="AddressesFile">Where the addresses of all contracts stand.</param>
/// <param name="Contracts">The addresses, by the contracts' names.</param>
/// <param name="Steps">What was done, in order.</param>
/// <param name="Checks">What must hold of it.</param>
public sealed record UpReport(
    bool Succeeded,
    string ChainUrl,
    string ChainId,
    string AddressesFile,
    IReadOnlyDictionary<string, string> Contracts,
    IReadOnlyList<UpStep> Steps,
    IReadOnlyList<UpCheck> Checks);

/// <summary>One transaction on a request's way.</summary>
/// <param name="RequestId">The request; null for what comes before any.</param>
/// <param name="Step">What was done.</param>
/// <param name="Stage">Where the request stands afterwards.</param>
/// <param name="Block">The block it was done in.</param>
/// <param name="GasUsed">What it cost.</param>
public sealed record UpStep(string? RequestId, string Step, string? Stage, ulong Block, ulong GasUsed);

/// <summary>Something that must hold, and whether it did.</summary>
public sealed record UpCheck(string What, bool Held, string Detail);
