using System.CommandLine;
using OpenGradient.Attestation;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.ReceiptBundles;
using Spectre.Console;

namespace OpenGradient.Cli.Receipt;

/// <summary>Judges a bundle: what a receipt was worth when it was given, and what that rests on. Nobody is asked.</summary>
internal static class BundleVerifying
{
    private static readonly Option<string[]> Block = new("--block-hash")
    {
        Description = "Of a bundle: the hash of a block that you know to be of the chain, from a source that you trust; as often as needed.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds what a bundle is judged by.</summary>
    public static Command WithTrust(this Command command)
    {
        foreach (var option in (Option[])[Block, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile])
            command.Add(option);
        return command;
    }

    public static async Task<int> VerifyAsync(CommandContext context, ReceiptBundle bundle, Deployment deployment, CancellationToken cancellationToken)
    {
        var (policy, anchors) = await TrustReading.ReadAsync(context, cancellationToken);
        var judge = new BundleJudge(new BundleTrust
        {
            ChainId = deployment.ChainId,
            Hub = deployment.Hub,
            Registry = deployment.Keys,
            Blocks = (context.Parsed.GetValue(Block) ?? []).Select(HashIn).ToHashSet(),
            Verifier = new AttestationVerifier(anchors, TimeProvider.System),
            Policy = policy,
        });
        var judgement = judge.Judge(bundle);
        var report = new BundleReport
        {
            Standing = judgement.Standing.ToString(),
            RequestId = bundle.Receipt.RequestId,
            RootLabel = judgement.Evidence?.RootLabel?.ToString().ToLowerInvariant(),
            AnchoredAt = judgement.AnchoredAt,
            Findings = [.. judgement.Findings.Select(finding => new ReceiptCheck(finding.Check.ToString(), finding.Held, PlainText.Of(finding.Detail)))],
            Blocks = [.. ((IEnumerable<RowBundle?>)[bundle.Registration, bundle.Anchor, .. bundle.Revocations]).OfType<RowBundle>().Select(row => PlainText.Of(row.BlockHash)).Distinct(StringComparer.Ordinal)],
        };
        context.Output.Report(report, CliJson.Default.BundleReport, screen => Show(screen, report));
        return judgement.Standing == Standing.Valid ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(IAnsiConsole screen, BundleReport report)
    {
        ReceiptScreen.Show(screen, report.Findings);
        screen.WriteLine(report.Standing switch
        {
            nameof(Standing.Valid) => "Valid: the chain took it while its key was valid, and the bundle holds no revocation.",
            nameof(Standing.RevokedSince) => "Valid then, and revoked since: the chain took it before that.",
            nameof(Standing.IssueTimeUnproven) => "Issue time unproven: an attested key signed it; that it did so while it was valid, nothing here shows.",
            _ => "Never valid.",
        });
        if (report.RootLabel == RootLabels.Emulated)
            screen.MarkupLine(RootLabels.Banner);
        if (report.Blocks.Count > 0)
            screen.WriteLine($"It names the blocks {string.Join(", ", report.Blocks)}: give those that you know with --block-hash.");
    }

    private static Hash32 HashIn(string text) =>
        Hash32.TryParse(text, out var hash) ? hash : throw new ExpectedFailureException(ExitCode.Usage, "--block-hash is no hash.", "Give 0x and 64 hexadecimal digits.");
}

/// <summary>What <c>og receipt verify</c> says of a bundle.</summary>
public sealed record BundleReport
{
    /// <summary>Valid, RevokedSince, IssueTimeUnproven or NeverValid.</summary>
    public required string Standing { get; init; }

    public required string RequestId { get; init; }

    /// <summary>"production" or "emulated"; null where no root is known.</summary>
    public string? RootLabel { get; init; }

    /// <summary>When the hub took it, by its block; null where nothing shows that.</summary>
    public DateTimeOffset? AnchoredAt { get; init; }

    /// <summary>What was looked at.</summary>
    public required IReadOnlyList<ReceiptCheck> Findings { get; init; }

    /// <summary>The blocks that it rests on: which of them are of the chain is for the reader to know.</summary>
    public required IReadOnlyList<string> Blocks { get; init; }
}
