using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>
/// The same sums as <see cref="PairBatch"/> makes, eight side by side. Coordinates stand limb by limb, so that eight neighbours are one load. Elements are
/// held times 2^256, and the lanes' product divides by 2^261; the inverses carry the difference, so that slopes come out times 2^256, and 32 times a slope
/// makes products of it come out right too.
/// </summary>
internal sealed class LaneAddition
{
    // Planes are a power of two apart but for one cache line: else all would compete for the same few lines of the first cache.
    private const int Stride = PairBatch.Capacity + Lanes8.Count;
    private const int LimbsPerPoint = 8;

    private static readonly LaneModulus Modulus = LaneModulus.Of<BaseModulus>();

    // 16 planes: four limbs of x and of y, of the left points and of the right ones. Sums stand where left points stood.
    private readonly ulong[] _planes = new ulong[2 * LimbsPerPoint * Stride];
    private readonly Lanes8[] _products = new Lanes8[PairBatch.Capacity / Lanes8.Count];

    public void Set(int index, in G1Affine left, in G1Affine right)
    {
        Write(index, left);
        Write((LimbsPerPoint * Stride) + index, right);
    }

    public G1Affine SumAt(int index)
    {
        var planes = _planes;
        return new G1Affine(
            new Fq(planes[index], planes[Stride + index], planes[(2 * Stride) + index], planes[(3 * Stride) + index]),
            new Fq(planes[(4 * Stride) + index], planes[(5 * Stride) + index], planes[(6 * Stride) + index], planes[(7 * Stride) + index]));
    }

    /// <summary>Adds so many pairs, none of which has equal x.</summary>
    public void Add(int count)
    {
        // The last vector is filled with a pair whose x differ.
        var padded = (count + Lanes8.Count - 1) & ~(Lanes8.Count - 1);
        for (var i = count; i < padded; i++)
            Set(i, G1Affine.Infinity, G1Affine.Generator);

        ref readonly var modulus = ref Modulus;
        var product = modulus.One;
        for (var i = 0; i < padded; i += Lanes8.Count)
        {
            Load(0, i, out var leftX);
            Load(LimbsPerPoint, i, out var rightX);
            Lanes8.Subtract(rightX, leftX, modulus.Value, out var difference);
            _products[i / Lanes8.Count] = product;
            Lanes8.Multiply(product, difference, modulus, out product);
        }

        Invert(ref product);
        for (var i = padded - Lanes8.Count; i >= 0; i -= Lanes8.Count)
            AddEight(i, ref product, modulus);
    }

    private void AddEight(int index, ref Lanes8 inverse, in LaneModulus modulus)
    {
        Load(0, index, out var leftX);
        Load(4, index, out var leftY);
        Load(LimbsPerPoint, index, out var rightX);
        Load(LimbsPerPoint + 4, index, out var rightY);
        Lanes8.Multiply(inverse, _products[index / Lanes8.Count], modulus, out var own);
        Lanes8.Subtract(rightX, leftX, modulus.Value, out var differenceX);
        Lanes8.Multiply(inverse, differenceX, modulus, out inverse);
        Lanes8.Subtract(rightY, leftY, modulus.Value, out var differenceY);
        // Below 2 m; 32 times it below 64 m.
        Lanes8.Multiply(own, differenceY, modulus, out var slope);
        Lanes8.Times32(slope, out var slope32);
        Lanes8.Multiply(slope32, slope, modulus, out var square);
        Lanes8.Subtract(square, leftX, modulus.Value, out var x);
        Lanes8.Subtract(x, rightX, modulus.Value, out x);
        // x is below 4 m, so that what y is made of is below 5 m, its product below 3 m, and y below 4 m.
        Lanes8.Subtract(leftX, x, modulus.FourTimes, out var toX);
        Lanes8.Multiply(slope32, toX, modulus, out var y);
        Lanes8.Subtract(y, leftY, modulus.Value, out y);
        Store(0, index, ref x, modulus);
        Store(4, index, ref y, modulus);
    }

    // The lanes' products p become 2^517 / p: the inverse of the product of all differences, a factor of 2^−5 with it.
    private static void Invert(ref Lanes8 lanes)
    {
        Lanes8.Reduce(ref lanes, Modulus.Value);
        Span<ulong> words = stackalloc ulong[4 * Lanes8.Count];
        lanes.Pack(out var w0, out var w1, out var w2, out var w3);
        w0.CopyTo(words);
        w1.CopyTo(words[8..]);
        w2.CopyTo(words[16..]);
        w3.CopyTo(words[24..]);
        Span<Fq> elements = stackalloc Fq[Lanes8.Count];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = new Fq(words[i], words[8 + i], words[16 + i], words[24 + i]);
        Inverses.Invert(elements);
        for (var i = 0; i < elements.Length; i++)
        {
            var inverse = elements[i].Doubled().Doubled().Doubled().Doubled().Doubled();
            (words[i], words[8 + i], words[16 + i], words[24 + i]) = (inverse.L0, inverse.L1, inverse.L2, inverse.L3);
        }

        Lanes8.Unpack(
            Vector512.Create<ulong>(words), Vector512.Create<ulong>(words[8..]), Vector512.Create<ulong>(words[16..]), Vector512.Create<ulong>(words[24..]), out lanes);
    }

    private void Write(int start, in G1Affine point)
    {
        // One bounds check for eight writes: the last of them is the furthest.
        var planes = _planes.AsSpan(start, (7 * Stride) + 1);
        planes[7 * Stride] = point.Y.L3;
        planes[0] = point.X.L0;
        planes[Stride] = point.X.L1;
        planes[2 * Stride] = point.X.L2;
        planes[3 * Stride] = point.X.L3;
        planes[4 * Stride] = point.Y.L0;
        planes[5 * Stride] = point.Y.L1;
        planes[6 * Stride] = point.Y.L2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Load(int plane, int index, out Lanes8 lanes)
    {
        var words = _planes.AsSpan((plane * Stride) + index, (3 * Stride) + Lanes8.Count);
        Lanes8.Unpack(
            Vector512.Create<ulong>(words), Vector512.Create<ulong>(words[Stride..]), Vector512.Create<ulong>(words[(2 * Stride)..]),
            Vector512.Create<ulong>(words[(3 * Stride)..]), out lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(int plane, int index, ref Lanes8 lanes, in LaneModulus modulus)
    {
        Lanes8.Reduce(ref lanes, modulus.Twice);
        Lanes8.Reduce(ref lanes, modulus.Value);
        lanes.Pack(out var w0, out var w1, out var w2, out var w3);
        var words = _planes.AsSpan((plane * Stride) + index, (3 * Stride) + Lanes8.Count);
        w0.CopyTo(words);
        w1.CopyTo(words[Stride..]);
        w2.CopyTo(words[(2 * Stride)..]);
        w3.CopyTo(words[(3 * Stride)..]);
    }
}
