using System.CommandLine;
using System.Globalization;
using OpenGradient.Cli.Terminal;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Compiling;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Statements;
using Spectre.Console;

namespace OpenGradient.Cli.Model.Compiling;

/// <summary><c>og model compile</c>: a dense ONNX network in integers, as every node runs and a proof proves it.</summary>
internal static class ModelCompileCommand
{
    private const int MostSamples = 100_000;

    private static readonly Argument<string> Onnx = new("network") { Description = "A dense network in one ONNX file." };
    private static readonly Option<string> Calibrate = new("--calibrate")
    {
        Description = "Inputs that scales are found by and errors measured on: a file of bytes, one input after the other.",
        Required = true,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The integer model to write (.ogq).", Required = true };
    private static readonly Option<double> Scale = new("--scale") { Description = "What a step of an input byte is worth.", DefaultValueFactory = _ => 1.0 / byte.MaxValue };
    private static readonly Option<byte> Zero = new("--zero") { Description = "The input byte that stands for zero." };
    private static readonly Option<int> Bits = new("--bits") { Description = "The bits of a weight, 2 to 16.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Rows = new("--rows")
    {
        Description = "The most rows of the layout that proofs stand on.",
        DefaultValueFactory = _ => new QuantiserOptions().MaxFoldRows,
    };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("compile", "Turn a dense ONNX network into an integer model.") { Onnx, Calibrate, Out, Scale, Zero, Bits, Rows };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var artifact = await ModelArtifact.ReadAsync(parsed.GetRequiredValue(Onnx), cancellationToken);
        if (artifact.IsInteger || artifact.Signature.Inputs.Length != 1)
            throw new ExpectedFailureException(ExitCode.Usage, $"{artifact.Path} is no ONNX network of one input.", "Give a dense network in ONNX.");
        var options = new QuantiserOptions { WeightBits = parsed.GetValue(Bits), MaxFoldRows = parsed.GetValue(Rows) };
        if (options.WeightBits is < 2 or > 16 || options.MaxFoldRows is < 1 or > ushort.MaxValue || !(parsed.GetValue(Scale) > 0))
            throw new ExpectedFailureException(ExitCode.Usage, "--bits, --rows or --scale is out of range.", "Bits are 2 to 16, rows 1 to 65535, and a scale is above 0.");

        var samples = await ReadSamplesAsync(parsed.GetRequiredValue(Calibrate), artifact, cancellationToken);
        var inputs = new ByteInputs(parsed.GetValue(Scale), parsed.GetValue(Zero));
        var outcome = await Task.Run(() => OnnxCompiler.Compile(artifact.Bytes, inputs, samples, options, ArtifactLimits.Default), cancellationToken);
        if (outcome is not CompilationOutcome.Compiled(var model, var accuracy))
        {
            var detail = outcome is CompilationOutcome.Refused refused ? refused.Detail : "it has no outcome.";
            throw new ExpectedFailureException(ExitCode.Failed, $"{artifact.Path} has no integer form: {detail}", "Export it without what is named, or publish it as Float.");
        }

        var file = parsed.GetRequiredValue(Out);
        await File.WriteAllBytesAsync(file, model.Write(), cancellationToken);
        var report = ReportOf(file, model, accuracy);
        context.Output.Report(report, CliJson.Default.ModelCompileReport, screen =>
        {
            ModelScreen.Line(screen, $"{report.File}  {string.Join('-', report.Sizes)}, descriptor {report.DescriptorHash}");
            ModelScreen.Line(screen, string.Create(CultureInfo.InvariantCulture, $"{report.Samples} inputs: the same greatest output in {report.SameGreatest:P1}, {report.Saturated:P2} of hidden values cut off"));
            for (var i = 0; i < report.GreatestError.Count; i++)
                ModelScreen.Line(screen, string.Create(CultureInfo.InvariantCulture, $"  output {i}: off by {report.GreatestError[i]:G4} at the most, {report.MeanError[i]:G4} on average"));
            ModelScreen.Line(screen, ModelScreen.ScaleLine(report.OutputScale));
            ShowProofs(screen, report);
        });
        return ExitCode.Success;
    }

    private static void ShowProofs(IAnsiConsole screen, ModelCompileReport report)
    {
        if (report.Proofs is not { } proofs)
        {
            ModelScreen.Line(screen, $"It is too large to be proven: {WeightLayout.MaxCoefficients} coefficients in {WeightLayout.MaxColumns} columns are the most.");
            return;
        }

        ModelScreen.Line(screen, $"A proof needs a setup of {report.Powers} powers, and {report.ItemBytes} bytes for each inference.");
        ModelScreen.Line(screen, string.Create(
            CultureInfo.InvariantCulture,
            $"It will take about {proofs.ShortSeconds:G2} s on {proofs.Threads} threads, or {proofs.LongSeconds:G2} s in the long form, once a cache is filled ({proofs.CacheSeconds:G2} s, once)."));
        ModelScreen.Line(screen, string.Create(
            CultureInfo.InvariantCulture,
            $"To settle an answer will take about {proofs.ShortGas:#,0} gas, {proofs.LongGas:#,0} in the long form, and each of a batch of {proofs.Batch} about {proofs.BatchGas:#,0}."));
    }

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadSamplesAsync(string path, ModelArtifact artifact, CancellationToken cancellationToken)
    {
        // All axes that are fixed; the first one that is not is how many are asked at once.
        var length = artifact.Signature.Inputs[0].Axes.Where(axis => axis.Size > 0).Aggregate(1L, (product, axis) => product * axis.Size);
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0 || file.Length % length != 0 || file.Length / length > MostSamples)
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, $"{path} is no file of whole inputs.", $"Each input has {length} bytes, one after the other, and {MostSamples} are the most.");
        }

        ReadOnlyMemory<byte> bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return [.. Enumerable.Range(0, (int)(file.Length / length)).Select(i => bytes.Slice((int)(i * length), (int)length))];
    }

    private static ModelCompileReport ReportOf(string file, IntegerModel model, AccuracyReport accuracy)
    {
        var descriptor = model.Descriptor;
        return new ModelCompileReport(
            file, descriptor.Hash.ToString(), [descriptor.Inputs, .. descriptor.Layers.Select(layer => layer.Outputs)], descriptor.FoldRows, descriptor.AccumulatorBytes,
            WeightLayout.Of(descriptor)?.Coefficients ?? 0, ProofSizes.ItemLength(descriptor), accuracy.Samples, [.. accuracy.Outputs.Select(error => error.Greatest)],
            [.. accuracy.Outputs.Select(error => error.Mean)], accuracy.SameGreatest, accuracy.Saturated, descriptor.OutputScale,
            ProofForecast.Of(descriptor, Environment.ProcessorCount));
    }
}
