using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Inference.Backends;

/// <summary>What runs when a version is asked.</summary>
public abstract record VersionBody
{
    private VersionBody()
    {
    }

    /// <summary>An ONNX artifact that was looked through, in this process or on a server that has it.</summary>
    public sealed record Onnx(ArtifactSource Source, OnnxFacts Facts) : VersionBody;

    /// <summary>A descriptor with its weights, run exactly.</summary>
    public sealed record Integer(Inference.Integer.IntegerModel Model) : VersionBody;

    /// <summary>A text model that only a server has; the artifact is a document that names it. That the server runs this model is the server's word.</summary>
    public sealed record Remote(TextModel Model) : VersionBody;
}

/// <summary>A version that is ready to be asked: its artifact was read, and is the one that was published.</summary>
/// <param name="Id">The version's id, by which backends keep sessions apart.</param>
/// <param name="ArtifactHash">SHA-256 of the artifact.</param>
/// <param name="Signature">Inputs and outputs.</param>
/// <param name="Semantics">When answers are the same.</param>
/// <param name="Body">What runs.</param>
public sealed record LoadedVersion(
    Hash32 Id, Hash32 ArtifactHash, ModelSignature Signature, VersionSemantics Semantics, VersionBody Body);
