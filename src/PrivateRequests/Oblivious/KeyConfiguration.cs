using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Oblivious;

/// <summary>
/// A gateway's key as it is published (RFC 9458, section 3): <c>application/ohttp-keys</c> without the list's length. A client takes it from the node's
/// evidence, which binds the public key, and from nowhere else.
/// </summary>
public sealed record KeyConfiguration
{
    private const int SuiteBytes = 4;
    private const int HeadBytes = 3;

    /// <param name="keyId">Tells several keys of a gateway apart.</param>
    /// <param name="publicKey">65 bytes, uncompressed.</param>
    public KeyConfiguration(byte keyId, ReadOnlySpan<byte> publicKey)
    {
        if (!HpkePoint.IsEncoded(publicKey))
            throw new ArgumentException("A key has 65 bytes, and is not compressed.", nameof(publicKey));
        KeyId = keyId;
        PublicKey = publicKey.ToArray();
    }

    public byte KeyId { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Whether these bytes have the form of a key. That they are a point of the curve shows when something is sealed to it.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> bytes) => HpkePoint.IsEncoded(bytes);

    /// <summary>What stands before every request to this key: its id, and the algorithms.</summary>
    internal byte[] Header => [KeyId, 0, HpkeContext.Kem, 0, HpkeContext.Kdf, 0, (byte)HpkeAead.Aes256Gcm];

    /// <summary>Reads a configuration that offers AES-256-GCM among others; false for anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out KeyConfiguration? configuration)
    {
        configuration = null;
        const int SuitesAt = HeadBytes + HpkePoint.Bytes;
        if (bytes.Length < SuitesAt + sizeof(ushort) || BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) != HpkeContext.Kem || !HpkePoint.IsEncoded(bytes[HeadBytes..SuitesAt]))
            return false;
        var suites = bytes[(SuitesAt + sizeof(ushort))..];
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[SuitesAt..]) != suites.Length || suites.IsEmpty || suites.Length % SuiteBytes != 0)
            return false;
        for (; !suites.IsEmpty; suites = suites[SuiteBytes..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(suites) == HpkeContext.Kdf && BinaryPrimitives.ReadUInt16BigEndian(suites[2..]) == (int)HpkeAead.Aes256Gcm)
                configuration = new KeyConfiguration(bytes[0], bytes[HeadBytes..SuitesAt]);
        }

        return configuration is not null;
    }

    public byte[] ToBytes() => [KeyId, 0, HpkeContext.Kem, .. PublicKey.Span, 0, SuiteBytes, 0, HpkeContext.Kdf, 0, (byte)HpkeAead.Aes256Gcm];
}
