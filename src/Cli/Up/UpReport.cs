namespace OpenGradient.Cli.Up;

/// <summary>What <c>og up</c> started and what was seen to work on it.</summary>
public sealed record UpReport(
    bool Succeeded,
    string ChainUrl,
    string ChainId,
    string Witness,
    IReadOnlyList<WitnessedReceipt> Receipts,
    IReadOnlyList<UpCheck> Checks);

/// <summary>One receipt on its way: signed here, accepted by the contract, and back through the follower.</summary>
/// <param name="RequestId">What the receipt answers.</param>
/// <param name="Assurance">The strength it claims.</param>
/// <param name="Node">Who signed it.</param>
/// <param name="Block">Where it was accepted.</param>
/// <param name="GasUsed">What accepting it cost.</param>
/// <param name="LatencyMs">From signing it until the follower handed out its event.</param>
public sealed record WitnessedReceipt(string RequestId, string Assurance, string Node, ulong Block, ulong GasUsed, double LatencyMs);

/// <summary>Something that must hold, and whether it did.</summary>
public sealed record UpCheck(string What, bool Held, string Detail);
