using System.CommandLine;
using System.Text.Json;
using OpenGradient.Cli.Prove;
using OpenGradient.Cli.Srs;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Verifying;
using Spectre.Console;

namespace OpenGradient.Cli.Verify;

/// <summary><c>og verify proof</c>: checks a proof as the contract does, and asks nobody.</summary>
internal static class VerifyProofCommand
{
    private const int MaxSetupBytes = 1 << 20;

    private static readonly Argument<string> Proof = new("file") { Description = "A proof, as `og prove` writes it." };

    private static readonly Option<string> Setup = new("--setup")
    {
        Description = "The verifier's setup, from a source that you trust: a file of `og srs`, or the JSON that a verifier was deployed with.",
        Required = true,
    };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("proof", "Check that committed weights gave these answers, without asking anyone; exit code 1 when the proof does not hold.") { Proof, Setup };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var file = await ProofFile.ReadAsync(context.Parsed.GetRequiredValue(Proof), cancellationToken);
        var setup = await SetupAsync(context.Parsed.GetRequiredValue(Setup), cancellationToken);
        var proofContext = file.Context();
        var verdict = new ProofVerifier(setup, proofContext).Verify([.. file.Statements.Select(statement => statement.Read())], file.Bytes());
        var refused = verdict as ProofVerdict.Refused;
        var report = new VerifyProofReport(
            refused is null, refused is null ? null : $"{refused.Fault}: {refused.Detail}", file.Statements, file.ChainId, proofContext.Verifier.ToString(),
            PlainText.Of(setup.Origin.Label), setup.Origin is SetupOrigin.Development);
        context.Output.Report(report, CliJson.Default.VerifyProofReport, screen => Show(screen, report));
        return report.Holds ? ExitCode.Success : ExitCode.Failed;
    }

    private static async Task<VerifierSetup> SetupAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return (await SrsFiles.ReadAsync(path, cancellationToken)).Verifier;
        if (!System.IO.File.Exists(path) || new FileInfo(path).Length > MaxSetupBytes)
            throw Wrong(path, "there is none of a setup's size.");
        try
        {
            var read = JsonSerializer.Deserialize(await System.IO.File.ReadAllBytesAsync(path, cancellationToken), CliJson.Default.VerifierFile);
            if (read is not { Label: not null, Tau2: not null, Tau2Powers: not null, Tau1Powers: not null })
                throw Wrong(path, "it has not all of label, tau2, tau2Powers and tau1Powers.");
            // A file may come from anybody: that its powers are those of its τ is checked here as by the contract.
            return VerifierSetup.TryCreate(read.Label, Bytes(read.Tau2), Points(read.Tau2Powers), Points(read.Tau1Powers), out var setup) is { } fault
                ? throw Wrong(path, fault)
                : setup!;
        }
        catch (JsonException failure)
        {
            throw Wrong(path, failure.Message);
        }
    }

    private static List<ReadOnlyMemory<byte>> Points(IReadOnlyList<string> texts) => [.. texts.Select(text => (ReadOnlyMemory<byte>)Bytes(text))];

    private static byte[] Bytes(string? text)
    {
        var bytes = new byte[Math.Max(0, ((text?.Length ?? 0) - 2) / 2)];
        return text is not null && (text.Length & 1) == 0 && Hex.TryDecode(text, bytes) ? bytes : [];
    }

    private static ExpectedFailureException Wrong(string path, string problem) =>
        new(ExitCode.Usage, $"{path} is no verifier's setup: {problem}", "`og srs info FILE --verifier SETUP.json` writes one.");

    private static void Show(IAnsiConsole screen, VerifyProofReport report)
    {
        if (report.IsDevelopment)
            screen.MarkupLineInterpolated($"[red]{report.Setup}: whoever knows its secret proves anything[/]");
        if (!report.Holds)
        {
            screen.MarkupLineInterpolated($"[red]unproven[/]: {report.Reason}");
            return;
        }

        screen.MarkupLineInterpolated($"[green]proven[/]: weights {report.Statements[0].ProofCommitment}, {report.Statements.Count} answers, for {report.Verifier} on chain {report.ChainId}");
        foreach (var statement in report.Statements)
            screen.WriteLine($"  input {statement.InputCommit}  output {statement.OutputCommit}  receipt {statement.ReceiptDigest}");
        screen.WriteLine("Whose weights these are is for you to know: `og model commit` finds the commitment of an artifact again.");
    }
}

/// <summary>What a proof is worth.</summary>
public sealed record VerifyProofReport(
    bool Holds, string? Reason, IReadOnlyList<StatementFile> Statements, ulong ChainId, string Verifier, string Setup, bool IsDevelopment);
