using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Prover.Lanes;

/// <summary>
/// Eight field elements side by side, each as nine limbs of 29 bits: products of limbs have 58 bits, so that a whole column of them adds up in 64
/// without a carry. Values may be several times the modulus; what each operation takes and gives is said in multiples of it, m. 2^261 is more than 169 m.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Lanes8
{
    public const int Count = 8;
    public const int LimbBits = 29;
    public const int Limbs = 9;

    // Limb by limb, in order: the product walks over them.
    public Vector512<ulong> L0;
    public Vector512<ulong> L1;
    public Vector512<ulong> L2;
    public Vector512<ulong> L3;
    public Vector512<ulong> L4;
    public Vector512<ulong> L5;
    public Vector512<ulong> L6;
    public Vector512<ulong> L7;
    public Vector512<ulong> L8;

    /// <summary>Whether this machine has what the products are made of: one product of 32 bits in each lane, eight at a time or four.</summary>
    public static bool IsSupported => Avx512F.IsSupported || Avx2.IsSupported;

    private static Vector512<ulong> Mask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create((1UL << LimbBits) - 1);
    }

    /// <summary>Cuts four words of 64 bits into limbs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3, out Lanes8 lanes)
    {
        lanes.L0 = w0 & Mask;
        lanes.L1 = (w0 >> 29) & Mask;
        lanes.L2 = ((w0 >> 58) | (w1 << 6)) & Mask;
        lanes.L3 = (w1 >> 23) & Mask;
        lanes.L4 = ((w1 >> 52) | (w2 << 12)) & Mask;
        lanes.L5 = (w2 >> 17) & Mask;
        lanes.L6 = ((w2 >> 46) | (w3 << 18)) & Mask;
        lanes.L7 = (w3 >> 11) & Mask;
        lanes.L8 = w3 >> 40;
    }

    /// <summary>Joins limbs of a value below 2^256 into four words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Pack(out Vector512<ulong> w0, out Vector512<ulong> w1, out Vector512<ulong> w2, out Vector512<ulong> w3)
    {
        w0 = L0 | (L1 << 29) | (L2 << 58);
        w1 = (L2 >> 6) | (L3 << 23) | (L4 << 52);
        w2 = (L4 >> 12) | (L5 << 17) | (L6 << 46);
        w3 = (L6 >> 18) | (L7 << 11) | (L8 << 40);
    }

    /// <summary>
    /// left·right / 2^261: of a·m and b·m at most (a·b / 169 + 1)·m. One limb of the right operand at a time is multiplied in, and the lowest limb of the
    /// sum made zero by a multiple of the modulus. The loop's sums and operands are as many as the machine has registers.
    /// </summary>
    public static void Multiply(in Lanes8 left, in Lanes8 right, in LaneModulus modulus, out Lanes8 product)
    {
        if (!Avx512F.IsSupported)
        {
            HalfLanes.Multiply(left, right, modulus, out product);
            return;
        }

        Vector512<uint> a0 = left.L0.AsUInt32(), a1 = left.L1.AsUInt32(), a2 = left.L2.AsUInt32(), a3 = left.L3.AsUInt32(), a4 = left.L4.AsUInt32();
        Vector512<uint> a5 = left.L5.AsUInt32(), a6 = left.L6.AsUInt32(), a7 = left.L7.AsUInt32(), a8 = left.L8.AsUInt32();
        ref readonly var m = ref modulus.Value;
        var negatedInverse = modulus.NegatedInverse.AsUInt32();
        Vector512<ulong> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default, t8 = default;
        ref var limbs = ref Unsafe.AsRef(in right.L0);
        for (var i = 0; i < Limbs; i++)
        {
            // The nine limbs of a struct that lie one after the other.
            var b = Unsafe.Add(ref limbs, i).AsUInt32();
            t0 += Avx512F.Multiply(a0, b);
            t1 += Avx512F.Multiply(a1, b);
            t2 += Avx512F.Multiply(a2, b);
            t3 += Avx512F.Multiply(a3, b);
            t4 += Avx512F.Multiply(a4, b);
            t5 += Avx512F.Multiply(a5, b);
            t6 += Avx512F.Multiply(a6, b);
            t7 += Avx512F.Multiply(a7, b);
            t8 += Avx512F.Multiply(a8, b);
            var factor = (Avx512F.Multiply(t0.AsUInt32(), negatedInverse) & Mask).AsUInt32();
            t0 += Avx512F.Multiply(factor, m.L0.AsUInt32());
            t0 = (t0 >> LimbBits) + t1 + Avx512F.Multiply(factor, m.L1.AsUInt32());
            t1 = t2 + Avx512F.Multiply(factor, m.L2.AsUInt32());
            t2 = t3 + Avx512F.Multiply(factor, m.L3.AsUInt32());
            t3 = t4 + Avx512F.Multiply(factor, m.L4.AsUInt32());
            t4 = t5 + Avx512F.Multiply(factor, m.L5.AsUInt32());
            t5 = t6 + Avx512F.Multiply(factor, m.L6.AsUInt32());
            t6 = t7 + Avx512F.Multiply(factor, m.L7.AsUInt32());
            t7 = t8 + Avx512F.Multiply(factor, m.L8.AsUInt32());
            t8 = default;
        }

        product.L0 = t0 & Mask;
        t1 += t0 >> LimbBits;
        product.L1 = t1 & Mask;
        t2 += t1 >> LimbBits;
        product.L2 = t2 & Mask;
        t3 += t2 >> LimbBits;
        product.L3 = t3 & Mask;
        t4 += t3 >> LimbBits;
        product.L4 = t4 & Mask;
        t5 += t4 >> LimbBits;
        product.L5 = t5 & Mask;
        t6 += t5 >> LimbBits;
        product.L6 = t6 & Mask;
        t7 += t6 >> LimbBits;
        product.L7 = t7 & Mask;
        product.L8 = t8 + (t7 >> LimbBits);
    }

    /// <summary>left + right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in Lanes8 left, in Lanes8 right, out Lanes8 sum)
    {
        sum.L0 = left.L0 + right.L0;
        sum.L1 = left.L1 + right.L1;
        sum.L2 = left.L2 + right.L2;
        sum.L3 = left.L3 + right.L3;
        sum.L4 = left.L4 + right.L4;
        sum.L5 = left.L5 + right.L5;
        sum.L6 = left.L6 + right.L6;
        sum.L7 = left.L7 + right.L7;
        sum.L8 = left.L8 + right.L8;
        Carry(ref sum);
    }

    /// <summary>left − right + offset, the offset being a multiple of the modulus that is not below right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(in Lanes8 left, in Lanes8 right, in Lanes8 offset, out Lanes8 difference)
    {
        difference.L0 = left.L0 - right.L0 + offset.L0;
        difference.L1 = left.L1 - right.L1 + offset.L1;
        difference.L2 = left.L2 - right.L2 + offset.L2;
        difference.L3 = left.L3 - right.L3 + offset.L3;
        difference.L4 = left.L4 - right.L4 + offset.L4;
        difference.L5 = left.L5 - right.L5 + offset.L5;
        difference.L6 = left.L6 - right.L6 + offset.L6;
        difference.L7 = left.L7 - right.L7 + offset.L7;
        difference.L8 = left.L8 - right.L8 + offset.L8;
        Carry(ref difference);
    }

    /// <summary>32 times a value below 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Times32(in Lanes8 value, out Lanes8 product)
    {
        product.L0 = value.L0 << 5;
        product.L1 = value.L1 << 5;
        product.L2 = value.L2 << 5;
        product.L3 = value.L3 << 5;
        product.L4 = value.L4 << 5;
        product.L5 = value.L5 << 5;
        product.L6 = value.L6 << 5;
        product.L7 = value.L7 << 5;
        product.L8 = value.L8 << 5;
        Carry(ref product);
    }

    /// <summary>Less the subtrahend in each lane where it is not greater.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reduce(ref Lanes8 value, in Lanes8 subtrahend)
    {
        var reduced = value;
        reduced.L0 -= subtrahend.L0;
        reduced.L1 -= subtrahend.L1;
        reduced.L2 -= subtrahend.L2;
        reduced.L3 -= subtrahend.L3;
        reduced.L4 -= subtrahend.L4;
        reduced.L5 -= subtrahend.L5;
        reduced.L6 -= subtrahend.L6;
        reduced.L7 -= subtrahend.L7;
        reduced.L8 -= subtrahend.L8;
        Carry(ref reduced);
        // All bits of a lane whose top limb went below zero.
        var isBelow = (reduced.L8.AsInt64() >> 63).AsUInt64();
        value.L0 = Vector512.ConditionalSelect(isBelow, value.L0, reduced.L0);
        value.L1 = Vector512.ConditionalSelect(isBelow, value.L1, reduced.L1);
        value.L2 = Vector512.ConditionalSelect(isBelow, value.L2, reduced.L2);
        value.L3 = Vector512.ConditionalSelect(isBelow, value.L3, reduced.L3);
        value.L4 = Vector512.ConditionalSelect(isBelow, value.L4, reduced.L4);
        value.L5 = Vector512.ConditionalSelect(isBelow, value.L5, reduced.L5);
        value.L6 = Vector512.ConditionalSelect(isBelow, value.L6, reduced.L6);
        value.L7 = Vector512.ConditionalSelect(isBelow, value.L7, reduced.L7);
        value.L8 = Vector512.ConditionalSelect(isBelow, value.L8, reduced.L8);
    }

    /// <summary>Lanes in another order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Pick(Vector512<ulong> from, Vector512<ulong> places) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar8x64(from, places) : Vector512.Shuffle(from, places);

    /// <summary>Eight of sixteen lanes: places 0 to 7 are the first's, 8 to 15 the second's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Pick(Vector512<ulong> first, Vector512<ulong> places, Vector512<ulong> second) => Avx512F.IsSupported
        ? Avx512F.PermuteVar8x64x2(first, places, second)
        // A place that is out of range gives zero.
        : Vector512.Shuffle(first, places) | Vector512.Shuffle(second, places - Vector512.Create((ulong)Count));

    // Limbs back to 29 bits; carries have a sign, and the top limb keeps it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry(ref Lanes8 value)
    {
        value.L1 += (value.L0.AsInt64() >> LimbBits).AsUInt64();
        value.L0 &= Mask;
        value.L2 += (value.L1.AsInt64() >> LimbBits).AsUInt64();
        value.L1 &= Mask;
        value.L3 += (value.L2.AsInt64() >> LimbBits).AsUInt64();
        value.L2 &= Mask;
        value.L4 += (value.L3.AsInt64() >> LimbBits).AsUInt64();
        value.L3 &= Mask;
        value.L5 += (value.L4.AsInt64() >> LimbBits).AsUInt64();
        value.L4 &= Mask;
        value.L6 += (value.L5.AsInt64() >> LimbBits).AsUInt64();
        value.L5 &= Mask;
        value.L7 += (value.L6.AsInt64() >> LimbBits).AsUInt64();
        value.L6 &= Mask;
        value.L8 += (value.L7.AsInt64() >> LimbBits).AsUInt64();
        value.L7 &= Mask;
    }
}
