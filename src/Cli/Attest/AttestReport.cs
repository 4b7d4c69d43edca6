using System.Text.Json;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Attest;

/// <summary>What evidence came to, as data.</summary>
public sealed record AttestReport
{
    public required bool Accepted { get; init; }

    /// <summary>Whether signatures, chains, dates and revocation hold, whatever the policy says.</summary>
    public required bool Genuine { get; init; }

    public required IReadOnlyList<AttestReason> Reasons { get; init; }

    public required string Kind { get; init; }

    public string? TeeType { get; init; }

    public string? TcbStatus { get; init; }

    public uint? TcbEvaluation { get; init; }

    public required IReadOnlyList<string> Advisories { get; init; }

    public string? RootId { get; init; }

    /// <summary>"production" or "emulated".</summary>
    public string? RootLabel { get; init; }

    public string? WorkloadId { get; init; }

    public string? PlatformId { get; init; }

    public string? ReportData { get; init; }

    public DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidTo { get; init; }

    public required DateTimeOffset VerifiedAt { get; init; }

    public required string EvidenceHash { get; init; }

    /// <summary>What the evidence says; hearsay where it is not genuine.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    public static AttestReport Of(Verdict verdict) => new()
    {
        Accepted = verdict.Accepted,
        Genuine = verdict.IsGenuine,
        Reasons = [.. verdict.Reasons.Select(reason => new AttestReason(JsonNamingPolicy.KebabCaseLower.ConvertName($"{reason.Check}"), reason.Subject, reason.Detail))],
        Kind = Word(verdict.Kind),
        TeeType = verdict.TeeType is { } type ? Word(type) : null,
        TcbStatus = verdict.TcbStatus?.ToString(),
        TcbEvaluation = verdict.TcbEvaluation,
        Advisories = verdict.Advisories,
        RootId = verdict.RootId?.ToString(),
        RootLabel = verdict.RootLabel is { } label ? Word(label) : null,
        WorkloadId = verdict.WorkloadId?.ToString(),
        PlatformId = verdict.PlatformId?.ToString(),
        ReportData = verdict.ReportData is { } data ? Hex.Encode(data.Span) : null,
        ValidFrom = verdict.ValidFrom,
        ValidTo = verdict.ValidTo,
        VerifiedAt = verdict.VerifiedAt,
        EvidenceHash = verdict.EvidenceHash.ToString(),
        Fields = verdict.Fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal),
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}

/// <summary>Why evidence was refused.</summary>
/// <param name="Check">The check's name, in kebab case.</param>
/// <param name="Subject">What it looked at.</param>
/// <param name="Detail">What was wrong.</param>
public sealed record AttestReason(string Check, string Subject, string Detail);

/// <summary>What <c>og attest emulate</c> and <c>og attest fetch</c> wrote.</summary>
/// <param name="Kind">What to hand to <c>og attest verify --kind</c>.</param>
/// <param name="Evidence">The evidence's file.</param>
/// <param name="Collateral">The folder of its collateral; null where there is none.</param>
/// <param name="RootLabel">"emulated" or "production".</param>
public sealed record AttestFiles(string Kind, string Evidence, string? Collateral, string RootLabel);
