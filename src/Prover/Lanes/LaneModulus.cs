using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Lanes;

/// <summary>A modulus and what belongs to it, the same in all lanes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct LaneModulus
{
    public readonly Lanes8 Value;
    public readonly Lanes8 Twice;
    public readonly Lanes8 FourTimes;

    /// <summary>2^261 modulo the modulus: the one of this radix.</summary>
    public readonly Lanes8 One;

    /// <summary>−1 / modulus modulo 2^29.</summary>
    public readonly Vector512<ulong> NegatedInverse;

    public LaneModulus(UInt256 modulus, ulong negatedInverse)
    {
        Value = Repeat(modulus);
        Twice = Repeat(new BigInteger(2) * modulus);
        FourTimes = Repeat(new BigInteger(4) * modulus);
        One = Repeat((BigInteger.One << (Lanes8.LimbBits * Lanes8.Limbs)) % modulus);
        NegatedInverse = Vector512.Create(negatedInverse & ((1UL << Lanes8.LimbBits) - 1));
    }

    public static LaneModulus Of<TModulus>()
        where TModulus : struct, IPrimeModulus => new(Element<TModulus>.Modulus, TModulus.NegatedInverse);

    private static Lanes8 Repeat(BigInteger number)
    {
        Vector512<ulong> Limb(int i) => Vector512.Create((ulong)((number >> (Lanes8.LimbBits * i)) & ((1 << Lanes8.LimbBits) - 1)));
        return new Lanes8
        {
            L0 = Limb(0),
            L1 = Limb(1),
            L2 = Limb(2),
            L3 = Limb(3),
            L4 = Limb(4),
            L5 = Limb(5),
            L6 = Limb(6),
            L7 = Limb(7),
            L8 = Limb(8),
        };
    }
}
