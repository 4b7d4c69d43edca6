using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Memory that the logs of one answer share. Many of them are alive at once for a while, and what the garbage collector has to look at and to move is counted
/// in objects. Pieces grow with the answer, so that a short one does not hold much; whoever keeps a log keeps at most one piece of each kind.
/// </summary>
internal sealed class LogMemory
{
    private const int FirstBytes = 128;
    private const int MostBytes = 32 * 1024;

    private byte[] _bytes = [];
    private int _usedBytes;
    private Hash32[] _hashes = [];
    private int _usedHashes;

    public Memory<byte> TakeBytes(int count)
    {
        // What is long is worth an array of its own, and wastes no piece's end.
        if (count > MostBytes / 8)
            return GC.AllocateUninitializedArray<byte>(count);
        if (count > _bytes.Length - _usedBytes)
            (_bytes, _usedBytes) = (GC.AllocateUninitializedArray<byte>(Math.Max(count, Math.Clamp(_bytes.Length * 2, FirstBytes, MostBytes))), 0);
        var taken = _bytes.AsMemory(_usedBytes, count);
        _usedBytes += count;
        return taken;
    }

    public LogTopics Keep(ReadOnlySpan<Hash32> topics)
    {
        if (topics.Length > _hashes.Length - _usedHashes)
            (_hashes, _usedHashes) = (new Hash32[Math.Clamp(_hashes.Length * 2, FirstBytes / Hash32.ByteLength, MostBytes / Hash32.ByteLength)], 0);
        topics.CopyTo(_hashes.AsSpan(_usedHashes));
        _usedHashes += topics.Length;
        return new LogTopics(_hashes, _usedHashes - topics.Length, topics.Length);
    }
}
