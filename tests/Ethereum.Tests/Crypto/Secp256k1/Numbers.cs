using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

/// <summary>Numbers for the arithmetic's tests: the edges first, then random ones from a fixed seed.</summary>
internal static class Numbers
{
    public const int Seed = 256001;

    public static readonly BigInteger P = FieldElement.Modulus;
    public static readonly BigInteger N = GroupOrder.N;

    /// <summary>Numbers below the modulus, from zero to its predecessor.</summary>
    public static IReadOnlyList<UInt256> Below(BigInteger modulus, int random)
    {
        var source = new Random(Seed);
        List<BigInteger> numbers =
        [
            0, 1, 2, 3, 7, ulong.MaxValue, BigInteger.One << 52, (BigInteger.One << 52) - 1, BigInteger.One << 64, BigInteger.One << 104,
            (BigInteger.One << 128) - 1, BigInteger.One << 128, (BigInteger.One << 208) - 1, BigInteger.One << 255,
            modulus / 2, (modulus / 2) + 1, modulus - 2, modulus - 1, modulus - (BigInteger.One << 32), modulus - (BigInteger.One << 64),
        ];
        for (var i = 0; i < random; i++)
            numbers.Add(Random(source) % modulus);
        return [.. numbers.Select(number => (UInt256)Mod(number, modulus))];
    }

    public static BigInteger Random(Random source)
    {
        var bytes = new byte[32];
        source.NextBytes(bytes);
        // Long runs of equal bits reach the carries that uniform numbers do not.
        if (source.Next(2) == 0)
            bytes.AsSpan(source.Next(32)).Fill(source.Next(2) == 0 ? byte.MaxValue : (byte)0);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: source.Next(2) == 0);
    }

    public static BigInteger Mod(BigInteger value, BigInteger modulus)
    {
        var rest = value % modulus;
        return rest.Sign < 0 ? rest + modulus : rest;
    }

    /// <summary>1 / x by Euclid's algorithm; zero for zero.</summary>
    public static BigInteger Invert(BigInteger value, BigInteger modulus)
    {
        var (rest, next) = (modulus, Mod(value, modulus));
        var (factor, nextFactor) = (BigInteger.Zero, BigInteger.One);
        if (next.IsZero)
            return next;

        while (!next.IsZero)
        {
            var quotient = rest / next;
            (rest, next) = (next, rest - (quotient * next));
            (factor, nextFactor) = (nextFactor, factor - (quotient * nextFactor));
        }

        return Mod(factor, modulus);
    }
}
