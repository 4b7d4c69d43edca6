using System.Numerics;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>Numbers for tests, of every size, and many of them where rounding is decided.</summary>
internal static class Numbers
{
    public static IEnumerable<Int256> Random(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var magnitude = i % 4 == 0 ? AroundATie(random) : Bits(random, random.Next(256));
            yield return (Int256)(random.Next(2) == 0 ? magnitude : -magnitude);
        }
    }

    public static double RandomDouble(Random random) => random.Next(10) == 0
        ? BitConverter.Int64BitsToDouble(random.NextInt64() & ~(1L << 62)) * (random.Next(2) == 0 ? 1 : -1)
        : (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-70, 200));

    public static BigInteger Bits(Random random, int bits)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) >> (256 - bits);
    }

    // Half-way between two floats or two doubles, or next to it.
    private static BigInteger AroundATie(Random random)
    {
        var precision = random.Next(2) == 0 ? 24 : 53;
        var odd = (Bits(random, precision) | (BigInteger.One << precision)) | 1;
        return (odd * BigInteger.Pow(10, 18) << random.Next(240 - precision - 60)) + random.Next(3) - 1;
    }
}
