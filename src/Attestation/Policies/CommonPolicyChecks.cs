using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Policies;

/// <summary>What is asked of every kind of evidence.</summary>
internal static class CommonPolicyChecks
{
    private const string Subject = "policy";

    public static void Check(Outcome outcome, AttestationPolicy policy, Expectations expectations, Findings findings)
    {
        CheckRoot(outcome.Root, policy, findings);
        findings.Require(policy.TeeTypes.Count == 0 || policy.TeeTypes.Contains(outcome.TeeType), Verdicts.Check.Kind, Subject, $"{outcome.TeeType} is not allowed.");
        findings.Require(
            policy.Workloads.Count == 0 || policy.Workloads.Contains(outcome.WorkloadId), Verdicts.Check.Workload, Subject, $"The workload {outcome.WorkloadId} is not allowed.");
        findings.Require(IsPlatformAllowed(outcome.PlatformId, policy), Verdicts.Check.Platform, Subject, $"The platform {outcome.PlatformId} is not allowed.");

        if (expectations.ReportData is { } reportData)
            findings.Require(HoldsPadded(outcome.ReportData, reportData), Verdicts.Check.ReportData, "report data", "It is not what was asked for.");
        if (expectations.Nonce is { } nonce)
            findings.Require(Holds(outcome.Nonce, nonce), Verdicts.Check.Nonce, "nonce", "It is not the one that was given.");
        if (expectations.PublicKey is { } key)
            findings.Require(Holds(outcome.PublicKey, key), Verdicts.Check.PublicKey, "public key", "It is not the one that was asked for.");
    }

    public static void CheckRoot(TrustAnchor? root, AttestationPolicy policy, Findings findings)
    {
        // A root that is not known was refused before.
        if (root is null)
            return;
        findings.Require(
            root.Label != RootLabel.Emulated || policy.AllowEmulated, Verdicts.Check.RootEmulated, Subject, "The root is an emulated one, for development only.");
        findings.Require(policy.Roots.Count == 0 || policy.Roots.Contains(root.Id), Verdicts.Check.RootNotAllowed, Subject, $"The root {root.Id} is not allowed.");
    }

    /// <summary>Whether one of a list's values, in hexadecimal, is this one. An empty list takes all.</summary>
    public static bool Admits(IReadOnlyList<string> allowed, ReadOnlySpan<byte> value)
    {
        if (allowed.Count == 0)
            return true;
        var text = Convert.ToHexStringLower(value);
        return allowed.Any(item => item.Equals(text, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPlatformAllowed(Hash32? platform, AttestationPolicy policy) =>
        (policy.Platforms.Count == 0 || (platform is { } id && policy.Platforms.Contains(id)))
        && (policy.DeniedPlatforms.Count == 0 || (platform is { } known && !policy.DeniedPlatforms.Contains(known)));

    private static bool Holds(ReadOnlyMemory<byte>? value, ReadOnlyMemory<byte> expected) => value is { } given && given.Span.SequenceEqual(expected.Span);

    private static bool HoldsPadded(ReadOnlyMemory<byte>? value, ReadOnlyMemory<byte> expected) =>
        value is { } given && given.Length >= expected.Length && given.Span.StartsWith(expected.Span) && !given.Span[expected.Length..].ContainsAnyExcept((byte)0);
}
