using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model publish</c>: stores an artifact, describes it, and publishes its version. Run again it goes on where it stopped.</summary>
internal static class ModelPublishCommand
{
    private static readonly Argument<string> Manifest = new("manifest")
    {
        Description = "The manifest, or its folder.",
        DefaultValueFactory = _ => ModelPublication.DefaultFile,
    };

    private static readonly Option<string?> Artifact = new("--file") { Description = "Which artifact of a sample that has several." };

    private static readonly Option<string?> Setup = new("--srs") { Description = "Publish it as provable: the setup that the deployment's verifier has. Of integer models alone." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("publish", "Store an artifact and publish it as a version.") { Manifest, Artifact, Setup };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithSender();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var publication = await ModelPublication.ReadAsync(
            Path.GetFullPath(context.Parsed.GetRequiredValue(Manifest)), context.Parsed.GetValue(Artifact), cancellationToken);
        if (context.Parsed.GetValue(Setup) is { } setup)
        {
            var committed = await Compiling.ModelCommitCommand.CommitAsync(publication.Artifact, setup, cancellationToken);
            publication = publication.Provable(committed.ProofCommitment, chain.Deployment.Proofs);
        }

        var screen = context.Output.Screen;
        ModelScreen.ShowSignature(screen, SignatureReport.Of(publication.Artifact.Signature));
        ModelScreen.Line(screen, $"artifact   {publication.Artifact.Hash}, {Sizes.Show(publication.Artifact.Bytes.Length)}");

        var sender = await ChainOptions.OpenSenderAsync(context, chain, cancellationToken);
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var publishing = new ModelPublishing(
            ModelRegister.Of(chain), shelf, sender.Address, (call, what, isLast, token) => sender.SendAsync(call, what, ModelRefusals.Of, isLast, token));
        var report = ModelPublishReport.Of(await publishing.PublishAsync(publication, cancellationToken), sender.Address);
        context.Output.Report(report, CliJson.Default.ModelPublishReport, target => Show(target, report));
        return ExitCode.Success;
    }

    private static void Show(IAnsiConsole screen, ModelPublishReport report)
    {
        ModelScreen.Line(screen, report.IsNew ? $"Published {report.Reference}." : $"{report.Reference} was published already, and is stored.");
        ModelScreen.Line(screen, $"version    {report.VersionId}");
    }
}
