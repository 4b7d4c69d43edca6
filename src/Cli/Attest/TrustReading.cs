using System.CommandLine;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Cli.Terminal;

namespace OpenGradient.Cli.Attest;

/// <summary>What evidence must show, and whose roots count: by the options of every command that looks at evidence.</summary>
internal static class TrustReading
{
    public static readonly Option<string?> Policy = new("--policy") { Description = "A policy's file (docs/attestation.md); the strict one without it." };
    public static readonly Option<bool> AllowEmulated = new("--allow-emulated") { Description = "Let the roots of a development attester count." };
    public static readonly Option<string?> RootsFile = new("--roots") { Description = "The file of the development attester's roots; this checkout's own without it." };

    public static async Task<(AttestationPolicy Policy, TrustAnchors Anchors)> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var policy = await ReadPolicyAsync(context.Parsed.GetValue(Policy), cancellationToken);
        if (!context.Parsed.GetValue(AllowEmulated) && !policy.AllowEmulated)
            return (policy, TrustAnchors.Production);
        using var roots = await AttestFolder.ReadRootsAsync(context.Parsed.GetValue(RootsFile) ?? AttestFolder.RootsOf(context.Checkout), cancellationToken);
        return (policy with { AllowEmulated = true }, TrustAnchors.Production.With(roots.Anchors));
    }

    private static async Task<AttestationPolicy> ReadPolicyAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
            return AttestationPolicy.Default;
        return PolicyFile.TryRead(await AttestFolder.ReadAsync(path, PolicyFile.MaxBytes, cancellationToken), out var policy, out var fault)
            ? policy
            : throw new ExpectedFailureException(ExitCode.Usage, $"The policy in {path} is wrong at {PlainText.Of(fault)}.", "docs/attestation/policy.schema.json is its form.");
    }
}
