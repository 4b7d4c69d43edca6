using System.Security.Cryptography;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Rows;

/// <summary>What one block brought to a family.</summary>
/// <param name="Block">Which.</param>
/// <param name="Time">The block's time.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Digest">SHA-256 over all of them, in the order of the logs, each behind its table's name and a zero.</param>
internal sealed record BlockDigest(BlockRef Block, ulong Time, long Rows, Hash32 Digest);

/// <summary>Makes the digests of one family's blocks while their rows come in.</summary>
internal sealed class BlockDigester
{
    // Rows are short, and many small pieces cost more than their bytes.
    private readonly byte[] _gathered = new byte[16 * 1024];
    private int _length;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<BlockDigest> _done = [];
    private BlockRef? _block;
    private ulong _time;
    private long _rows;

    public IReadOnlyList<BlockDigest> Done => _done;

    public void Add(BlockRef block, ulong time, ReadOnlySpan<byte> table, ReadOnlySpan<byte> row)
    {
        if (_block != block)
        {
            Finish();
            (_block, _time) = (block, time);
        }

        Append(table);
        Append(row);
        _rows++;
    }

    public void Finish()
    {
        if (_block is not { } block)
            return;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Flush();
        _hash.GetHashAndReset(digest);
        _done.Add(new BlockDigest(block, _time, _rows, new Hash32(digest)));
        (_block, _rows) = (null, 0);
    }

    public void Clear() => _done.Clear();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _gathered.Length - _length)
            Flush();
        if (bytes.Length > _gathered.Length)
        {
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_gathered.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Flush()
    {
        _hash.AppendData(_gathered.AsSpan(0, _length));
        _length = 0;
    }
}
