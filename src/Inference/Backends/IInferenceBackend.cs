using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>Runs versions. Safe for many callers at once.</summary>
public interface IInferenceBackend
{
    /// <summary>What the backend is called where people read of it.</summary>
    string Name { get; }

    /// <summary>
    /// Answers one question. Whatever goes wrong is a value; the one exception is cancellation. Inputs may be in any order; their data must not
    /// change until the answer is there.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer.</exception>
    Task<InferenceOutcome> InferAsync(LoadedVersion version, IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken);

    /// <summary>Makes a version ready, so that the first question does not wait for it.</summary>
    /// <returns>Null when it is ready; otherwise why not.</returns>
    Task<InferenceOutcome.Unavailable?> WarmUpAsync(LoadedVersion version, CancellationToken cancellationToken);
}
