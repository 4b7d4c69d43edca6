using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;
using Tensor = OpenGradient.Inference.Tensors.Tensor;

namespace OpenGradient.Inference.Compiling;

/// <summary>
/// Holds what the compiler read of a network against what ONNX Runtime makes of the same file and inputs. The compiler follows names and knows little of shapes; where it has read something else
/// than the file says, no accuracy that is measured by its own reading would show it.
/// </summary>
internal static class ReadingCheck
{
    private const int MostSamples = 64;
    private const int MostAnswerBytes = 1 << 24;

    // Of the greatest output: floats of 32 bits, summed in another order, stay far below.
    private const double Tolerance = 1e-3;

    /// <summary>Where the two differ; null where they do not.</summary>
    /// <param name="onnx">The file.</param>
    /// <param name="signature">Its inputs and outputs.</param>
    /// <param name="ending">The operator of its last node.</param>
    /// <param name="read">What one input gives by the layers that were read.</param>
    /// <param name="inputs">What the bytes of an input stand for.</param>
    /// <param name="samples">Inputs, the first of which are run.</param>
    public static string? Fault(
        ReadOnlyMemory<byte> onnx, ModelSignature signature, string ending, Func<ReadOnlyMemory<byte>, double[]> read, ByteInputs inputs, IReadOnlyList<ReadOnlyMemory<byte>> samples)
    {
        if (signature.Inputs is not [{ DataType: DataType.Float, HasRank: true } input] || signature.Outputs.Length != 1)
            return "The network must have one input of FLOAT, and one output.";
        ImmutableArray<uint> dims = [.. input.Axes.Select(axis => axis.IsDynamic ? 1 : axis.Size)];
        try
        {
            using var options = OnnxRuntimeEnvironment.Create(ExecutionProvider.Cpu, cudaFolder: null).CreateOptions(threads: 1);
            using var session = OnnxSession.Create(onnx, signature, options, MostAnswerBytes);
            using var run = new RunOptions();
            foreach (var sample in samples.Take(MostSamples))
            {
                if (dims.Aggregate(1L, (product, dim) => product * dim) != sample.Length)
                    return $"By its signature the network takes {string.Join('×', dims)} numbers, and its first layer {sample.Length}.";
                float[] floats = [.. sample.ToArray().Select(value => (float)inputs.Dequantise(value))];
                var answer = session.Run([new Tensor(input.Name, DataType.Float, dims, MemoryMarshal.AsBytes(floats.AsSpan()).ToArray())], run)[0];
                if (FaultOf(answer, ending, read(sample)) is { } fault)
                    return $"ONNX Runtime makes something else of the file than was read here: {fault}";
            }

            return null;
        }
        catch (Exception failure) when (failure is OnnxRuntimeException or OnnxSessionException)
        {
            return $"ONNX Runtime does not run it: {OnnxText.Clean(failure.Message)}";
        }
    }

    private static string? FaultOf(Tensor answer, string ending, double[] read)
    {
        var greatest = Math.Max(read.Max(Math.Abs), 1e-3);
        if (ending == "ArgMax")
            return FaultOfChoice(answer, read, greatest * Tolerance);
        double[] given = [.. FloatReading.ToDoubles(answer)];
        if (given.Length != read.Length)
            return $"{given.Length} numbers come out, and {read.Length} by its layers.";
        var expected = ending == "Softmax" ? Softmax(read) : read;
        // A share of one comes from each, whatever the size of what it is a share of.
        var most = Tolerance * (ending == "Softmax" ? 1 + greatest : greatest);
        for (var i = 0; i < given.Length; i++)
        {
            if (!(Math.Abs(given[i] - expected[i]) <= most))
                return $"output {i} is {given[i]:G6}, and {expected[i]:G6} by its layers.";
        }

        return null;
    }

    // Which of two is greater that are nearly the same is nobody's fault.
    private static string? FaultOfChoice(Tensor answer, double[] read, double most)
    {
        if (answer.DataType != DataType.Int64 || answer.Data.Length != sizeof(long))
            return "it gives more than one choice.";
        var chosen = MemoryMarshal.Read<long>(answer.Data.Span);
        return chosen >= 0 && chosen < read.Length && read[chosen] >= read.Max() - most ? null : $"it chooses {chosen}, and {Array.IndexOf(read, read.Max())} by its layers.";
    }

    private static double[] Softmax(double[] logits)
    {
        var greatest = logits.Max();
        double[] powers = [.. logits.Select(logit => Math.Exp(logit - greatest))];
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }
}
