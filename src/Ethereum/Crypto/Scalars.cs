using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// The little arithmetic with secret scalars that cannot be left to OpenSSL. Constant time: no branch and no address depends on a
/// secret's bits; only the outcome, valid or not, is visible, as the caller acts on it anyway.
/// </summary>
internal static class Scalars
{
    /// <summary>The length of a scalar in bytes, big-endian.</summary>
    public const int ByteLength = 32;

    // The order n of the group, least significant limb first.
    private const ulong N0 = 0xBFD25E8CD0364141;
    private const ulong N1 = 0xBAAEDCE6AF48A03B;
    private const ulong N2 = 0xFFFFFFFFFFFFFFFE;
    private const ulong N3 = 0xFFFFFFFFFFFFFFFF;

    /// <summary>Whether 32 bytes are a private key: a number from 1 to n − 1.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != ByteLength)
            return false;

        Read(secret, out var s0, out var s1, out var s2, out var s3);
        return (IsNotZero(s0 | s1 | s2 | s3) & IsBelowOrder(s0, s1, s2, s3)) != 0;
    }

    /// <summary>
    /// Writes (secret + tweak) mod n, as child keys are derived in BIP-32. Gives false, and zeros, where the secret is no private key, the
    /// tweak is not below n, or the sum is zero. The result may lie over either argument.
    /// </summary>
    public static bool TryAddModOrder(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> tweak, Span<byte> result)
    {
        RequireLength(secret.Length, nameof(secret));
        RequireLength(tweak.Length, nameof(tweak));
        RequireLength(result.Length, nameof(result));
        unchecked
        {
            Read(secret, out var s0, out var s1, out var s2, out var s3);
            Read(tweak, out var t0, out var t1, out var t2, out var t3);
            var valid = IsNotZero(s0 | s1 | s2 | s3) & IsBelowOrder(s0, s1, s2, s3) & IsBelowOrder(t0, t1, t2, t3);

            var carry = 0UL;
            var r0 = Add(s0, t0, ref carry);
            var r1 = Add(s1, t1, ref carry);
            var r2 = Add(s2, t2, ref carry);
            var r3 = Add(s3, t3, ref carry);

            var borrow = 0UL;
            var d0 = Subtract(r0, N0, ref borrow);
            var d1 = Subtract(r1, N1, ref borrow);
            var d2 = Subtract(r2, N2, ref borrow);
            var d3 = Subtract(r3, N3, ref borrow);

            // The difference counts if the sum reached n: if it carried, or if taking n away did not borrow.
            var reduced = 0UL - (carry | (borrow ^ 1));
            r0 = Select(reduced, d0, r0);
            r1 = Select(reduced, d1, r1);
            r2 = Select(reduced, d2, r2);
            r3 = Select(reduced, d3, r3);

            valid &= IsNotZero(r0 | r1 | r2 | r3);
            var kept = 0UL - valid;
            BinaryPrimitives.WriteUInt64BigEndian(result[24..], r0 & kept);
            BinaryPrimitives.WriteUInt64BigEndian(result[16..], r1 & kept);
            BinaryPrimitives.WriteUInt64BigEndian(result[8..], r2 & kept);
            BinaryPrimitives.WriteUInt64BigEndian(result, r3 & kept);
            return valid != 0;
        }
    }

    private static void RequireLength(int length, string name)
    {
        if (length != ByteLength)
            throw new ArgumentException($"A scalar has 32 bytes, not {length}.", name);
    }

    private static void Read(ReadOnlySpan<byte> bytes, out ulong n0, out ulong n1, out ulong n2, out ulong n3)
    {
        n0 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        n1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        n2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        n3 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private static ulong IsBelowOrder(ulong n0, ulong n1, ulong n2, ulong n3)
    {
        var borrow = 0UL;
        Subtract(n0, N0, ref borrow);
        Subtract(n1, N1, ref borrow);
        Subtract(n2, N2, ref borrow);
        Subtract(n3, N3, ref borrow);
        return borrow;
    }

    // Carries are computed from the operands' bits rather than by comparison, which a compiler may turn into a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong left, ulong right, ref ulong carry)
    {
        unchecked
        {
            var sum = left + right + carry;
            carry = ((left & right) | ((left | right) & ~sum)) >> 63;
            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Subtract(ulong left, ulong right, ref ulong borrow)
    {
        unchecked
        {
            var difference = left - right - borrow;
            borrow = ((~left & right) | ((~left | right) & difference)) >> 63;
            return difference;
        }
    }

    // The top bit of x | −x is set for every x but zero.
    private static ulong IsNotZero(ulong value) => unchecked((value | (0UL - value)) >> 63);

    private static ulong Select(ulong mask, ulong ifSet, ulong ifClear) => (ifSet & mask) | (ifClear & ~mask);
}
