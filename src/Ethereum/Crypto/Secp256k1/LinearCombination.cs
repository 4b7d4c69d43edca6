using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>g·G + k·P, the work of recovery and verification. The time depends on the factors: for public values only.</summary>
internal static class LinearCombination
{
    /// <summary>
    /// Computes <paramref name="generatorFactor"/>·G + <paramref name="pointFactor"/>·P for factors below n, by one chain of some 128
    /// doublings that the four halves of the factors share (Strauss).
    /// </summary>
    [SkipLocalsInit]
    public static JacobianPoint Compute(UInt256 generatorFactor, in AffinePoint point, UInt256 pointFactor)
    {
        Span<AffinePoint> plain = stackalloc AffinePoint[OddMultiples.Count(OddMultiples.PointWindow)];
        Span<AffinePoint> mapped = stackalloc AffinePoint[plain.Length];
        OddMultiples.Write(point, plain);
        OddMultiples.WriteMapped(plain, mapped);

        Span<short> digits = stackalloc short[4 * WindowedForm.Length];
        var pointDigits = digits[..WindowedForm.Length];
        var mappedPointDigits = digits.Slice(WindowedForm.Length, WindowedForm.Length);
        var generatorDigits = digits.Slice(2 * WindowedForm.Length, WindowedForm.Length);
        var mappedGeneratorDigits = digits.Slice(3 * WindowedForm.Length, WindowedForm.Length);
        var length = Math.Max(
            Write(pointFactor, OddMultiples.PointWindow, pointDigits, mappedPointDigits),
            Write(generatorFactor, OddMultiples.GeneratorWindow, generatorDigits, mappedGeneratorDigits));

        var generator = OddMultiples.Generator.Plain;
        var mappedGenerator = OddMultiples.Generator.Mapped;
        var sum = JacobianPoint.Infinity;
        for (var i = length - 1; i >= 0; i--)
        {
            sum.Double();
            AddMultiple(ref sum, plain, pointDigits[i]);
            AddMultiple(ref sum, mapped, mappedPointDigits[i]);
            AddMultiple(ref sum, generator, generatorDigits[i]);
            AddMultiple(ref sum, mappedGenerator, mappedGeneratorDigits[i]);
        }

        return sum;
    }

    private static int Write(UInt256 factor, int window, Span<short> digits, Span<short> mappedDigits)
    {
        Endomorphism.Split(factor, out var first, out var second);
        return Math.Max(WindowedForm.Write(first, window, digits), WindowedForm.Write(second, window, mappedDigits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddMultiple(ref JacobianPoint sum, ReadOnlySpan<AffinePoint> table, short digit)
    {
        if (digit > 0)
            sum.Add(table[digit >> 1]);
        else if (digit < 0)
            sum.Subtract(table[-digit >> 1]);
    }
}
