using System.Runtime.Intrinsics;

namespace OpenGradient.Samples.Training;

/// <summary>
/// The inner loops of training. Eight lanes everywhere, whatever the machine has, no fused multiply-add, and lanes summed in order: so training gives the
/// same bits on every machine, and a test can hold a committed model against its own training.
/// </summary>
internal static class Kernels
{
    private static readonly int Lanes = Vector256<float>.Count;

    /// <summary>target += factor × source.</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> source, Span<float> target)
    {
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= source.Length - Lanes; i += Lanes)
        {
            var product = factors * Vector256.Create(source[i..]);
            (Vector256.Create<float>(target[i..]) + product).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            var product = factor * source[i];
            target[i] += product;
        }
    }

    /// <summary>Σ left × right.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sums = Vector256<float>.Zero;
        var i = 0;
        for (; i <= left.Length - Lanes; i += Lanes)
        {
            var product = Vector256.Create(left[i..]) * Vector256.Create(right[i..]);
            sums += product;
        }

        var sum = 0f;
        for (var lane = 0; lane < Lanes; lane++)
            sum += sums[lane];
        for (; i < left.Length; i++)
        {
            var product = left[i] * right[i];
            sum += product;
        }

        return sum;
    }

    /// <summary>
    /// e^x to about 24 bits, by arithmetic that is the same everywhere: the platform's own differs from one C library to the next.
    /// </summary>
    public static float Exp(float x)
    {
        const float Log2E = 1.44269504f;
        const float Ln2 = 0.693147181f;
        var clamped = Math.Clamp(x, -80f, 80f);
        var power = MathF.Round(clamped * Log2E);
        var rest = (double)clamped - ((double)power * Ln2);
        // Taylor's series converges fast: |rest| is below 0.35.
        var sum = 1.0;
        var term = 1.0;
        for (var i = 1; i <= 9; i++)
        {
            term *= rest / i;
            sum += term;
        }

        return (float)Math.ScaleB(sum, (int)power);
    }
}
