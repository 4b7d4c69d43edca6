using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// Inverses modulo an odd number below 2^256, of numbers prime to it, by the division steps of Bernstein and Yang ("Fast constant-time gcd
/// computation and modular inversion"): 62 steps at a time look at the lowest words only, and are then applied to the long numbers as one
/// matrix. This is the variant that skips what it can, so its time depends on the value: for public values only.
/// </summary>
/// <remarks>Long numbers are five limbs of 62 bits, the top one with a sign.</remarks>
[SkipLocalsInit]
internal sealed class ModularInverse
{
    private const int LimbCount = 5;
    private const ulong Mask62 = (1UL << DivisionSteps.Count) - 1;

    private readonly long[] _modulus = new long[LimbCount];
    private readonly ulong _inverseOfModulus;

    public ModularInverse(UInt256 modulus)
    {
        Read(modulus, _modulus);
        // Newton's iteration: every round doubles the number of right bits, and an odd number is its own inverse in three.
        var inverse = modulus.Limb(0);
        for (var bits = 3; bits < DivisionSteps.Count; bits *= 2)
            inverse = unchecked(inverse * (2 - (modulus.Limb(0) * inverse)));
        _inverseOfModulus = inverse;
    }

    /// <summary>1 / x modulo the modulus, for an x below it; zero for zero.</summary>
    public UInt256 Invert(UInt256 value)
    {
        // Throughout f ≡ d·x and g ≡ e·x modulo the modulus. When g has come to zero, f is ±1 and d is ±1 / x.
        Span<long> f = stackalloc long[LimbCount];
        Span<long> g = stackalloc long[LimbCount];
        Span<long> d = stackalloc long[LimbCount];
        Span<long> e = stackalloc long[LimbCount];
        _modulus.CopyTo(f);
        Read(value, g);
        d.Clear();
        Read(UInt256.One, e);

        var eta = -1;
        while (g.ContainsAnyExcept(0))
        {
            var steps = DivisionSteps.Take((ulong)f[0], (ulong)g[0], ref eta);
            ApplyToCoefficients(steps, d, e);
            ApplyToNumbers(steps, f, g);
        }

        // d is above −2 and below 1 times the modulus.
        if (d[^1] < 0)
            AddModulus(d);
        if (f[^1] < 0)
            Negate(d);
        if (d[^1] < 0)
            AddModulus(d);
        return ToUInt256(d);
    }

    // (f, g) becomes (u·f + v·g, q·f + r·g) / 2^62, which leaves no remainder.
    private static void ApplyToNumbers(in DivisionSteps steps, Span<long> f, Span<long> g)
    {
        unchecked
        {
            var nextF = Sum(steps.U, f[0], steps.V, g[0]) >> DivisionSteps.Count;
            var nextG = Sum(steps.Q, f[0], steps.R, g[0]) >> DivisionSteps.Count;
            for (var i = 1; i < LimbCount; i++)
            {
                nextF += Sum(steps.U, f[i], steps.V, g[i]);
                nextG += Sum(steps.Q, f[i], steps.R, g[i]);
                f[i - 1] = TakeLimb(ref nextF);
                g[i - 1] = TakeLimb(ref nextG);
            }

            f[^1] = (long)nextF;
            g[^1] = (long)nextG;
        }
    }

    // The same for (d, e), after adding the multiples of the modulus by which the division leaves no remainder and the results stay above
    // −2 and below 1 times the modulus.
    private void ApplyToCoefficients(in DivisionSteps steps, Span<long> d, Span<long> e)
    {
        unchecked
        {
            ReadOnlySpan<long> modulus = _modulus;
            long signOfD = d[^1] >> 63, signOfE = e[^1] >> 63;
            var multipleForD = (steps.U & signOfD) + (steps.V & signOfE);
            var multipleForE = (steps.Q & signOfD) + (steps.R & signOfE);
            var nextD = Sum(steps.U, d[0], steps.V, e[0]);
            var nextE = Sum(steps.Q, d[0], steps.R, e[0]);
            multipleForD -= (long)(((_inverseOfModulus * (ulong)nextD) + (ulong)multipleForD) & Mask62);
            multipleForE -= (long)(((_inverseOfModulus * (ulong)nextE) + (ulong)multipleForE) & Mask62);
            nextD = (nextD + Math.BigMul(modulus[0], multipleForD)) >> DivisionSteps.Count;
            nextE = (nextE + Math.BigMul(modulus[0], multipleForE)) >> DivisionSteps.Count;
            for (var i = 1; i < LimbCount; i++)
            {
                nextD += Sum(steps.U, d[i], steps.V, e[i]) + Math.BigMul(modulus[i], multipleForD);
                nextE += Sum(steps.Q, d[i], steps.R, e[i]) + Math.BigMul(modulus[i], multipleForE);
                d[i - 1] = TakeLimb(ref nextD);
                e[i - 1] = TakeLimb(ref nextE);
            }

            d[^1] = (long)nextD;
            e[^1] = (long)nextE;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Int128 Sum(long factor, long value, long otherFactor, long otherValue) =>
        unchecked(Math.BigMul(factor, value) + Math.BigMul(otherFactor, otherValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long TakeLimb(ref Int128 sum)
    {
        var limb = unchecked((long)((ulong)sum & Mask62));
        sum >>= DivisionSteps.Count;
        return limb;
    }

    private void AddModulus(Span<long> number)
    {
        for (var i = 0; i < LimbCount; i++)
            number[i] += _modulus[i];
        Carry(number);
    }

    private static void Negate(Span<long> number)
    {
        for (var i = 0; i < LimbCount; i++)
            number[i] = -number[i];
        Carry(number);
    }

    private static void Carry(Span<long> number)
    {
        for (var i = 1; i < LimbCount; i++)
        {
            number[i] += number[i - 1] >> DivisionSteps.Count;
            number[i - 1] &= (long)Mask62;
        }
    }

    private static void Read(UInt256 value, Span<long> limbs)
    {
        for (var i = 0; i < LimbCount; i++)
            limbs[i] = (long)((value >> (i * DivisionSteps.Count)).Limb(0) & Mask62);
    }

    private static UInt256 ToUInt256(ReadOnlySpan<long> limbs)
    {
        var value = UInt256.Zero;
        for (var i = 0; i < LimbCount; i++)
            value |= new UInt256((ulong)limbs[i]) << (i * DivisionSteps.Count);
        return value;
    }
}
