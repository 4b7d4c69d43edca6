using System.Buffers.Binary;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>Runs Integer versions, in this process and exactly.</summary>
public sealed class IntegerBackend : IInferenceBackend
{
    public string Name => "integer";

    public Task<InferenceOutcome> InferAsync(LoadedVersion version, IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (version.Body is not VersionBody.Integer(var model))
            return Task.FromResult<InferenceOutcome>(NotSupported);
        return Task.FromResult(TensorRules.Arrange(version.Signature, inputs, out var arranged) ?? Run(version, model, arranged[0].Data.Span));
    }

    public Task<InferenceOutcome.Unavailable?> WarmUpAsync(LoadedVersion version, CancellationToken cancellationToken) =>
        Task.FromResult(version.Body is VersionBody.Integer ? null : NotSupported);

    private static InferenceOutcome Run(LoadedVersion version, IntegerModel model, ReadOnlySpan<byte> input)
    {
        var outputs = IntegerExecutor.Run(model, input);
        var data = new byte[outputs.Length * sizeof(int)];
        for (var i = 0; i < outputs.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * sizeof(int)), outputs[i]);
        return TensorRules.Judge(version, [new Tensor(IntegerModel.OutputName, DataType.Int32, [(uint)outputs.Length], data)]);
    }

    private static InferenceOutcome.Unavailable NotSupported { get; } =
        new(UnavailableReason.NotSupported, IsRetryable: false, "Only Integer versions are run here.");
}
