using System.CommandLine;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using Spectre.Console;

namespace OpenGradient.Cli.Verify;

/// <summary><c>og verify</c>: checks the bundle of a row, or the certificate of a range, against the hash of a block, and asks nobody.</summary>
internal static class VerifyCommand
{
    // A certificate holds all receipts of many blocks, and their rows again.
    private const long MaxBundleBytes = 64 << 20;

    private static readonly Argument<string> File = new("file") { Description = "A row's bundle or a range's certificate, as the indexer's API gives them." };

    private static readonly Option<string> Block = new("--block-hash")
    {
        Description = "The hash of the block, of a range the last one's, from a source that you trust: the bundle's own word proves nothing.",
        Required = true,
    };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("verify", "Check that a row happened on the chain, or that no other did, without asking anyone; exit code 1 when that is not shown.") { File, Block };
        command.Add(VerifyProofCommand.Create(guard));
        command.SetAction(guard(VerifyAsync));
        return command;
    }

    private static async Task<int> VerifyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Parsed.GetRequiredValue(File);
        if (!System.IO.File.Exists(path) || new FileInfo(path).Length > MaxBundleBytes)
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no file {path} of a bundle's size.", "The indexer gives them at /v1/events/TABLE/ID/proof and /v1/events/TABLE/completeness.");
        if (!Hash32.TryParse(context.Parsed.GetRequiredValue(Block), out var hash))
            throw new ExpectedFailureException(ExitCode.Usage, "--block-hash is no hash.", "Give 0x and 64 hexadecimal digits.");

        var content = await System.IO.File.ReadAllBytesAsync(path, cancellationToken);
        if (CompletenessBundle.Parse(content) is { } certificate)
            return CertificateVerifying.Verify(context.Output, certificate, hash);
        var bundle = RowBundle.Parse(content);
        var verdict = bundle is null ? new BundleVerdict.Fails("The file is no bundle.") : RowProof.Verify(bundle, hash);
        var report = verdict switch
        {
            BundleVerdict.Holds holds => new VerifyReport(true, holds.BlockNumber, holds.Emitter.ToString(), holds.Event, holds.IsOurs, null, holds.NodeAsserted),
            BundleVerdict.Fails(var reason) => new VerifyReport(false, null, null, null, false, reason, []),
            _ => throw new InvalidOperationException("There are two verdicts."),
        };
        context.Output.Report(report, CliJson.Default.VerifyReport, screen => Show(screen, report));
        return report.Holds ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(IAnsiConsole screen, VerifyReport report)
    {
        if (!report.Holds)
        {
            screen.MarkupLineInterpolated($"[red]unproven[/]: {report.Reason}");
            return;
        }

        screen.MarkupLineInterpolated($"[green]proven[/]: {report.Emitter} told this in block {report.BlockNumber}: {report.Event}");
        screen.MarkupLineInterpolated($"Only a node's word: {string.Join(", ", report.NodeAsserted)}. Whether {report.Emitter} is the right contract is for you to know.");
        if (!report.IsOurs)
            screen.MarkupLineInterpolated($"[yellow]That event is not one of ours: what its values are called is the bundle's own word.[/]");
    }
}

/// <summary>What a bundle is worth.</summary>
internal sealed record VerifyReport(
    bool Holds, ulong? BlockNumber, string? Emitter, string? Event, bool IsOurs, string? Reason, IReadOnlyList<string> NodeAsserted);
