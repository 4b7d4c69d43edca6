using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Fields;

/// <summary>
/// A prime below 2^254 as 64-bit limbs, the lowest first. All are constants to the compiler, so that one implementation of the arithmetic serves
/// every field and costs nothing for it.
/// </summary>
internal interface IPrimeModulus
{
    static abstract ulong Limb0 { get; }

    static abstract ulong Limb1 { get; }

    static abstract ulong Limb2 { get; }

    static abstract ulong Limb3 { get; }

    /// <summary>−1 / modulus modulo 2^64.</summary>
    static abstract ulong NegatedInverse { get; }

    /// <summary>2^512 modulo the modulus.</summary>
    static abstract UInt256 RadixSquared { get; }
}

/// <summary>The field of BN254's coordinates, q.</summary>
internal readonly struct BaseModulus : IPrimeModulus
{
    public static ulong Limb0 => 0x3C208C16D87CFD47;

    public static ulong Limb1 => 0x97816A916871CA8D;

    public static ulong Limb2 => 0xB85045B68181585D;

    public static ulong Limb3 => 0x30644E72E131A029;

    public static ulong NegatedInverse => 0x87D20782E4866389;

    public static UInt256 RadixSquared => new(0xF32CFC5B538AFA89, 0xB5E71911D44501FB, 0x47AB1EFF0A417FF6, 0x06D89F71CAB8351F);
}

/// <summary>The field of BN254's scalars, p: the order of its groups. p − 1 is a multiple of 2^28.</summary>
internal readonly struct ScalarModulus : IPrimeModulus
{
    public static ulong Limb0 => 0x43E1F593F0000001;

    public static ulong Limb1 => 0x2833E84879B97091;

    public static ulong Limb2 => 0xB85045B68181585D;

    public static ulong Limb3 => 0x30644E72E131A029;

    public static ulong NegatedInverse => 0xC2E1F593EFFFFFFF;

    public static UInt256 RadixSquared => new(0x1BB8E645AE216DA7, 0x53FE3AB1E35C59E3, 0x8C49833D53BB8085, 0x0216D0B17F4E44A5);
}
