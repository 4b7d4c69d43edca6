using System.CommandLine;
using System.Numerics;
using System.Text;
using System.Text.Json;
using OpenGradient.Cli.Terminal;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Setup;
using Spectre.Console;

namespace OpenGradient.Cli.Srs;

/// <summary><c>og srs</c>: the setup that proofs stand on.</summary>
internal static class SrsCommand
{
    private const int UsualPowers = 1 << 17;
    private static readonly int MostSize = BitOperations.Log2(WeightLayout.MaxCoefficients);

    private static readonly Argument<string> Ptau = new("file") { Description = "A ceremony's powers of tau, as snarkjs writes them (.ptau)." };
    private static readonly Argument<string> Kept = new("file") { Description = "A setup that was imported or made here." };
    private static readonly Option<string> DevOut = new("--out") { Description = "The file to write.", DefaultValueFactory = _ => "development.ogs" };
    private static readonly Option<string?> ImportOut = new("--out") { Description = "The file to write; the ceremony's file's name with .ogs where it is left out." };
    private static readonly Option<string?> Name = new("--name") { Description = "The ceremony's name, which becomes the setup's label; the file's name where it is left out." };
    private static readonly Option<string?> Seed = new("--seed") { Description = "What the secret follows from, so that others make the same setup; drawn where it is left out." };
    private static readonly Option<string?> ForVerifier = new("--verifier") { Description = "Write what a verifier contract is deployed with to this file." };
    private static readonly Option<int?> Powers = new("--powers")
    {
        Description = "How many powers: as many as the largest model has coefficients. Without it 131072, or as many as a ceremony's file has.",
    };

    private static readonly Option<int?> Size = new("--size") { Description = "The same as an exponent: 2^SIZE powers." };

    public static Command Create(ActionGuard guard)
    {
        var dev = new Command("dev", "Make a setup whose secret is known. UNSAFE: whoever knows it proves anything.") { DevOut, Powers, Size, Seed };
        dev.SetAction(guard(DevAsync));
        var import = new Command("import", "Check a ceremony's powers of tau and keep as many as are wanted.") { Ptau, ImportOut, Name, Powers, Size };
        import.SetAction(guard(ImportAsync));
        var info = new Command("info", "Check a setup's file, and tell what a verifier takes of it.") { Kept, ForVerifier };
        info.Aliases.Add("show");
        info.SetAction(guard(InfoAsync));
        return new Command("srs", "Make, import and look at the setup that proofs stand on.") { dev, import, info };
    }

