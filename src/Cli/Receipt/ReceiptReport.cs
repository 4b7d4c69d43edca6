using System.Text.Json.Nodes;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Receipt;

/// <summary>A receipt as the chain has it.</summary>
public sealed record ReceiptReport
{
    public required string RequestId { get; init; }

    public required ReceiptFile Receipt { get; init; }

    /// <summary>What its signer has signed.</summary>
    public required string Digest { get; init; }

    /// <summary>Who signed; null where the evidence is no signature.</summary>
    public string? Signer { get; init; }

    /// <summary>"production" or "emulated": whose evidence stands behind the key, by the hub; null where none does.</summary>
    public string? RootLabel { get; init; }

    /// <summary>Where the request is, by the hub.</summary>
    public required string Stage { get; init; }

    /// <summary>Whether this answer is the request's, as things are: nobody has overturned it, and no court is judging.</summary>
    public required bool Stands { get; init; }

    /// <summary>Whether it can no longer be contested.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>When it becomes final, if the hub is not paused in between; null where it is, or is being contested.</summary>
    public DateTimeOffset? FinalAt { get; init; }

    public required bool WasContested { get; init; }

    /// <summary>How that ended: Upheld or Overturned; null where it has not, or there was none.</summary>
    public string? Judgement { get; init; }

    /// <summary>Whether the callback has succeeded; null where none was asked for or tried.</summary>
    public bool? IsDelivered { get; init; }

    public required string RequestTransaction { get; init; }

    public required string SettlementTransaction { get; init; }

    public required ulong SettlementBlock { get; init; }

    /// <summary>The answer's tensors; null where there is none here.</summary>
    public JsonObject? Answer { get; init; }

    public required IReadOnlyList<ReceiptCheck> Checks { get; init; }
}

/// <summary>What <c>og receipt verify</c> says of a file.</summary>
/// <param name="Verdict">Valid; Invalid; or Incomplete where something cannot be told without the chain.</param>
/// <param name="RequestId">The request that the receipt is about.</param>
/// <param name="Digest">What was signed.</param>
/// <param name="Signer">Who signed; null where the evidence is no signature.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record ReceiptVerdict(string Verdict, string RequestId, string Digest, string? Signer, IReadOnlyList<ReceiptCheck> Checks);
