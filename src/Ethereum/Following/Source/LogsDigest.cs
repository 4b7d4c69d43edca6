using System.Buffers;
using System.Buffers.Binary;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>One hash for a list of logs with all that identifies and fills them, so that two endpoints' lists can be compared.</summary>
public static class LogsDigest
{
    /// <summary>Every field is of fixed length or preceded by its length, and each log's hash is chained to the ones before it.</summary>
    public static Hash32 Of(IEnumerable<LocatedLog> logs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Span<byte> pair = stackalloc byte[2 * Hash32.ByteLength];
        var digest = Hash32.Zero;
        foreach (var log in logs)
        {
            buffer.ResetWrittenCount();
            Write(buffer, log);
            digest.CopyTo(pair);
            Keccak256.Hash(buffer.WrittenSpan, pair[Hash32.ByteLength..]);
            digest = Keccak256.Hash(pair);
        }

        return digest;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, LocatedLog log)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, log.Block.Number.Value);
        buffer.Write(number);
        buffer.Write(log.Block.Hash.Bytes);
        WriteIndex(buffer, log.LogIndex);
        WriteIndex(buffer, log.TransactionIndex);
        buffer.Write(log.TransactionHash.Bytes);
        buffer.Write(log.Content.Address.Bytes);
        WriteIndex(buffer, (uint)log.Content.Topics.Count);
        foreach (var topic in log.Content.Topics)
            buffer.Write(topic.Bytes);
        WriteIndex(buffer, (uint)log.Content.Data.Length);
        buffer.Write(log.Content.Data.Span);
    }

    private static void WriteIndex(ArrayBufferWriter<byte> buffer, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        buffer.Write(bytes);
    }
}
