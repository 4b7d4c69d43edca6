using System.Numerics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Tests.Fields;

/// <summary>Numbers where carries, borrows and reductions begin, and many between them.</summary>
internal static class FieldNumbers
{
    public static IReadOnlyList<BigInteger> Below(BigInteger modulus, int count, int seed)
    {
        var limb = BigInteger.One << 64;
        List<BigInteger> numbers =
        [
            0, 1, 2, modulus - 1, modulus - 2, modulus / 2, (modulus / 2) + 1, limb - 1, limb, (limb * limb) - 1, (limb * limb * limb) - 1, limb * limb * limb,
            modulus - limb, modulus - (limb * limb), BigInteger.ModPow(2, 256, modulus), BigInteger.ModPow(2, 512, modulus), modulus - BigInteger.ModPow(2, 256, modulus),
        ];
        var random = new Random(seed);
        var bytes = new byte[40];
        while (numbers.Count < count)
        {
            random.NextBytes(bytes);
            numbers.Add(new BigInteger(bytes, isUnsigned: true) % modulus);
        }

        return numbers;
    }

    public static Element<TModulus> Of<TModulus>(BigInteger number)
        where TModulus : struct, IPrimeModulus => Element<TModulus>.FromUInt256((UInt256)number);
}
