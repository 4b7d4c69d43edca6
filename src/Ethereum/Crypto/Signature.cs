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

    /// <summary>Reads r ‖ s ‖ v with v of 0, 1, 27 or 28; anything else gives false.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Signature signature)
    {
        signature = default;
        if (bytes.Length != ByteLength || bytes[64] is not (0 or 1 or 27 or 28))
            return false;

        signature = new Signature(
            UInt256.FromBigEndian(bytes[..32]), UInt256.FromBigEndian(bytes[32..64]), bytes[64] is 1 or 28);
        return true;
    }
}
