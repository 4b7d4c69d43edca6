using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Inference.Compiling;

/// <summary>
/// Compiles dense networks from ONNX into integer models. Deterministic: the same file and data give the same bytes on every machine.
/// </summary>
public static class OnnxCompiler
{
    /// <param name="onnx">The network, as a stranger gave it.</param>
    /// <param name="inputs">What the bytes of an input stand for.</param>
    /// <param name="calibration">Inputs that scales are found by, and accuracy is measured on: as many bytes each as the network has inputs.</param>
    /// <param name="options">How fine the integer form is.</param>
    /// <param name="limits">What is taken of files.</param>
    public static CompilationOutcome Compile(
        ReadOnlyMemory<byte> onnx, ByteInputs inputs, IReadOnlyList<ReadOnlyMemory<byte>> calibration, QuantiserOptions options, ArtifactLimits limits)
    {
        var inspected = OnnxArtifact.Inspect(onnx, limits);
        if (inspected is not ArtifactReading.Accepted(var signature, _))
            return new CompilationOutcome.Refused(inspected is ArtifactReading.Refused(_, var detail) ? detail : "The file cannot be read.");
        if (DenseGraphReader.TryRead(onnx.Span) is not { } graph)
            return new CompilationOutcome.Refused("The graph cannot be read.");
        if (DenseLayers.TryCollect(graph, out var layers) is { } fault)
            return new CompilationOutcome.Refused(fault);
        if (calibration.Any(sample => sample.Length != layers[0].Inputs))
            return new CompilationOutcome.Refused($"Each input of the calibration must have {layers[0].Inputs} bytes.");
        var ending = graph.Nodes.First(node => node.Outputs.Contains(graph.Outputs[0], StringComparer.Ordinal)).Operator;
        if (ReadingCheck.Fault(onnx, signature, ending, sample => Run(layers, inputs, sample), inputs, calibration) is { } misread)
            return new CompilationOutcome.Refused(misread);
        try
        {
            var quantised = Quantiser.Quantise(layers, inputs, calibration, options);
            return new CompilationOutcome.Compiled(quantised.Model, Measure(layers, inputs, quantised, calibration));
        }
        catch (QuantisationException exception)
        {
            return new CompilationOutcome.Refused(exception.Message);
        }
    }

    // In floats, as the layers were read.
    private static double[] Run(IReadOnlyList<FloatLayer> layers, ByteInputs inputs, ReadOnlyMemory<byte> sample)
    {
        double[] values = [.. sample.ToArray().Select(inputs.Dequantise)];
        for (var i = 0; i < layers.Count; i++)
        {
            var ceiling = layers[i].Ceiling;
            values = Quantiser.Run(layers[i], values);
            if (i < layers.Count - 1)
                values = Array.ConvertAll(values, value => Math.Min(Math.Max(0, value), ceiling));
        }

        return values;
    }

    private static AccuracyReport Measure(
        IReadOnlyList<FloatLayer> layers, ByteInputs inputs, QuantisedMlp quantised, IReadOnlyList<ReadOnlyMemory<byte>> samples)
    {
        var scale = quantised.Model.Descriptor.OutputScale;
        var greatest = new double[layers[^1].Outputs];
        var sums = new double[greatest.Length];
        var same = 0;
        foreach (var sample in samples)
        {
            var expected = Run(layers, inputs, sample);
            double[] found = [.. IntegerExecutor.Run(quantised.Model, sample.Span).Select(output => output * scale)];
            for (var i = 0; i < found.Length; i++)
            {
                var error = Math.Abs(found[i] - expected[i]);
                greatest[i] = Math.Max(greatest[i], error);
                sums[i] += error;
            }

            same += Array.IndexOf(found, found.Max()) == Array.IndexOf(expected, expected.Max()) ? 1 : 0;
        }

        ImmutableArray<OutputError> outputs = [.. greatest.Zip(sums, (most, sum) => new OutputError(most, sum / samples.Count))];
        return new AccuracyReport(samples.Count, outputs, (double)same / samples.Count, quantised.Saturated);
    }
}
