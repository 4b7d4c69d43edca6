using System.Numerics;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.MultiScalar;

namespace OpenGradient.Prover.Proving;

/// <summary>What proving takes of the memory, beside the setup. It follows from the layout alone, so that it is known before anything is allocated.</summary>
public static class ProvingMemory
{
    /// <summary>A model that is committed to: its coefficients, and the roots that its transforms go by, of both directions and in two forms.</summary>
    public static long OfModel(WeightLayout layout) => (layout.Coefficients * sizeof(int)) + (4L * layout.Columns * Fr.ByteLength);

    /// <summary>One proof of it while it is made, in the short form, which takes more than the long one.</summary>
    /// <param name="layout">The model's.</param>
    /// <param name="threads">By how many it is made: each multiplies a row of its own.</param>
    public static long OfProof(WeightLayout layout, int threads)
    {
        // The quotient, and scalars on their way to be digits, a slice at a time.
        var slice = (int)Math.Min(layout.Coefficients, MultiScalarSum.SliceLength);
        var terms = layout.Coefficients + slice;
        // X, the remainder and its reverse; X transformed; and for each thread a product, and the same while it is transformed.
        var columns = (5L + (4L * Math.Min(threads, layout.Rows))) * layout.Columns;
        // A slice has the widest windows of the short form, a row of multiples those of the long one.
        var windowBits = Math.Max(MultiScalarSum.WindowBitsOf(slice), MultiScalarSum.JoinedWindowBitsOf(layout.Columns));
        return ((terms + columns) * Fr.ByteLength) + (threads * BucketSums.BytesFor(windowBits));
    }

    /// <summary>
    /// The multiples of the setup's powers that long proofs go by, or 0 where they would take too much and none are made. Versions with as many columns share them.
    /// </summary>
    public static long OfMultiples(int columns) => PointMultiples.BytesFor(BitOperations.Log2((uint)columns));
}
