using System.Collections.Immutable;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Prover.Layout;

/// <summary>What a version's proofs are tuned for.</summary>
public enum ProofForm
{
    /// <summary>288 bytes; the prover works on twice as many terms as there are coefficients.</summary>
    Short = 1,

    /// <summary>416 bytes; the prover works on 2R + 4C terms, once points that are fixed for the version are at hand.</summary>
    Long = 2,
}

/// <summary>
/// Chooses R. A verifier does not feel it. A prover of short proofs works on 2·R·C + 2·C terms, so that padding to a power of two should be little; one of
/// long proofs on 2·R + 4·C, after R/2 passes over all weights to fill its cache.
/// </summary>
public static class FoldRows
{
    /// <summary>More rows than this are not worth the time that the cache takes to fill.</summary>
    public const int MaxRowsOfCache = 128;

    /// <summary>The best R for a form, or null where the model is too large for any.</summary>
    public static int? Choose(int inputs, ImmutableArray<LayerTerms> layers, ProofForm form)
    {
        var widest = layers.Max(layer => layer.Outputs);
        var most = form == ProofForm.Long ? Math.Min(MaxRowsOfCache, widest) : widest;
        int? best = null;
        var least = long.MaxValue;
        for (var rows = 1; rows <= most; rows++)
        {
            var columns = ColumnsOf(rows, inputs, layers);
            if (columns > WeightLayout.MaxColumns || rows * columns > WeightLayout.MaxCoefficients)
                continue;
            // A column costs a short proof transforms in every row, besides its terms; they matter little.
            var cost = form == ProofForm.Long ? (2 * rows) + (4 * columns) : (2 * rows * columns) + (2 * columns);
            if (cost < least)
                (best, least) = (rows, cost);
        }

        return best;
    }

    private static long ColumnsOf(int rows, int inputs, ImmutableArray<LayerTerms> layers)
    {
        var used = 0L;
        for (var i = 0; i < layers.Length; i++)
            used += (long)((layers[i].Outputs + rows - 1) / rows) * ((i == 0 ? inputs : layers[i - 1].Outputs) + 1);
        return (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)used);
    }
}
