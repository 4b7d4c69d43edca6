using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>What came of asking a version in canonical bytes.</summary>
public abstract record CanonicalOutcome
{
    private CanonicalOutcome()
    {
    }

    /// <param name="Output">The answer's one encoding.</param>
    public sealed record Answered(ReadOnlyMemory<byte> Output) : CanonicalOutcome;

    public sealed record Failed(InputReason Reason, string Detail) : CanonicalOutcome;

    public sealed record Unavailable(UnavailableReason Reason, bool IsRetryable, string Detail) : CanonicalOutcome;
}

/// <summary>Asks a version in the bytes that requests and receipts commit to.</summary>
public static class CanonicalInference
{
    /// <inheritdoc cref="IInferenceBackend.InferAsync"/>
    public static async Task<CanonicalOutcome> InferEncodedAsync(
        this IInferenceBackend backend, LoadedVersion version, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (TensorEncoding.Decode(input) is not TensorDecoding.Decoded(var tensors))
            return new CanonicalOutcome.Failed(InputReason.NotAnEncoding, "The input is no encoding of tensors.");

        switch (await backend.InferAsync(version, tensors, cancellationToken))
        {
            case InferenceOutcome.Answered(var outputs):
                return TensorEncoding.TryEncode(outputs, out var encoded) is var fault and not TensorFault.None
                    ? new CanonicalOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: false, $"The answer has no encoding: {fault}.")
                    : new CanonicalOutcome.Answered(encoded);
            case InferenceOutcome.Failed(var reason, var detail):
                return new CanonicalOutcome.Failed(reason, detail);
            case InferenceOutcome.Unavailable(var reason, var isRetryable, var detail):
                return new CanonicalOutcome.Unavailable(reason, isRetryable, detail);
            case var other:
                throw new InvalidOperationException($"There is no outcome {other}.");
        }
    }
}
