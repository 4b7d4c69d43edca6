namespace OpenGradient.Inference.Artifacts;

/// <summary>Why an artifact is refused.</summary>
public enum ArtifactFault
{
    None = 0,

    /// <summary>Longer, or with more in it, than the limits allow.</summary>
    TooLarge,

    /// <summary>The bytes are not of the format: cut off, a length that leads out, a type that the field does not have.</summary>
    Malformed,

    /// <summary>A field that stands once stands twice: two readers could then see two models.</summary>
    FieldRepeated,

    /// <summary>A field that a model needs is not there.</summary>
    FieldMissing,

    /// <summary>A version of the file format, or of the operators, that is not taken.</summary>
    VersionUnsupported,

    /// <summary>An operator, or a function, of a domain that is not allowed.</summary>
    DomainRefused,

    /// <summary>Weights in another file: the artifact's hash would say nothing of them, and its path could lead anywhere.</summary>
    ExternalData,

    /// <summary>Graphs nested deeper than the limits allow.</summary>
    TooDeep,

    /// <summary>A constant whose shape and bytes do not belong together.</summary>
    ConstantInvalid,

    /// <summary>What training needs, and running does not.</summary>
    TrainingRefused,

    /// <summary>An input or output that no tensor of ours can be: its name, its type, or its shape.</summary>
    SignatureInvalid,

    /// <summary>Numbers that are not within the bounds of the format (integer models).</summary>
    BoundExceeded,
}

/// <summary>What came of looking through an ONNX artifact.</summary>
public abstract record ArtifactReading
{
    private ArtifactReading()
    {
    }

    /// <summary>The artifact keeps to the limits. Whether a runtime can run it is the runtime's to say.</summary>
    public sealed record Accepted(ModelSignature Signature, OnnxFacts Facts) : ArtifactReading;

    /// <summary>The artifact must not be run.</summary>
    /// <param name="Fault">What is wrong.</param>
    /// <param name="Detail">Where, for people. What the artifact says of itself is cut and cleaned in it.</param>
    public sealed record Refused(ArtifactFault Fault, string Detail) : ArtifactReading;
}
