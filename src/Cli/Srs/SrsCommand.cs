using System.CommandLine;
using System.Text.Json;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Setup;
using Spectre.Console;

namespace OpenGradient.Cli.Srs;

/// <summary><c>og srs</c>: the setup that proofs stand on.</summary>
internal static class SrsCommand
{
    private static readonly Argument<string> Ptau = new("file") { Description = "A ceremony's powers of tau, as snarkjs writes them (.ptau)." };
    private static readonly Argument<string> Kept = new("file") { Description = "A setup that was imported or made here." };
    private static readonly Option<string> Out = new("--out") { Description = "The file to write.", Required = true };
    private static readonly Option<string> Name = new("--name") { Description = "The ceremony's name; it becomes the setup's label.", Required = true };
    private static readonly Option<string?> Seed = new("--seed") { Description = "What the secret follows from, so that others make the same setup; drawn where it is left out." };
    private static readonly Option<string?> ForVerifier = new("--verifier") { Description = "Write what a verifier contract is deployed with to this file." };
    private static readonly Option<int> Powers = new("--powers")
    {
        Description = "How many powers: as many as the largest model has coefficients.",
        DefaultValueFactory = _ => 1 << 17,
    };

    public static Command Create(ActionGuard guard)
    {
        var dev = new Command("dev", "Make a setup whose secret is known. UNSAFE: whoever knows it proves anything.") { Out, Powers, Seed };
        dev.SetAction(guard(DevAsync));
        var import = new Command("import", "Check a ceremony's powers of tau and keep as many as are wanted.") { Ptau, Out, Name, Powers };
        import.SetAction(guard(ImportAsync));
        var show = new Command("show", "Check a setup's file, and tell what a verifier takes of it.") { Kept, ForVerifier };
        show.SetAction(guard(ShowAsync));
        return new Command("srs", "Make, import and look at the setup that proofs stand on.") { dev, import, show };
    }

    private static async Task<int> DevAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (path, powers, seed) = (context.Parsed.GetRequiredValue(Out), PowersOf(context), context.Parsed.GetValue(Seed));
        var work = Work.OnAllCores(cancellationToken);
        var setup = await Task.Run(
            () => seed is null ? DevelopmentSetup.Random(powers, work) : DevelopmentSetup.FromSeed(seed, powers, work), cancellationToken);
        await SrsFiles.WriteAsync(path, setup, cancellationToken);
        return Report(context, path, setup, fileHash: null);
    }

    private static async Task<int> ImportAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Parsed.GetRequiredValue(Out);
        await using var file = SrsFiles.Open(context.Parsed.GetRequiredValue(Ptau));
        var work = Work.OnAllCores(cancellationToken);
        switch (await Task.Run(() => PowersOfTau.ImportAsync(file, context.Parsed.GetRequiredValue(Name), PowersOf(context), work), cancellationToken))
        {
            case ImportOutcome.Imported(var setup, var hash):
                await SrsFiles.WriteAsync(path, setup, cancellationToken);
                return Report(context, path, setup, hash);
            case ImportOutcome.Refused(var detail):
                throw new ExpectedFailureException(ExitCode.Failed, $"The file cannot be taken: {detail}", "Fetch it again from the ceremony, and compare its hash.");
            default:
                throw new InvalidOperationException("There is an outcome that is not known.");
        }
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Parsed.GetRequiredValue(Kept);
        var setup = await Task.Run(() => SrsFiles.ReadAsync(path, cancellationToken), cancellationToken);
        if (context.Parsed.GetValue(ForVerifier) is { } verifier)
            await File.WriteAllTextAsync(verifier, JsonSerializer.Serialize(VerifierFile.Of(setup), CliJson.Default.VerifierFile) + "\n", cancellationToken);
        return Report(context, path, setup, fileHash: null);
    }

    private static int PowersOf(CommandContext context) => context.Parsed.GetValue(Powers) is var powers and >= 2 and <= WeightLayout.MaxCoefficients
        ? powers
        : throw new ExpectedFailureException(ExitCode.Usage, $"--powers is {context.Parsed.GetValue(Powers)}.", $"Give a number from 2 to {WeightLayout.MaxCoefficients}.");

    private static int Report(CommandContext context, string path, ProvingSetup setup, Hash32? fileHash)
    {
        var report = SrsReport.Of(path, setup, fileHash);
        context.Output.Report(report, CliJson.Default.SrsReport, screen =>
        {
            if (report.IsDevelopment)
                screen.MarkupLineInterpolated($"[red]{report.Label}[/]");
            else
                screen.MarkupLineInterpolated($"{report.Label}");
            screen.WriteLine($"{report.Powers} powers in {report.File}; long proofs of up to {1 << report.TauPowers.Count} columns.");
            screen.WriteLine($"[τ]₂ {report.Tau}");
            if (report.ImportedFileHash is { } hash)
                screen.WriteLine($"SHA-256 of the ceremony's file: {hash}. Hold it against what the ceremony published.");
        });
        return ExitCode.Success;
    }
}
