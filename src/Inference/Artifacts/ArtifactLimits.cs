using System.Collections.Immutable;

namespace OpenGradient.Inference.Artifacts;

/// <summary>What an artifact may be at the most. Whoever publishes one chooses its bytes; whoever runs it chooses these.</summary>
public sealed record ArtifactLimits
{
    public static ArtifactLimits Default { get; } = new();

    /// <summary>The longest artifact, in bytes. An array holds it, so that it cannot be above 2 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>The most nodes, those of nested graphs and functions among them.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>The most attributes of all nodes.</summary>
    public int MaxAttributes { get; init; } = 1_000_000;

    /// <summary>The most constant tensors, those of nested graphs and of attributes among them.</summary>
    public int MaxConstants { get; init; } = 100_000;

    /// <summary>How deep graphs may stand in graphs: the bodies of If, Loop and Scan.</summary>
    public int MaxGraphDepth { get; init; } = 8;

    /// <summary>The newest version of ONNX's file format that is taken.</summary>
    public int MaxIrVersion { get; init; } = 13;

    /// <summary>The newest set of ONNX's own operators that is taken.</summary>
    public int MaxOpset { get; init; } = 26;

    /// <summary>
    /// The domains of operators that are taken beside ONNX's own. A domain that is not here is code that nobody has looked at; its operators may
    /// read files.
    /// </summary>
    public ImmutableHashSet<string> AllowedDomains { get; init; } = ImmutableHashSet.Create(StringComparer.Ordinal, "ai.onnx.ml");
}
