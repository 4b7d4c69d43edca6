using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenGradient.PrivateRequests.Hpke;

/// <summary>HKDF-SHA256 with the labels of RFC 9180, section 4.</summary>
internal static class LabeledKdf
{
    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    public static byte[] Extract(byte[] suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. Version, .. suite, .. label, .. material], salt.ToArray());

    public static byte[] Expand(byte[] suite, byte[] key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(prefix, checked((ushort)length));
        return HKDF.Expand(HashAlgorithmName.SHA256, key, length, [.. prefix, .. Version, .. suite, .. label, .. info]);
    }
}
