using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>When two answers of a version count as the same, with what that kind needs.</summary>
public abstract record VersionSemantics
{
    private VersionSemantics()
    {
    }

    /// <summary>Nothing can be compared.</summary>
    public sealed record None : VersionSemantics
    {
        private None()
        {
        }

        public static None Instance { get; } = new();
    }

    /// <summary>Equal or wrong.</summary>
    /// <param name="DescriptorHash">The hash of the descriptor that is run.</param>
    public sealed record Integer(Hash32 DescriptorHash) : VersionSemantics;

    /// <summary>Within a tolerance; NaN and infinity agree with nothing.</summary>
    public sealed record Float(Tolerance Tolerance) : VersionSemantics;
}
