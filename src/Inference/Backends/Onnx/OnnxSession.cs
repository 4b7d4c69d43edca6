using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;
using Tensor = OpenGradient.Inference.Tensors.Tensor;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>Raised where a model, or what it gave, is not what its artifact's signature says, or is more than the limits allow.</summary>
internal sealed class OnnxSessionException(UnavailableReason reason, string message) : Exception(message)
{
    public UnavailableReason Reason => reason;
}

/// <summary>One model in the runtime's memory. Runs may overlap.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ModelSignature _signature;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly int _maxAnswerBytes;

    private OnnxSession(InferenceSession session, ModelSignature signature, int maxAnswerBytes)
    {
        _session = session;
        _signature = signature;
        _inputNames = [.. signature.Inputs.Select(input => input.Name)];
        _outputNames = [.. signature.Outputs.Select(output => output.Name)];
        _maxAnswerBytes = maxAnswerBytes;
    }

    /// <summary>Loads a model. The runtime must see the inputs and outputs that our reader saw.</summary>
    /// <exception cref="OnnxRuntimeException">The runtime does not take the model.</exception>
    /// <exception cref="OnnxSessionException">The runtime sees another model.</exception>
    public static OnnxSession Create(ReadOnlyMemory<byte> artifact, ModelSignature signature, SessionOptions options, int maxAnswerBytes)
    {
        var session = new InferenceSession(artifact.ToArray(), options);
        if (AreSame(session.InputMetadata, signature.Inputs) && AreSame(session.OutputMetadata, signature.Outputs))
            return new OnnxSession(session, signature, maxAnswerBytes);
        session.Dispose();
        throw new OnnxSessionException(UnavailableReason.ModelRefused, "The runtime sees other inputs or outputs than the signature has.");
    }

    /// <summary>Runs the model on inputs in the signature's order.</summary>
    /// <exception cref="OnnxRuntimeException">The runtime failed, or was told to end.</exception>
    /// <exception cref="OnnxSessionException">The answer is too long, or no tensors.</exception>
    public ImmutableArray<Tensor> Run(ImmutableArray<Tensor> inputs, RunOptions options)
    {
        var values = new List<OrtValue>(inputs.Length);
        try
        {
            foreach (var input in inputs)
                values.Add(ToValue(input));
            using var outputs = _session.Run(options, _inputNames, values, _outputNames);
            return FromValues(outputs);
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    // Copied into the runtime's own memory, because an encoding's data stands at any address and kernels want aligned ones.
    private static OrtValue ToValue(Tensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (TensorElementType)tensor.DataType, [.. tensor.Dims.Select(dim => (long)dim)]);
        tensor.Data.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private ImmutableArray<Tensor> FromValues(IDisposableReadOnlyCollection<OrtValue> values)
    {
        var builder = ImmutableArray.CreateBuilder<Tensor>(values.Count);
        var total = 0L;
        for (var i = 0; i < values.Count; i++)
        {
            if (!values[i].IsTensor)
                throw new OnnxSessionException(UnavailableReason.AnswerInvalid, $"The output {_outputNames[i]} is no tensor.");
            var info = values[i].GetTensorTypeAndShape();
            if ((DataType)info.ElementDataType != _signature.Outputs[i].DataType)
                throw new OnnxSessionException(UnavailableReason.AnswerInvalid, $"The output {_outputNames[i]} is of another type than the signature says.");
            if (info.Shape.Any(dim => dim is < 1 or > uint.MaxValue))
                throw new OnnxSessionException(UnavailableReason.AnswerInvalid, $"The output {_outputNames[i]} is empty.");
            var data = values[i].GetTensorMutableRawData();
            total += data.Length;
            if (total > _maxAnswerBytes)
                throw new OnnxSessionException(UnavailableReason.AnswerTooLarge, $"The answer has more than {_maxAnswerBytes} bytes.");
            builder.Add(new Tensor(_outputNames[i], _signature.Outputs[i].DataType, [.. info.Shape.Select(dim => (uint)dim)], data.ToArray()));
        }

        return builder.MoveToImmutable();
    }

    private static bool AreSame(IReadOnlyDictionary<string, NodeMetadata> seen, ImmutableArray<TensorSignature> read) =>
        seen.Count == read.Length
        && read.All(tensor => seen.TryGetValue(tensor.Name, out var metadata) && metadata.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
            && (DataType)metadata.ElementDataType == tensor.DataType);
}
