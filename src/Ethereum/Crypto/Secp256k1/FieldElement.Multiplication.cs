using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Ethereum.Crypto;

// A product of limbs is split at its 52nd bit at once: shifting the factors by twelve bits in all puts that bit between the two halves
// that the processor gives. So columns are sums of words which cannot overflow, and no carry is propagated before the end; carries are
// what is dear here, as the runtime has no add-with-carry.
internal readonly partial struct FieldElement
{
    public static FieldElement operator *(in FieldElement left, in FieldElement right)
    {
        unchecked
        {
            ulong a0 = left._n0 << 8, a1 = left._n1 << 8, a2 = left._n2 << 8, a3 = left._n3 << 8, a4 = left._n4 << 8;
            ulong b0 = right._n0 << 4, b1 = right._n1 << 4, b2 = right._n2 << 4, b3 = right._n3 << 4, b4 = right._n4 << 4;
            var c0 = Low(a0, b0);
            var c1 = High(a0, b0) + Low(a0, b1) + Low(a1, b0);
            var c2 = High(a0, b1) + High(a1, b0) + Low(a0, b2) + Low(a1, b1) + Low(a2, b0);
            var c3 = High(a0, b2) + High(a1, b1) + High(a2, b0) + Low(a0, b3) + Low(a1, b2) + Low(a2, b1) + Low(a3, b0);
            var c4 = High(a0, b3) + High(a1, b2) + High(a2, b1) + High(a3, b0)
                + Low(a0, b4) + Low(a1, b3) + Low(a2, b2) + Low(a3, b1) + Low(a4, b0);
            var c5 = High(a0, b4) + High(a1, b3) + High(a2, b2) + High(a3, b1) + High(a4, b0)
                + Low(a1, b4) + Low(a2, b3) + Low(a3, b2) + Low(a4, b1);
            var c6 = High(a1, b4) + High(a2, b3) + High(a3, b2) + High(a4, b1) + Low(a2, b4) + Low(a3, b3) + Low(a4, b2);
            var c7 = High(a2, b4) + High(a3, b3) + High(a4, b2) + Low(a3, b4) + Low(a4, b3);
            var c8 = High(a3, b4) + High(a4, b3) + Low(a4, b4);
            var c9 = High(a4, b4);
            return Reduce(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
        }
    }

    public FieldElement Squared()
    {
        unchecked
        {
            ulong a0 = _n0 << 6, a1 = _n1 << 6, a2 = _n2 << 6, a3 = _n3 << 6, a4 = _n4 << 6;
            ulong d0 = a0 << 1, d1 = a1 << 1, d2 = a2 << 1, d3 = a3 << 1;
            var c0 = Low(a0, a0);
            var c1 = High(a0, a0) + Low(d0, a1);
            var c2 = High(d0, a1) + Low(d0, a2) + Low(a1, a1);
            var c3 = High(d0, a2) + High(a1, a1) + Low(d0, a3) + Low(d1, a2);
            var c4 = High(d0, a3) + High(d1, a2) + Low(d0, a4) + Low(d1, a3) + Low(a2, a2);
            var c5 = High(d0, a4) + High(d1, a3) + High(a2, a2) + Low(d1, a4) + Low(d2, a3);
            var c6 = High(d1, a4) + High(d2, a3) + Low(d2, a4) + Low(a3, a3);
            var c7 = High(d2, a4) + High(a3, a3) + Low(d3, a4);
            var c8 = High(d3, a4) + Low(a4, a4);
            var c9 = High(a4, a4);
            return Reduce(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
        }
    }

    /// <summary>x^(2^count).</summary>
    public FieldElement SquaredTimes(int count)
    {
        var result = this;
        for (var i = 0; i < count; i++)
            result = result.Squared();
        return result;
    }

    /// <summary>The square root x^((p + 1) / 4), if there is one. Takes magnitude 1.</summary>
    public bool TrySquareRoot(out FieldElement root)
    {
        // (p + 1) / 4 in binary: 223 ones, 0, 22 ones, 0000, 11, 00.
        PowersOfOnes(out var ones2, out var ones22, out var ones223);
        root = ((ones223.SquaredTimes(23) * ones22).SquaredTimes(6) * ones2).SquaredTimes(2);
        return root.Squared().IsSameAs(this);
    }

    // onesN is x^(2^N − 1), whose exponent has N ones in binary.
    private void PowersOfOnes(out FieldElement ones2, out FieldElement ones22, out FieldElement ones223)
    {
        ones2 = Squared() * this;
        var ones3 = ones2.Squared() * this;
        var ones6 = ones3.SquaredTimes(3) * ones3;
        var ones9 = ones6.SquaredTimes(3) * ones3;
        var ones11 = ones9.SquaredTimes(2) * ones2;
        ones22 = ones11.SquaredTimes(11) * ones11;
        var ones44 = ones22.SquaredTimes(22) * ones22;
        var ones88 = ones44.SquaredTimes(44) * ones44;
        var ones176 = ones88.SquaredTimes(88) * ones88;
        var ones220 = ones176.SquaredTimes(44) * ones44;
        ones223 = ones220.SquaredTimes(3) * ones3;
    }

    // Columns of 52 bits, each below 2^63, become an element of magnitude 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(
        ulong c0, ulong c1, ulong c2, ulong c3, ulong c4, ulong c5, ulong c6, ulong c7, ulong c8, ulong c9)
    {
        unchecked
        {
            const ulong Fold = Fold260 << 12;
            c0 += Low(c5, Fold);
            c1 += High(c5, Fold) + Low(c6, Fold);
            c2 += High(c6, Fold) + Low(c7, Fold);
            c3 += High(c7, Fold) + Low(c8, Fold);
            c4 += High(c8, Fold) + Low(c9, Fold);

            c1 += c0 >> 52;
            c2 += c1 >> 52;
            c3 += c2 >> 52;
            c4 += c3 >> 52;
            var beyond = (c4 >> 48) + (High(c9, Fold) << 4);
            return new FieldElement(
                (c0 & Mask52) + Low(beyond, Fold256 << 12),
                (c1 & Mask52) + High(beyond, Fold256 << 12),
                c2 & Mask52,
                c3 & Mask52,
                c4 & Mask48);
        }
    }

    // Two multiplications of one word each are faster than one of two words whose lower half the runtime returns through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Low(ulong left, ulong right) => unchecked(left * right) >> 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong left, ulong right) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(left, right) : Math.BigMul(left, right, out _);
}
