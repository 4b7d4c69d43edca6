using System.Text.Json.Nodes;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Receipt;

namespace OpenGradient.Cli.Request;

/// <summary>What came of a request.</summary>
public sealed record RequestReport
{
    public required string RequestId { get; init; }

    public required string VersionId { get; init; }

    /// <summary>The version, for people.</summary>
    public required string Reference { get; init; }

    /// <summary>Where the request stands at the hub.</summary>
    public required string Stage { get; init; }

    /// <summary>In tokens.</summary>
    public required string Fee { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public required IReadOnlyList<SentTransaction> Transactions { get; init; }

    /// <summary>The answer's tensors; null where there is none.</summary>
    public JsonObject? Answer { get; init; }

    /// <summary>Of an integer version: what the answer's numbers are multiplied by to be read as real ones; null where the model's description does not tell it.</summary>
    public double? OutputScale { get; init; }

    public ReceiptReport? Receipt { get; init; }

    /// <summary>What to do next, where there is something.</summary>
    public string? Hint { get; init; }
}

/// <summary>What <c>og request refund</c> did.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Stage">Where it stands now.</param>
/// <param name="Refunded">What came back, in tokens; null where it had come back before.</param>
/// <param name="Transactions">What was sent.</param>
public sealed record RefundReport(string RequestId, string Stage, string? Refunded, IReadOnlyList<SentTransaction> Transactions);
