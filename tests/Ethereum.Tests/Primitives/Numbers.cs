using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Primitives;

/// <summary>
/// Numbers of 256 bits that lie where arithmetic breaks: few bits, all bits, powers of two and their neighbours, and full words. Uniform
/// ones would almost always have their top bit set and prove little.
/// </summary>
internal static class Numbers
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    private static Gen<ulong> Limbs { get; } = Gen.OneOf(
        Gen.Elements(0UL, 1UL, ulong.MaxValue, 1UL << 63, uint.MaxValue, 1UL << 32),
        ArbMap.Default.GeneratorFor<ulong>());

    public static Arbitrary<UInt256> Unsigned { get; } = Gen.OneOf(
            Limbs.Four().Select(limbs => new UInt256(limbs.Item1, limbs.Item2, limbs.Item3, limbs.Item4)),
            Limbs.Select(limb => (UInt256)limb),
            Gen.Choose(0, 255).Select(bit => UInt256.One << bit),
            Gen.Choose(1, 255).Select(bit => (UInt256.One << bit) - UInt256.One))
        .ToArbitrary();

    public static Arbitrary<Int256> Signed { get; } = Unsigned.Generator.Select(Int256.FromBits).ToArbitrary();

    public static UInt256 Wrapped(BigInteger value) => (UInt256)(((value % Modulus) + Modulus) % Modulus);

    public static Int256 WrappedSigned(BigInteger value) => Int256.FromBits(Wrapped(value));

    public static bool FitsUnsigned(BigInteger value) => value >= 0 && value < Modulus;

    public static bool FitsSigned(BigInteger value) => value >= -(Modulus / 2) && value < Modulus / 2;

    public static void Holds(Property property) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true), property);
}
