using System.CommandLine;
using OpenGradient.Cli.Terminal;
using OpenGradient.Samples;
using OpenGradient.Samples.Training;
using Spectre.Console;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model train</c>: makes a sample model anew, to the byte.</summary>
internal static class ModelTrainCommand
{
    public static Command Create(ActionGuard guard)
    {
        var name = new Argument<string>("name") { Description = $"The sample: {string.Join(", ", SampleModels.Trained)}." };
        var command = new Command("train", "Train a sample model anew, and write it to models/NAME.") { name };
        command.SetAction(guard((context, cancellationToken) => RunAsync(context, context.Parsed.GetRequiredValue(name), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        if (!SampleModels.Trained.Contains(name, StringComparer.Ordinal))
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no sample '{name}'.", $"The samples are {string.Join(", ", SampleModels.Trained)}.");

        var sample = await SampleTraining.TrainAsync(context.Checkout.Root, name, new ShownTraining(context.Output.Errors), cancellationToken);
        context.Output.Report(sample.Card, CliJson.Default.ModelCard, screen => Show(screen, sample));
        return ExitCode.Success;
    }

    private static void Show(IAnsiConsole screen, SampleModel sample)
    {
        foreach (var artifact in sample.Card.Artifacts)
            screen.MarkupLineInterpolated($"{sample.PathOf(artifact)}  {artifact.Semantics}, {artifact.ArtifactHash}");
        foreach (var (figure, value) in sample.Card.Figures)
            screen.MarkupLineInterpolated($"  {figure} {value:G6}");
    }

    private sealed class ShownTraining(IAnsiConsole errors) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => CommandOutput.TryTell(() =>
            errors.MarkupLineInterpolated($"[grey]{value.Model}: epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:F4}[/]"));
    }
}
