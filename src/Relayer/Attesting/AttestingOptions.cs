using System.ComponentModel.DataAnnotations;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Relayer.Attesting;

/// <summary>What evidence must show here, whose it is, and what this relayer does about it: attest to the keys of others, have keys of its own, or both.</summary>
public sealed record AttestingOptions
{
    /// <summary>What evidence must show, others' and our own.</summary>
    public AttestationPolicy Policy { get; init; } = AttestationPolicy.Default;

    /// <summary>The roots of a development attester that are known beside the vendors'.</summary>
    public IReadOnlyList<TrustAnchor> EmulatedRoots { get; init; } = [];

    /// <summary>How long a key lives: what an attested node asks for, and the most that an attester attests to.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether verdicts about the keys of others are given, and where; null for none.</summary>
    public AttesterOptions? Attester { get; init; }

    /// <summary>What makes this relayer an attested node; null where it is none.</summary>
    public AttestedOptions? Attested { get; init; }

    /// <summary>Where collateral is kept; null where it comes with evidence alone.</summary>
    public ArchiveOptions? Archive { get; init; }

    /// <summary>The roots that are known here. Emulated ones are not even known where value is at stake, whatever a policy says.</summary>
    public TrustAnchors AnchorsFor(Deployment deployment) =>
        Policy.AllowEmulated && deployment.IsDevelopment ? TrustAnchors.Production.With(EmulatedRoots) : TrustAnchors.Production;

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault(Deployment deployment)
    {
        List<ValidationResult> faults = [];
        if (Attester is { } attester && !Validator.TryValidateObject(attester, new ValidationContext(attester), faults, validateAllProperties: true))
            return faults[0].ErrorMessage;
        return (Policy.AllowEmulated || EmulatedRoots.Count > 0) && !deployment.IsDevelopment ? "Emulated roots count on a development deployment, and this is none."
            : Attested is { Source: EmulatedSource } && !deployment.IsDevelopment ? "An emulated environment is for a development deployment, and this is none."
            : Attested is { Attesters.Count: 0 } ? "An attested node needs attesters, and none is named."
            : Lifetime < TimeSpan.FromHours(1) ? "A key lives for an hour at least: it is ten minutes old before it is valid."
            : null;
    }
}

/// <summary>How verdicts about the keys of others are given.</summary>
public sealed record AttesterOptions
{
    /// <summary>Where; port 0 takes any that is free. Anyone may ask there.</summary>
    public required Uri Listen { get; init; }

    /// <summary>How often one caller may ask in a minute.</summary>
    [Range(1, 10_000)]
    public int RequestsPerMinute { get; init; } = 6;

    /// <summary>Whether keys are vetoed without anybody being asked, where their evidence is refused here.</summary>
    public bool Vetoes { get; init; }

    /// <summary>How many are judged at once.</summary>
    [Range(1, 64)]
    public int Workers { get; init; } = 2;
}

/// <summary>How this relayer comes by keys that are attested.</summary>
public sealed record AttestedOptions
{
    /// <summary>The environment that it runs in.</summary>
    public required IEvidenceSource Source { get; init; }

    /// <summary>Where attesters are asked.</summary>
    public required IReadOnlyList<Uri> Attesters { get; init; }

    /// <summary>
    /// The epoch of a key that was revoked by name, or vetoed, and that the operator has looked into. After one that is newer no key is registered: whoever took it
    /// away had a reason, and the next would have the same.
    /// </summary>
    public ulong ResumeAfter { get; init; }

    /// <summary>What its keys are born on.</summary>
    public KeyCurve Curve { get; init; }

    /// <summary>How often the register is looked at.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is asked what is to be done about our keys.</summary>
    public TimeSpan KeepEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one attester is waited for.</summary>
    public TimeSpan AttesterLimit { get; init; } = TimeSpan.FromSeconds(15);
}
