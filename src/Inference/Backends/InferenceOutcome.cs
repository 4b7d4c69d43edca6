using System.Collections.Immutable;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>Why an input cannot be answered, by anyone.</summary>
public enum InputReason
{
    None = 0,

    /// <summary>The bytes are no encoding of tensors.</summary>
    NotAnEncoding,

    /// <summary>An input of the signature is missing.</summary>
    InputMissing,

    /// <summary>A tensor that is no input of the signature.</summary>
    InputUnknown,

    /// <summary>Elements of another type than the signature has.</summary>
    DataTypeWrong,

    /// <summary>A shape that the signature does not take.</summary>
    ShapeWrong,

    /// <summary>The answer of a Float version holds NaN or an infinity: it agrees with nothing, so that it is none.</summary>
    AnswerNotFinite,

    /// <summary>What a text model is asked is no UTF-8.</summary>
    NotText,
}

/// <summary>Why there is no answer here and now. Another node, or the same one later, may have one.</summary>
public enum UnavailableReason
{
    None = 0,

    /// <summary>As many requests wait already as may wait.</summary>
    Busy,

    /// <summary>The model does not fit into the memory that models may take.</summary>
    OutOfMemoryBudget,

    /// <summary>The artifact could not be read, or is not the one that was published.</summary>
    ArtifactUnavailable,

    /// <summary>The runtime does not take the model.</summary>
    ModelRefused,

    /// <summary>The time limit was reached.</summary>
    TimedOut,

    /// <summary>The runtime failed on this input. Whether the input is to blame is not certain.</summary>
    RuntimeFailed,

    /// <summary>The answer is longer than the limit.</summary>
    AnswerTooLarge,

    /// <summary>The answer is not of the version's signature.</summary>
    AnswerInvalid,

    /// <summary>The server cannot be reached, or is not ready.</summary>
    ServerUnreachable,

    /// <summary>The server refuses this question: by its word it is too long, or not as it should be.</summary>
    ServerRefused,

    /// <summary>This backend does not run such versions.</summary>
    NotSupported,

    /// <summary>The server refuses us, or has another model than this: whoever runs it, or named it, has to mend that. No question is to blame.</summary>
    ServerMissetUp,

    /// <summary>The question is longer than those that this node has answered.</summary>
    QuestionTooLarge,
}

/// <summary>What came of asking a version.</summary>
public abstract record InferenceOutcome
{
    private InferenceOutcome()
    {
    }

    /// <summary>An answer of the version's signature, in the order of the names, ready to be encoded.</summary>
    public sealed record Answered(ImmutableArray<Tensor> Outputs) : InferenceOutcome;

    /// <summary>The input cannot be run, for certain: a claim to that effect holds before a court.</summary>
    public sealed record Failed(InputReason Reason, string Detail) : InferenceOutcome;

    /// <summary>No answer now. It says nothing of the input.</summary>
    public sealed record Unavailable(UnavailableReason Reason, bool IsRetryable, string Detail) : InferenceOutcome;
}
