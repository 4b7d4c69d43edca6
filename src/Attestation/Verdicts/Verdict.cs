using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Roots;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Verdicts;

/// <summary>
/// What evidence came to. What it shows (workload, platform, status, report data) is there only where it is genuine; the decoded fields are
/// there whenever it could be read, and are hearsay where it is not genuine.
/// </summary>
public sealed record Verdict
{
    public required EvidenceKind Kind { get; init; }

    public bool Accepted => Reasons.Count == 0;

    /// <summary>Whether its signatures, chains, dates and revocation lists hold, whatever policy says of it.</summary>
    public bool IsGenuine => Reasons.All(reason => reason.Check.ClassOf() != CheckClass.Authenticity);

    /// <summary>Every reason for which it was refused; none where it is accepted.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>The root that its chain ends in; null where that is none that is known.</summary>
    public TrustAnchor? Root { get; init; }

    public Hash32? RootId => Root?.Id;

    public RootLabel? RootLabel => Root?.Label;

    public TeeType? TeeType { get; init; }

    public TcbStatus? TcbStatus { get; init; }

    /// <summary>The lower of the evaluation numbers of TCB info and QE identity; null where the vendor has none.</summary>
    public uint? TcbEvaluation { get; init; }

    public IReadOnlyList<string> Advisories { get; init; } = [];

    /// <summary>What runs there: a hash over its measurements. docs/attestation.md says over which.</summary>
    public Hash32? WorkloadId { get; init; }

    /// <summary>The machine it runs on: a hash over the vendor's name for it.</summary>
    public Hash32? PlatformId { get; init; }

    /// <summary>What the environment itself put into its evidence.</summary>
    public ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>When it was checked.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>The latest start of everything that it rests on.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>The earliest end of everything that it rests on: certificates, lists, collateral.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>SHA-256 of the evidence as it was handed in.</summary>
    public required Hash32 EvidenceHash { get; init; }

    /// <summary>What was read, by name, in order.</summary>
    public IReadOnlyList<EvidenceField> Fields { get; init; } = [];
}
