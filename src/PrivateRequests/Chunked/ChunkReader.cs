namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>Opens a chunk; null where it is not the next one.</summary>
internal delegate byte[]? ChunkOpening(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedChunk);

/// <summary>
/// Reads chunks out of bytes that come in pieces of any size. A message counts as whole only after <see cref="Finish"/>: what was read before may have been
/// cut off behind. One fault ends it.
/// </summary>
public sealed class ChunkReader
{
    private readonly ChunkOpening _open;
    private readonly byte[] _associated;
    private readonly byte[] _associatedFinal;
    private readonly long _most;
    private byte[] _pending = [];
    private int _start;
    private int _end;
    private long _read;
    private bool _isFinal;

    /// <param name="associated">Goes with every chunk.</param>
    /// <param name="most">The most content that is taken, in bytes.</param>
    /// <param name="open">Opens chunks, in order.</param>
    internal ChunkReader(ReadOnlySpan<byte> associated, long most, ChunkOpening open)
    {
        (_open, _most, _associated) = (open, most, associated.ToArray());
        _associatedFinal = [.. associated, .. ChunkFraming.Final];
    }

    public ChunkFault Fault { get; private set; }

    /// <summary>Takes what came. Read all chunks that it completes before the next piece.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (Fault != ChunkFault.None)
            return;
        // The final chunk has no length: more than the longest one is too much already.
        if (_isFinal && _end - _start + bytes.Length > ChunkFraming.MaxSealedBytes)
        {
            Fault = ChunkFault.TooLarge;
            return;
        }

        if (_end + bytes.Length > _pending.Length)
        {
            var grown = new byte[Math.Max(_end - _start + bytes.Length, ChunkFraming.MaxSealedBytes)];
            _pending.AsSpan(_start.._end).CopyTo(grown);
            (_pending, _end, _start) = (grown, _end - _start, 0);
        }

        bytes.CopyTo(_pending.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next chunk that is not the last; null where it is not there as a whole yet, and after a fault.</summary>
    public byte[]? TryNext()
    {
        var pending = _pending.AsSpan(_start.._end);
        if (Fault != ChunkFault.None || _isFinal || !ChunkFraming.TryReadLength(pending, out var size, out var length))
            return null;
        if (length == 0)
        {
            (_isFinal, _start) = (true, _start + size);
            if (_end - _start > ChunkFraming.MaxSealedBytes)
                Fault = ChunkFault.TooLarge;
            return null;
        }

        if (length > ChunkFraming.MaxSealedBytes)
        {
            Fault = ChunkFault.TooLarge;
            return null;
        }

        if (pending.Length - size < (int)length)
            return null;
        _start += size + (int)length;
        return Open(_associated, pending.Slice(size, (int)length));
    }

    /// <summary>The last chunk, once the stream has ended; null after a fault, which it may find itself.</summary>
    public byte[]? Finish()
    {
        if (Fault == ChunkFault.None && !_isFinal && TryNext() is not null)
            throw new InvalidOperationException("There are chunks that were not read.");
        if (Fault != ChunkFault.None)
            return null;
        if (!_isFinal)
        {
            Fault = ChunkFault.Truncated;
            return null;
        }

        return Open(_associatedFinal, _pending.AsSpan(_start.._end));
    }

    private byte[]? Open(byte[] associated, ReadOnlySpan<byte> sealedChunk)
    {
        if (sealedChunk.Length < Hpke.HpkeAeads.TagBytes)
        {
            Fault = ChunkFault.Truncated;
            return null;
        }

        _read += sealedChunk.Length - Hpke.HpkeAeads.TagBytes;
        if (_read > _most)
        {
            Fault = ChunkFault.TooLarge;
            return null;
        }

        var content = _open(associated, sealedChunk);
        if (content is null)
            Fault = ChunkFault.NotAuthentic;
        return content;
    }
}
