using System.CommandLine;
using OpenGradient.Cli.Srs;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Cli.Model.Compiling;

/// <summary><c>og model commit</c>: the commitment that a version publishes for its proofs, and that anyone who has the weights can find again.</summary>
internal static class ModelCommitCommand
{
    private static readonly Argument<string> Artifact = new("artifact") { Description = "An integer model (.ogq)." };
    private static readonly Option<string> Setup = new("--srs") { Description = "The setup that the verifier has.", Required = true };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("commit", "Find the commitment to an integer model's weights.") { Artifact, Setup };
        command.SetAction(guard(RunAsync));
        return command;
    }

    /// <summary>The commitment to an integer model's weights, under a setup's file; what is wrong is thrown for people.</summary>
    public static async Task<CommittedModel> CommitAsync(ModelArtifact artifact, string setupFile, CancellationToken cancellationToken)
    {
        if (IntegerModel.Read(artifact.Bytes, ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
            throw new ExpectedFailureException(ExitCode.Usage, $"{artifact.Path} is no integer model.", "`og model compile` makes one of a dense ONNX network.");
        var setup = await SrsFiles.ReadAsync(setupFile, cancellationToken);
        try
        {
            return await Task.Run(() => CommittedModel.Create(model, setup, Work.OnAllCores(cancellationToken)), cancellationToken);
        }
        catch (CommitmentException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Message, "Take a setup with more powers, or a smaller model.");
        }
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var artifact = await ModelArtifact.ReadAsync(context.Parsed.GetRequiredValue(Artifact), cancellationToken);
        var committed = await CommitAsync(artifact, context.Parsed.GetRequiredValue(Setup), cancellationToken);
        var report = new ModelCommitReport(
            committed.ProofCommitment.ToString(), Hex.Encode(committed.WeightCommitment.AsSpan()), PlainText.Of(committed.Setup.Verifier.Origin.Label), committed.Model.Descriptor.OutputScale);
        context.Output.Report(report, CliJson.Default.ModelCommitReport, screen =>
        {
            ModelScreen.Line(screen, $"proofCommitment  {report.ProofCommitment}");
            ModelScreen.Line(screen, $"W                {report.WeightCommitment}");
            ModelScreen.Line(screen, $"setup            {report.Setup}");
            ModelScreen.Line(screen, ModelScreen.ScaleLine(report.OutputScale));
        });
        return ExitCode.Success;
    }
}
