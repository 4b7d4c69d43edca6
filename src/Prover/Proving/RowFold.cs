using System.Numerics;
using System.Runtime.Intrinsics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.Proving;

/// <summary>g = w modulo Z^C − r: the sum of the rows of w, each times a power of r, by Horner's rule in every column.</summary>
internal static class RowFold
{
    private static readonly LaneModulus Modulus = LaneModulus.Of<ScalarModulus>();

    public static Fr[] Fold(ReadOnlyMemory<int> w, int columns, Fr r, Work work)
    {
        var folded = new Fr[columns];
        if (Lanes8.IsSupported && columns >= Lanes8.Count)
        {
            work.ForRanges(columns / Lanes8.Count, 32, (from, to) =>
                FoldEights(w.Span, columns, r, folded.AsSpan(), from * Lanes8.Count, to * Lanes8.Count));
        }
        else
        {
            work.ForRanges(columns, 256, (from, to) => FoldOnes(w.Span, columns, r, folded.AsSpan(), from, to));
        }

        return folded;
    }

    internal static void FoldOnes(ReadOnlySpan<int> w, int columns, Fr r, Span<Fr> folded, int from, int to)
    {
        for (var row = (w.Length / columns) - 1; row >= 0; row--)
        {
            for (var j = from; j < to; j++)
                folded[j] = (folded[j] * r) + Fr.FromInt64(w[(row * columns) + j]);
        }
    }

    // Sums are plain numbers here, in no one's form: r alone is held times 2^261, which the product takes away. So weights are added as they are.
    private static void FoldEights(ReadOnlySpan<int> w, int columns, Fr r, Span<Fr> folded, int from, int to)
    {
        var factor = Repeat(r.ToUInt256(), 261);
        // At the end a plain number becomes one times 2^256.
        var form = Repeat(UInt256.One, 261 + 256);
        Span<ulong> words = stackalloc ulong[4 * Lanes8.Count];
        for (var j = from; j < to; j += Lanes8.Count)
        {
            Lanes8 sum = default;
            for (var row = (w.Length / columns) - 1; row >= 0; row--)
            {
                Lanes8.Multiply(sum, factor, Modulus, out var product);
                // A weight may be less than nothing: the modulus makes up for it, and the carries know signs.
                product.L0 += Vector512.WidenLower(Vector512.Create(Vector256.Create(w[((row * columns) + j)..]), default)).AsUInt64();
                Lanes8.Add(product, Modulus.Value, out sum);
            }

            Lanes8.Multiply(sum, form, Modulus, out sum);
            Lanes8.Reduce(ref sum, Modulus.Value);
            sum.Pack(out var w0, out var w1, out var w2, out var w3);
            w0.CopyTo(words);
            w1.CopyTo(words[8..]);
            w2.CopyTo(words[16..]);
            w3.CopyTo(words[24..]);
            for (var i = 0; i < Lanes8.Count; i++)
                folded[j + i] = new Fr(words[i], words[8 + i], words[16 + i], words[24 + i]);
        }
    }

    private static Lanes8 Repeat(UInt256 number, int shift)
    {
        var shifted = (UInt256)(((BigInteger)number << shift) % Fr.Modulus);
        Lanes8.Unpack(
            Vector512.Create(shifted.Limb(0)), Vector512.Create(shifted.Limb(1)), Vector512.Create(shifted.Limb(2)), Vector512.Create(shifted.Limb(3)), out var lanes);
        return lanes;
    }
}
