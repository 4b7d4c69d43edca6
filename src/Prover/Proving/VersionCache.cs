using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Pairings;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Proving;

/// <summary>
/// Points that are fixed for a version and make its long proofs quick: [rowᵢ], of each row of the folded matrix, and D_d = [⌊w / Z^((d+1)·C)⌋]. They are
/// of public numbers; a cache with wrong points makes proofs that do not hold, and no others. Multiples of the setup's powers make them quicker still:
/// those are all versions', are computed when the first cache is there, and go with the last.
/// </summary>
public sealed class VersionCache
{
    private VersionCache(G1Affine[] rows, G1Affine[] shifted)
    {
        Rows = rows;
        Shifted = shifted;
    }

    /// <summary>How many bytes the points take that are kept.</summary>
    public int ByteLength => (Rows.Length + Shifted.Length) * G1Affine.ByteLength;

    private static ReadOnlySpan<byte> Mark => "OGCACHE\x01"u8;

    internal G1Affine[] Rows { get; }

    internal G1Affine[] Shifted { get; }

    /// <summary>Of the setup's first C powers; null where they would take too much memory, or were not wanted.</summary>
    internal PointMultiples? Multiples { get; private init; }

    /// <summary>Computes the points: R/2 passes over all weights.</summary>
    /// <param name="model">The version's.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <param name="work">Cancellable.</param>
    /// <param name="withMultiples">Whether there is memory for multiples, too (<see cref="ProvingMemory.OfMultiples"/>).</param>
    public static VersionCache Fill(CommittedModel model, IProgress<double>? progress, Work work, bool withMultiples = true)
    {
        var columns = model.Layout.Columns;
        var count = model.Layout.Rows;
        var powers = model.Setup.Powers;
        var rows = new G1[count];
        var shifted = new G1[count - 1];
        var multiples = withMultiples ? model.Setup.MultiplesOf(columns, work) : null;
        var room = new BucketRoom();
        var total = ((double)count * (count - 1) / 2) + count;
        var done = 0.0;
        for (var i = 0; i < count; i++)
        {
            rows[i] = MultiScalarSum.OfSmall(powers, model.Coefficients.Slice(i * columns, columns), room, work);
            done++;
            if (i < count - 1)
            {
                shifted[i] = MultiScalarSum.OfSmall(powers, model.Coefficients[((i + 1) * columns)..], room, work);
                done += count - 1 - i;
            }

            progress?.Report(done / total);
        }

        return new VersionCache(G1.ToAffine(rows), G1.ToAffine(shifted)) { Multiples = multiples };
    }

    /// <summary>The bytes to keep a cache by: a mark, the version's commitment, [τ]₂, and the points.</summary>
    public byte[] Write(CommittedModel model)
    {
        byte[] head = HeadOf(model);
        var bytes = new byte[head.Length + ByteLength];
        head.CopyTo(bytes, 0);
        var rest = bytes.AsSpan(head.Length);
        foreach (var point in Rows.Concat(Shifted))
        {
            point.Write(rest);
            rest = rest[G1Affine.ByteLength..];
        }

        return bytes;
    }

    /// <summary>
    /// Reads a cache that was kept, or gives null: it is of another version or setup, cut off, or its points are not the version's. That is shown by the
    /// equation that proofs will have to satisfy, for an r that nobody could foresee.
    /// </summary>
    public static VersionCache? TryRead(ReadOnlySpan<byte> bytes, CommittedModel model, Work work, bool withMultiples = true)
    {
        var head = HeadOf(model);
        var rowCount = model.Layout.Rows;
        var points = new G1Affine[(2 * rowCount) - 1];
        if (!bytes.StartsWith(head) || bytes.Length != head.Length + (points.Length * G1Affine.ByteLength))
            return null;
        for (var i = 0; i < points.Length; i++)
        {
            if (!G1Affine.TryRead(bytes[(head.Length + (i * G1Affine.ByteLength))..], out points[i]))
                return null;
        }

        var cache = new VersionCache(points[..rowCount], points[rowCount..]);
        if (!cache.IsOf(model, work))
            return null;
        return new VersionCache(cache.Rows, cache.Shifted) { Multiples = withMultiples ? model.Setup.MultiplesOf(model.Layout.Columns, work) : null };
    }

    private static byte[] HeadOf(CommittedModel model) => [.. Mark, .. model.ProofCommitment.Bytes, .. model.Setup.Verifier.Tau];

    private bool IsOf(CommittedModel model, Work work)
    {
        if (model.Setup.Verifier.PreparedPower(model.Layout.Columns) is not { } power)
            return false;
        var r = Fr.FromUInt256(UInt256.FromBigEndian(RandomNumberGenerator.GetBytes(UInt256.ByteLength)));
        var powersOfR = new Fr[Rows.Length];
        powersOfR[0] = Fr.One;
        for (var i = 1; i < powersOfR.Length; i++)
            powersOfR[i] = powersOfR[i - 1] * r;
        var g = MultiScalarSum.Of(Rows, powersOfR, work);
        var q = MultiScalarSum.Of(Shifted, powersOfR.AsSpan(0, Shifted.Length), work);
        if (!G1Affine.TryRead(model.WeightCommitment.AsSpan(), out var weights))
            return false;
        var division = (G1)weights - g + (q * r);
        return Pairing.IsOne([((-division).ToAffine(), VerifierSetup.PreparedOne), (q.ToAffine(), power)]);
    }
}