    private static async Task<int> DevAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (path, powers, seed) = (context.Parsed.GetValue(DevOut)!, PowersOf(context) ?? UsualPowers, context.Parsed.GetValue(Seed));
        var work = Work.OnAllCores(cancellationToken);
        var setup = await Task.Run(
            () => seed is null ? DevelopmentSetup.Random(powers, work) : DevelopmentSetup.FromSeed(seed, powers, work), cancellationToken);
        await SrsFiles.WriteAsync(path, setup, cancellationToken);
        return Report(context, path, setup, imported: null);
    }

    private static async Task<int> ImportAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var source = context.Parsed.GetRequiredValue(Ptau);
        var (path, name, powers) = (ImportPathOf(context, source), NameOf(context, source), PowersOf(context));
        await using var file = SrsFiles.Open(source);
        var work = Work.OnAllCores(cancellationToken);
        var screen = new ImportScreen(context.Output.Screen, TimeProvider.System);
        switch (await Task.Run(() => PowersOfTau.ImportAsync(file, name, powers, screen, work), cancellationToken))
        {
            case ImportOutcome.Imported imported:
                await SrsFiles.WriteAsync(path, imported.Setup, cancellationToken);
                return Report(context, path, imported.Setup, imported);
            case ImportOutcome.Refused(var detail, var remedy):
                throw new ExpectedFailureException(ExitCode.Failed, $"The file cannot be taken: {detail}", remedy);
            default:
                throw new InvalidOperationException("There is an outcome that is not known.");
        }
    }

    private static async Task<int> InfoAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Parsed.GetRequiredValue(Kept);
        var setup = await Task.Run(() => SrsFiles.ReadAsync(path, cancellationToken), cancellationToken);
        if (context.Parsed.GetValue(ForVerifier) is { } verifier)
            await File.WriteAllTextAsync(verifier, JsonSerializer.Serialize(VerifierFile.Of(setup), CliJson.Default.VerifierFile) + "\n", cancellationToken);
        return Report(context, path, setup, imported: null);
    }

    private static int? PowersOf(CommandContext context)
    {
        var (powers, size) = (context.Parsed.GetValue(Powers), context.Parsed.GetValue(Size));
        if (powers is not null && size is not null)
            throw new ExpectedFailureException(ExitCode.Usage, "--powers and --size say the same.", "Give one of them.");
        if (size is { } wanted && (wanted < 1 || wanted > MostSize))
            throw new ExpectedFailureException(ExitCode.Usage, $"--size is {size}.", $"Give an exponent from 1 to {MostSize}.");
        return powers is < 2 or > WeightLayout.MaxCoefficients
            ? throw new ExpectedFailureException(ExitCode.Usage, $"--powers is {powers}.", $"Give a number from 2 to {WeightLayout.MaxCoefficients}.")
            : size is { } exponent ? 1 << exponent : powers;
    }

    // A file that nobody named is not written over.
    private static string ImportPathOf(CommandContext context, string source)
    {
        if (context.Parsed.GetValue(ImportOut) is { } named)
            return named;
        var path = Path.ChangeExtension(Path.GetFileName(source), ".ogs");
        return File.Exists(path) ? throw new ExpectedFailureException(ExitCode.Usage, $"{path} is there already.", "Name another file with --out, or this one to replace it.") : path;
    }

    // A label that cannot be kept, or that the verifier's contract refuses, is refused before hours of checking.
    private static string NameOf(CommandContext context, string source)
    {
        var name = context.Parsed.GetValue(Name) ?? Path.GetFileNameWithoutExtension(source);
        if (string.IsNullOrWhiteSpace(name))
            throw new ExpectedFailureException(ExitCode.Usage, "--name is empty.", "Give the ceremony's name: no verifier is deployed with a setup that has none.");
        return Encoding.UTF8.GetByteCount(name) <= SetupFile.MaxLabelBytes
            ? name
            : throw new ExpectedFailureException(ExitCode.Usage, "--name is too long.", $"Give {SetupFile.MaxLabelBytes} bytes at the most.");
    }

    private static int Report(CommandContext context, string path, ProvingSetup setup, ImportOutcome.Imported? imported)
    {
        var report = SrsReport.Of(path, setup, imported);
        context.Output.Report(report, CliJson.Default.SrsReport, screen =>
        {
            if (report.IsDevelopment)
                screen.MarkupLineInterpolated($"[red]{report.Label}[/]");
            else
                screen.MarkupLineInterpolated($"{report.Label}");
            screen.WriteLine($"{report.Powers} powers in {report.File}; long proofs of up to {1 << report.TauPowers.Count} columns.");
            screen.WriteLine($"[τ]₂ {report.Tau}");
            if (imported is not null)
                ShowFile(screen, imported);
        });
        return ExitCode.Success;
    }

    private static void ShowFile(IAnsiConsole screen, ImportOutcome.Imported imported)
    {
        screen.WriteLine("Each power was checked, none by a sample. Of the ceremony's file:");
        screen.WriteLine($"SHA-256 {imported.FileHash}");
        screen.WriteLine($"BLAKE2b {imported.Blake2b}");
        if (imported.Known is { } known)
            screen.MarkupLineInterpolated($"[green]By its hash it is {known.Name} of {KnownCeremonyFile.Ceremony}.[/]");
        else
            screen.MarkupLine("[yellow]It is none of the files that are known here. Hold a hash against what the ceremony announced: whoever makes powers alone knows their secret.[/]");
    }
}
