using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Relayer.Execution;

/// <summary>What a signature says of how long outputs are.</summary>
internal static class OutputSize
{
    /// <inheritdoc cref="ModelSignature.LeastOutputBytes"/>
    public static long LeastOf(ModelSignature signature) => signature.LeastOutputBytes;
}
