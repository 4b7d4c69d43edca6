using System.Buffers.Binary;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>
/// Content in one of a few sizes, so that its length says little: the length in four bytes, the content, zeros up to the bucket. There is one padded form of
/// each content, and no other is read.
/// </summary>
public static class Padding
{
    private const int HeadBytes = sizeof(uint);

    /// <summary>The sizes of questions, in bytes: each four times the one before.</summary>
    public static IReadOnlyList<int> Questions { get; } = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24];

    /// <summary>The sizes of an answer's frames. The largest fills a chunk.</summary>
    public static IReadOnlyList<int> Frames { get; } = [1 << 8, 1 << 10, 1 << 12, 1 << 14];

    /// <summary>The most content that fits into the largest bucket.</summary>
    public static int MostOf(IReadOnlyList<int> buckets) => buckets[^1] - HeadBytes;

    /// <summary>Pads; null where no bucket is large enough.</summary>
    public static byte[]? TryPad(ReadOnlySpan<byte> content, IReadOnlyList<int> buckets)
    {
        if (BucketOf(content.Length, buckets) is not { } bucket)
            return null;
        var padded = new byte[bucket];
        BinaryPrimitives.WriteUInt32BigEndian(padded, (uint)content.Length);
        content.CopyTo(padded.AsSpan(HeadBytes));
        return padded;
    }

    /// <summary>Gives the content back; null where this is not its padded form.</summary>
    public static byte[]? TryUnpad(ReadOnlySpan<byte> padded, IReadOnlyList<int> buckets)
    {
        if (padded.Length < HeadBytes || BinaryPrimitives.ReadUInt32BigEndian(padded) is var length && length > padded.Length - HeadBytes)
            return null;
        var content = padded.Slice(HeadBytes, (int)length);
        return BucketOf(content.Length, buckets) == padded.Length && !padded[(HeadBytes + content.Length)..].ContainsAnyExcept((byte)0)
            ? content.ToArray()
            : null;
    }

    private static int? BucketOf(int length, IReadOnlyList<int> buckets)
    {
        foreach (var bucket in buckets)
        {
            if (length <= bucket - HeadBytes)
                return bucket;
        }

        return null;
    }
}
