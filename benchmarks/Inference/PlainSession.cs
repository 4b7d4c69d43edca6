using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenGradient.Inference.Artifacts;
using Tensor = OpenGradient.Inference.Tensors.Tensor;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>
/// The runtime as its own examples use it: a session of one thread, whose caller has joined the questions already. Nothing is pooled, limited or judged.
/// </summary>
internal sealed class PlainSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public PlainSession(ReadOnlyMemory<byte> artifact, ModelSignature signature)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _session = new InferenceSession(artifact.ToArray(), options);
        _inputs = [.. signature.Inputs.Select(input => input.Name)];
        _outputs = [.. signature.Outputs.Select(output => output.Name)];
    }

    /// <summary>What the runtime says it is.</summary>
    public static string Runtime => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <summary>Runs the model once, and gives the bytes of its outputs.</summary>
    public ImmutableArray<byte[]> Run(ImmutableArray<Tensor> inputs)
    {
        List<OrtValue> values = new(inputs.Length);
        try
        {
            foreach (var input in inputs)
            {
                var value = OrtValue.CreateAllocatedTensorValue(
                    OrtAllocator.DefaultInstance, (TensorElementType)input.DataType, [.. input.Dims.Select(dim => (long)dim)]);
                values.Add(value);
                input.Data.Span.CopyTo(value.GetTensorMutableRawData());
            }

            using var options = new RunOptions();
            using var outputs = _session.Run(options, _inputs, values, _outputs);
            return [.. outputs.Select(output => output.GetTensorMutableRawData().ToArray())];
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();
}
