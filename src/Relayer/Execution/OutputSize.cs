using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Relayer.Execution;

/// <summary>What a signature says of how long outputs are.</summary>
internal static class OutputSize
{
    /// <summary>The least bytes of all elements: an axis that each run chooses is one long at the least.</summary>
    public static long LeastOf(ModelSignature signature) => signature.Outputs.Sum(LeastOf);

    private static long LeastOf(TensorSignature output)
    {
        long elements = 1;
        foreach (var axis in output.HasRank ? output.Axes : [])
            elements = Math.Min(int.MaxValue, elements * Math.Max(1, (long)axis.Size));
        return elements * output.DataType.SizeInBytes();
    }
}
