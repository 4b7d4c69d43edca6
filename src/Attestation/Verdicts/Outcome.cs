using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Roots;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Verdicts;

/// <summary>What one kind of evidence shows, whether or not it is genuine; the findings say that.</summary>
internal sealed record Outcome
{
    public required TeeType TeeType { get; init; }

    public TrustAnchor? Root { get; init; }

    public TcbStatus? TcbStatus { get; init; }

    public uint? TcbEvaluation { get; init; }

    public IReadOnlyList<string> Advisories { get; init; } = [];

    public required Hash32 WorkloadId { get; init; }

    /// <summary>Null where the evidence does not tell one machine from another.</summary>
    public required Hash32? PlatformId { get; init; }

    public required ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>The nonce, where the evidence has a place of its own for it.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; init; }

    public ReadOnlyMemory<byte>? PublicKey { get; init; }

    /// <summary>When the evidence says that it was made; null where it says nothing of that.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    public required IReadOnlyList<EvidenceField> Fields { get; init; }
}
