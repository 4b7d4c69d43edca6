using System.Buffers.Binary;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>Lengths as the draft frames chunks by: QUIC's integers (RFC 9000, section 16). The final chunk has length 0, and goes to the stream's end.</summary>
internal static class ChunkFraming
{
    /// <summary>What every receiver takes in one chunk, and no sender here exceeds.</summary>
    public const int MaxContentBytes = 16 * 1024;

    public const int MaxSealedBytes = MaxContentBytes + HpkeAeads.TagBytes;

    private const int SizeShift = 6;
    private const byte TopBits = 0x3F;

    public static ReadOnlySpan<byte> Final => "final"u8;

    public static byte[] Frame(ReadOnlySpan<byte> sealedChunk)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)sealedChunk.Length | (2u << 30));
        if (sealedChunk.Length <= TopBits)
            return [(byte)sealedChunk.Length, .. sealedChunk];
        if (sealedChunk.Length >= 1 << 14)
            return [.. length, .. sealedChunk];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(sealedChunk.Length | (1 << 14)));
        return [.. length[..sizeof(ushort)], .. sealedChunk];
    }

    public static byte[] FrameFinal(ReadOnlySpan<byte> sealedChunk) => [0, .. sealedChunk];

    /// <summary>Reads a length; false where there are too few bytes for it.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int size, out ulong length)
    {
        (size, length) = (0, 0);
        if (bytes.IsEmpty || bytes.Length < 1 << (bytes[0] >> SizeShift))
            return false;
        size = 1 << (bytes[0] >> SizeShift);
        length = (ulong)(bytes[0] & TopBits);
        foreach (var digit in bytes[1..size])
            length = (length << 8) | digit;
        return true;
    }
}
