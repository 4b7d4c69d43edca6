using System.Numerics;
using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// What 62 division steps do to a pair of numbers: (f, g) becomes (u·f + v·g, q·f + r·g) / 2^62. A step halves an even g; when g is odd it
/// first adds f to it, and before that swaps the two (with one sign changed) where η, which counts how far f has outgrown g, is negative.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DivisionSteps(long U, long V, long Q, long R)
{
    /// <summary>How many steps are taken at once: as many as the entries of the matrix may have bits.</summary>
    public const int Count = 62;

    /// <summary>Takes the steps, which depend on the lowest 62 bits of f and g alone; f is odd.</summary>
    public static DivisionSteps Take(ulong f, ulong g, ref int eta)
    {
        unchecked
        {
            ulong u = 1, v = 0, q = 0, r = 1;
            var left = Count;
            while (true)
            {
                // The sentinel bit stops the count of zeros at the steps that are left.
                var zeros = BitOperations.TrailingZeroCount(g | (ulong.MaxValue << left));
                g >>= zeros;
                u <<= zeros;
                v <<= zeros;
                eta -= zeros;
                left -= zeros;
                if (left == 0)
                    return new DivisionSteps((long)u, (long)v, (long)q, (long)r);

                ulong multiple;
                if (eta < 0)
                {
                    eta = -eta;
                    (f, g) = (g, 0 - f);
                    (u, q) = (q, 0 - u);
                    (v, r) = (r, 0 - v);
                    // As many of g's low bits are cancelled at once as can be without another swap: −g / f modulo 64 by one round of
                    // Newton.
                    multiple = f * g * ((f * f) - 2) & LowBits(Math.Min(Math.Min(eta + 1, left), 6));
                }
                else
                {
                    // Here it is seldom worth more than four bits: −g / f modulo 16.
                    multiple = (0 - g) * (f + (((f + 1) & 4) << 1)) & LowBits(Math.Min(Math.Min(eta + 1, left), 4));
                }

                g += f * multiple;
                q += u * multiple;
                r += v * multiple;
            }
        }
    }

    private static ulong LowBits(int count) => unchecked((1UL << count) - 1);
}
