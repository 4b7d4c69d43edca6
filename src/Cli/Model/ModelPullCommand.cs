using System.CommandLine;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Models;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model pull</c>: a version's artifact as a file, every byte checked against what was published.</summary>
internal static class ModelPullCommand
{
    private static readonly Argument<string> Reference = new("version") { Description = "Its id, or CREATOR/NAME@1.0; without a number the newest." };
    private static readonly Option<string?> Target = new("--output", "-o") { Description = "Where to write; NAME-1.0 and the format's ending without it." };
    private static readonly Option<bool> Force = new("--force") { Description = "Write over a file that is there." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("pull", "Fetch a version's artifact, and check it.") { Reference, Target, Force };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithChain();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var (model, version) = await VersionReference.Parse(context.Parsed.GetRequiredValue(Reference)).FindVersionAsync(ModelRegister.Of(chain), cancellationToken);
        var ending = version.Kind == SemanticsKind.Integer ? "ogq" : version.Published.SignatureHash == TextSignature.WithoutSystem.Hash || version.Published.SignatureHash == TextSignature.WithSystem.Hash ? "text.json" : "onnx";
        var target = Path.GetFullPath(context.Parsed.GetValue(Target) ?? $"{model.Name}-{version.Number}.{ending}");
        if (File.Exists(target) && !context.Parsed.GetValue(Force))
            throw new ExpectedFailureException(ExitCode.Usage, $"{target} is there already.", "Name another with --output, or give --force to write over it.");

        using var shelf = ModelCommand.OpenShelf(context, chain);
        var progress = new TransferScreen(context.Output.Screen, $"fetching {model.Name}@{version.Number}", TimeProvider.System);
        var reading = await shelf.ReadAsync(
            new BlobRequest(new BlobHash(version.Published.ArtifactHash))
            {
                Uris = version.Published.Uris,
                MaxBytes = ArtifactLimits.Default.MaxBytes,
                Progress = new Passed(progress),
            },
            cancellationToken);
        if (reading is not BlobReading.Found(var blob, var source))
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The artifact cannot be had. {reading.Explanation}",
                "`og model show` lists who was asked; name other places in OG_BLOB_FOLDER, OG_BLOB_GATEWAYS or OG_BLOB_IPFS_GATEWAY.");
        }

        using (blob)
            await WriteAsync(blob, target, version, cancellationToken);
        var report = new ModelPullReport(
            version.VersionId.ToString(), $"{model.Reference}@{version.Number}", target, blob.Length, blob.Hash.ToString(), source);
        context.Output.Report(report, CliJson.Default.ModelPullReport, screen =>
        {
            ModelScreen.Line(screen, $"{report.Reference} from {report.Source}: {Sizes.Show(report.Bytes)}, {report.ArtifactHash}");
            ModelScreen.Line(screen, $"Wrote {report.File}.");
        });
        return ExitCode.Success;
    }

    // Whole or not at all; and looked through as nodes do it, since a publisher may have published what is no model.
    private static async Task WriteAsync(BlobLease blob, string target, VersionEntry version, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var partial = $"{target}.{Environment.ProcessId}.part";
        try
        {
            await using (var content = blob.OpenRead())
            await using (var file = File.Create(partial))
                await content.CopyToAsync(file, cancellationToken);
            var artifact = await ModelArtifact.ReadAsync(partial, cancellationToken);
            if (artifact.Hash != blob.Hash)
                throw new ExpectedFailureException(ExitCode.Failed, "The file changed while it was written.", "Look at the disk, and run it again.");
            if (artifact.Signature.Hash != version.Published.SignatureHash || artifact.IsInteger != (version.Kind == SemanticsKind.Integer))
                throw new ExpectedFailureException(ExitCode.Failed, "The artifact is the one that was published, and not of the signature that was published with it.", "No node runs this version: tell its publisher.");
            File.Move(partial, target, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private sealed class Passed(TransferScreen screen) : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value) => screen.Report((value.Bytes, value.TotalBytes));
    }
}
