using System.Buffers.Binary;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>
/// What a private request says in the open, so that it can be forwarded, billed and counted. It goes as associated data with every chunk of request and
/// answer: changed in anything, neither opens.
/// </summary>
public sealed record PrivateEnvelope
{
    /// <summary>Always as long as this.</summary>
    public const int Bytes = 1 + Address.ByteLength + (2 * Hash32.ByteLength) + UInt256.ByteLength + (2 * sizeof(ulong));

    private const byte Version = 1;

    /// <summary>The route: who is to answer.</summary>
    public required Address Node { get; init; }

    /// <summary>The model's version that is asked.</summary>
    public required Hash32 VersionId { get; init; }

    /// <summary>The most that it may cost, in the payment token's smallest unit.</summary>
    public required UInt256 PriceCap { get; init; }

    /// <summary>Names this request and no other: a gateway answers each once.</summary>
    public required Hash32 RequestId { get; init; }

    /// <summary>Which of the node's keys it is sealed to.</summary>
    public required ulong KeyEpoch { get; init; }

    /// <summary>When it was sealed, in seconds of Unix time: what is older than a gateway's window is refused, so that it need not remember ids for ever.</summary>
    public required ulong SentAt { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        bytes[0] = Version;
        var at = 1;
        Node.Bytes.CopyTo(bytes.AsSpan(at));
        at += Address.ByteLength;
        VersionId.CopyTo(bytes.AsSpan(at));
        at += Hash32.ByteLength;
        PriceCap.WriteBigEndian(bytes.AsSpan(at, UInt256.ByteLength));
        at += UInt256.ByteLength;
        RequestId.CopyTo(bytes.AsSpan(at));
        at += Hash32.ByteLength;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at), KeyEpoch);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at + sizeof(ulong)), SentAt);
        return bytes;
    }

    /// <summary>Reads the envelope that a message starts with; null where there is none.</summary>
    public static PrivateEnvelope? TryRead(ReadOnlySpan<byte> message)
    {
        if (message.Length < Bytes || message[0] != Version)
            return null;
        var rest = message[1..];
        var node = new Address(rest[..Address.ByteLength]);
        rest = rest[Address.ByteLength..];
        return new PrivateEnvelope
        {
            Node = node,
            VersionId = new Hash32(rest[..Hash32.ByteLength]),
            PriceCap = UInt256.FromBigEndian(rest.Slice(Hash32.ByteLength, UInt256.ByteLength)),
            RequestId = new Hash32(rest.Slice(Hash32.ByteLength + UInt256.ByteLength, Hash32.ByteLength)),
            KeyEpoch = BinaryPrimitives.ReadUInt64BigEndian(rest[((2 * Hash32.ByteLength) + UInt256.ByteLength)..]),
            SentAt = BinaryPrimitives.ReadUInt64BigEndian(rest[((2 * Hash32.ByteLength) + UInt256.ByteLength + sizeof(ulong))..]),
        };
    }
}
