using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// A secp256k1 signature with its recovery bit. Numbers only: whether they are in range, and whether <see cref="S"/> is in the lower half as
/// EIP-2 asks, is decided where a signature is checked.
/// </summary>
/// <param name="R">The x coordinate of the ephemeral point, modulo the group order.</param>
/// <param name="S">The proof scalar.</param>
/// <param name="YParity">Whether the ephemeral point's y is odd: the bit that makes the public key recoverable.</param>
public readonly record struct Signature(UInt256 R, UInt256 S, bool YParity)
{
    /// <summary>The length of the form r ‖ s ‖ v.</summary>
    public const int ByteLength = 65;

    /// <summary>The length of the form of EIP-2098, which has the recovery bit in the first bit of s.</summary>
    public const int CompactLength = 64;

    private const byte ParityBit = 0x80;

    /// <summary>27 or 28, as contracts and wallets write the recovery bit.</summary>
    public byte V => YParity ? (byte)28 : (byte)27;

    /// <summary>r ‖ s ‖ v with v of 27 or 28, as <c>ecrecover</c> helpers in contracts take it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        R.WriteBigEndian(bytes);
        S.WriteBigEndian(bytes.AsSpan(UInt256.ByteLength));
        bytes[64] = V;
        return bytes;
    }

    /// <summary>r ‖ s of EIP-2098, for contracts that take it: a byte less is a word less in calldata and logs.</summary>
    /// <exception cref="InvalidOperationException">The first bit of <see cref="S"/> is taken, which is so in no lower half.</exception>
    public byte[] ToCompactBytes()
    {
        var bytes = new byte[CompactLength];
        R.WriteBigEndian(bytes);
        S.WriteBigEndian(bytes.AsSpan(UInt256.ByteLength));
        if ((bytes[UInt256.ByteLength] & ParityBit) != 0)
            throw new InvalidOperationException("A signature whose s is in the upper half has no compact form.");
        if (YParity)
            bytes[UInt256.ByteLength] |= ParityBit;
        return bytes;
    }

    /// <summary>Reads r ‖ s ‖ v as <see cref="TryParse"/> does, or the form of EIP-2098: what contracts take for either.</summary>
    public static bool TryParseEither(ReadOnlySpan<byte> bytes, out Signature signature)
    {
        if (bytes.Length != CompactLength)
            return TryParse(bytes, out signature);

        Span<byte> s = stackalloc byte[UInt256.ByteLength];
        bytes[UInt256.ByteLength..].CopyTo(s);
        var yParity = (s[0] & ParityBit) != 0;
        s[0] &= unchecked((byte)~ParityBit);
        signature = new Signature(UInt256.FromBigEndian(bytes[..UInt256.ByteLength]), UInt256.FromBigEndian(s), yParity);
        return true;
    }

    /// <summary>Reads r ‖ s ‖ v with v of 27 or 28, as contracts do; anything else gives false, a bare recovery bit of 0 or 1 too.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Signature signature)
    {
        signature = default;
        if (bytes.Length != ByteLength || bytes[64] is not (27 or 28))
            return false;

        signature = new Signature(
            UInt256.FromBigEndian(bytes[..32]), UInt256.FromBigEndian(bytes[32..64]), bytes[64] == 28);
        return true;
    }
}
