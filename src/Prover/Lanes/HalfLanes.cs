using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Prover.Lanes;

/// <summary>The product of <see cref="Lanes8"/> on machines whose vectors have four lanes: the same steps, the lower four and then the upper four.</summary>
internal static class HalfLanes
{
    public static void Multiply(in Lanes8 left, in Lanes8 right, in LaneModulus modulus, out Lanes8 product)
    {
        Unsafe.SkipInit(out product);
        for (var half = 0; half < 2; half++)
            MultiplyHalf(ref HalfOf(left, half), ref HalfOf(right, half), ref HalfOf(modulus.Value, half), modulus.NegatedInverse.GetLower().AsUInt32(), ref HalfOf(product, half));
    }

    // Lanes8 is nine vectors of eight lanes one after the other, so eighteen of four: every second is of one half. No index below is past the seventeenth.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Vector256<ulong> HalfOf(in Lanes8 lanes, int half) =>
        ref Unsafe.Add(ref Unsafe.As<Vector512<ulong>, Vector256<ulong>>(ref Unsafe.AsRef(in lanes.L0)), half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Limb(ref Vector256<ulong> half, int i) => Unsafe.Add(ref half, 2 * i).AsUInt32();

    private static void MultiplyHalf(
        ref Vector256<ulong> left, ref Vector256<ulong> right, ref Vector256<ulong> modulus, Vector256<uint> negatedInverse, ref Vector256<ulong> product)
    {
        var mask = Vector256.Create((1UL << Lanes8.LimbBits) - 1);
        Vector256<ulong> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default, t8 = default;
        for (var i = 0; i < Lanes8.Limbs; i++)
        {
            var b = Limb(ref right, i);
            t0 += Avx2.Multiply(Limb(ref left, 0), b);
            t1 += Avx2.Multiply(Limb(ref left, 1), b);
            t2 += Avx2.Multiply(Limb(ref left, 2), b);
            t3 += Avx2.Multiply(Limb(ref left, 3), b);
            t4 += Avx2.Multiply(Limb(ref left, 4), b);
            t5 += Avx2.Multiply(Limb(ref left, 5), b);
            t6 += Avx2.Multiply(Limb(ref left, 6), b);
            t7 += Avx2.Multiply(Limb(ref left, 7), b);
            t8 += Avx2.Multiply(Limb(ref left, 8), b);
            var factor = (Avx2.Multiply(t0.AsUInt32(), negatedInverse) & mask).AsUInt32();
            t0 += Avx2.Multiply(factor, Limb(ref modulus, 0));
            t0 = (t0 >> Lanes8.LimbBits) + t1 + Avx2.Multiply(factor, Limb(ref modulus, 1));
            t1 = t2 + Avx2.Multiply(factor, Limb(ref modulus, 2));
            t2 = t3 + Avx2.Multiply(factor, Limb(ref modulus, 3));
            t3 = t4 + Avx2.Multiply(factor, Limb(ref modulus, 4));
            t4 = t5 + Avx2.Multiply(factor, Limb(ref modulus, 5));
            t5 = t6 + Avx2.Multiply(factor, Limb(ref modulus, 6));
            t6 = t7 + Avx2.Multiply(factor, Limb(ref modulus, 7));
            t7 = t8 + Avx2.Multiply(factor, Limb(ref modulus, 8));
            t8 = default;
        }

        Put(ref product, 0, ref t0, ref t1, mask);
        Put(ref product, 1, ref t1, ref t2, mask);
        Put(ref product, 2, ref t2, ref t3, mask);
        Put(ref product, 3, ref t3, ref t4, mask);
        Put(ref product, 4, ref t4, ref t5, mask);
        Put(ref product, 5, ref t5, ref t6, mask);
        Put(ref product, 6, ref t6, ref t7, mask);
        Put(ref product, 7, ref t7, ref t8, mask);
        Unsafe.Add(ref product, 16) = t8;
    }

    // A limb of 29 bits, and what is above it to the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref Vector256<ulong> product, int i, ref Vector256<ulong> limb, ref Vector256<ulong> next, Vector256<ulong> mask)
    {
        Unsafe.Add(ref product, 2 * i) = limb & mask;
        next += limb >> Lanes8.LimbBits;
    }
}
