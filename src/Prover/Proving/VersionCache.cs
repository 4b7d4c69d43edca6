using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;

namespace OpenGradient.Prover.Proving;

/// <summary>
/// Points that are fixed for a version and make its long proofs quick: [rowᵢ], of each row of the folded matrix, and D_d = [⌊w / Z^((d+1)·C)⌋]. They are
/// of public numbers; a cache with wrong points makes proofs that do not hold, and no others.
/// </summary>
public sealed class VersionCache
{
    private VersionCache(G1Affine[] rows, G1Affine[] shifted)
    {
        Rows = rows;
        Shifted = shifted;
    }

    /// <summary>How many bytes the points take.</summary>
    public int ByteLength => (Rows.Length + Shifted.Length) * G1Affine.ByteLength;

    internal G1Affine[] Rows { get; }

    internal G1Affine[] Shifted { get; }

    /// <summary>Computes the points: R/2 passes over all weights. Progress goes from 0 to 1.</summary>
    public static VersionCache Fill(CommittedModel model, IProgress<double>? progress, Work work)
    {
        var columns = model.Layout.Columns;
        var count = model.Layout.Rows;
        var powers = model.Setup.Powers;
        var rows = new G1[count];
        var shifted = new G1[count - 1];
        var total = ((double)count * (count - 1) / 2) + count;
        var done = 0.0;
        for (var i = 0; i < count; i++)
        {
            rows[i] = MultiScalarSum.OfSmall(powers, model.Coefficients.Slice(i * columns, columns), work);
            done++;
            if (i < count - 1)
            {
                shifted[i] = MultiScalarSum.OfSmall(powers, model.Coefficients[((i + 1) * columns)..], work);
                done += count - 1 - i;
            }

            progress?.Report(done / total);
        }

        return new VersionCache(G1.ToAffine(rows), G1.ToAffine(shifted));
    }
}
