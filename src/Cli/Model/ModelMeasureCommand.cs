using System.Collections.Immutable;
using System.CommandLine;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;
using Spectre.Console;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model measure</c>: how far answers are apart when a model is run in every way that a node may run it.</summary>
internal static class ModelMeasureCommand
{
    private const int ToleranceDecimals = 18;
    private const int MostQuestions = 100_000;

    private static readonly Argument<string> Artifact = new("artifact") { Description = "An ONNX model." };
    private static readonly Option<string[]> Inputs = new("--input") { Description = "Inputs as they will be asked, JSON files of tensors: random ones may miss what matters." };
    private static readonly Option<int?> Questions = new("--questions") { Description = "How many random inputs to run beside them." };
    private static readonly Option<string?> Cuda = new("--cuda-folder") { Description = "The folder with CUDA's provider library, to measure a GPU too; where that is not to be had, nothing is measured." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("measure", "Run a model in every way that nodes may, and find the tolerance to publish.") { Artifact, Inputs, Questions, Cuda };
        command.SetAction(guard(RunAsync));
        return command;
    }

    /// <summary>Runs the model; a failure for people where it cannot be measured.</summary>
    public static async Task<SpreadReport> MeasureAsync(
        CommandContext context, ModelArtifact artifact, IReadOnlyList<ImmutableArray<Tensor>> inputs, int? questions, CancellationToken cancellationToken)
    {
        if (artifact.IsInteger)
            throw new ExpectedFailureException(ExitCode.Usage, "An integer model gives the same answer everywhere.", "Publish it as Integer, which has no tolerance.");
        if (artifact.Text is not null)
            throw new ExpectedFailureException(ExitCode.Usage, "A text model runs on a server, and no two of its answers are compared.", "Publish it as None, which has no tolerance.");
        context.Output.Screen.MarkupLine("[grey]running[/] the model with several threads, batches and optimisations");
        var options = new SpreadOptions();
        if (context.Parsed.CommandResult.Command.Options.Contains(Cuda) && context.Parsed.GetValue(Cuda) is { } cuda)
            options = options with { CudaFolder = cuda };
        if (questions is { } count)
            options = options with { RandomQuestions = count };
        try
        {
            return await Task.Run(() => SpreadMeasurement.Measure(artifact.Bytes, inputs, options, cancellationToken), cancellationToken);
        }
        catch (MeasurementException failure)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The model cannot be measured: {failure.Message}",
                context.Parsed.CommandResult.Command.Options.Contains(Inputs)
                    ? "Give inputs that it takes with --input, and look whether it runs at all. CUDA is measured where --cuda-folder names its library (docs/inference.md)."
                    : $"Give --no-measure, and fill in the tolerance that `og model measure {Path.GetFileName(artifact.Path)} --input FILE` finds.");
        }
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var questions = context.Parsed.GetValue(Questions);
        if (questions is < 0 or > MostQuestions)
            throw new ExpectedFailureException(ExitCode.Usage, $"--questions is {questions}.", $"Give a number from 0 to {MostQuestions}.");
        var artifact = await ModelArtifact.ReadAsync(context.Parsed.GetRequiredValue(Artifact), cancellationToken);
        List<ImmutableArray<Tensor>> inputs = [];
        foreach (var path in context.Parsed.GetValue(Inputs) ?? [])
            inputs.Add([.. await InputFile.ReadTensorsAsync(path, artifact.Signature, cancellationToken)]);
        if (questions == 0 && inputs.Count == 0)
            throw new ExpectedFailureException(ExitCode.Usage, "There is nothing to run.", "Give --input, or leave --questions out.");

        var spread = await MeasureAsync(context, artifact, inputs, questions, cancellationToken);
        var tolerance = spread.Suggested;
        var report = new ModelMeasureReport(
            spread.Questions, spread.Greatest, [.. spread.Ways.Concat(spread.WithinCuda.Select(way => way with { Way = $"{way.Way}, beside the first on CUDA" })).Select(way => new MeasuredWay(way.Way, way.Absolute, way.Relative))], spread.LeftOut,
            Units.Format((UInt256)tolerance.Absolute, ToleranceDecimals), Units.Format((UInt256)tolerance.Relative, ToleranceDecimals));
        context.Output.Report(report, CliJson.Default.ModelMeasureReport, screen => Show(screen, report));
        return ExitCode.Success;
    }

    private static void Show(IAnsiConsole screen, ModelMeasureReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("compared with one thread and one row", "absolute", "relative");
        foreach (var way in report.Ways)
            table.AddRow(new Text(way.Way), new Text($"{way.Absolute:G3}"), new Text($"{way.Relative:G3}"));
        screen.Write(table);
        foreach (var missing in report.LeftOut)
            ModelScreen.Line(screen, $"Not measured: {missing}");
        ModelScreen.Line(screen, $"{report.Questions} inputs; the greatest output is {report.GreatestOutput:G6}.");
        ModelScreen.Line(screen, "To publish, with a margin of ten for machines that were not measured:");
        ModelScreen.Line(screen, $"  \"toleranceAbs\": \"{report.ToleranceAbs}\", \"toleranceRel\": \"{report.ToleranceRel}\"");
    }
}
