using System.Security.Cryptography;
using OpenGradient.Blobs.Folders;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Blobs.Caching;

/// <summary>
/// A blob that is coming: what is there of it, its hash so far, and how much of it came from the place that is asked now. Used by one
/// fetch at a time.
/// </summary>
internal sealed class PartialBlob : IDisposable
{
    private const int BufferBytes = 1 << 17;

    private readonly BlobCache _cache;
    private readonly BlobHash _hash;
    private readonly FileStream _file;
    private IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    /// <summary>Whether it was adopted or thrown away.</summary>
    public bool IsOver { get; private set; }


    // What the cache has counted for it.
    private long _reserved;

    public PartialBlob(BlobCache cache, BlobHash hash, FileStream file) => (_cache, _hash, _file, _reserved) = (cache, hash, file, file.Length);

    /// <summary>How many bytes are there.</summary>
    public long Length { get; private set; }

    /// <summary>Reads what an earlier fetch left, so that the hash goes on from there.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        _file.Position = 0;
        while (await _file.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            _digest.AppendData(buffer, 0, count);
            Length += count;
        }
    }

    /// <summary>Adds what came. False where the cache has no room for it; a full disk throws <see cref="IOException"/>.</summary>
    public async Task<bool> TryAppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_cache.TryReserve(bytes.Length))
            return false;
        _reserved += bytes.Length;
        _digest.AppendData(bytes.Span);
        await _file.WriteAsync(bytes, cancellationToken);
        Length += bytes.Length;
        return true;
    }

    /// <summary>Begins anew: what is there is wrong, or its other half cannot be had.</summary>
    public void Restart()
    {
        _digest.Dispose();
        _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _file.SetLength(0);
        _file.Position = 0;
        _cache.Release(_reserved);
        (_reserved, Length) = (0, 0);
    }

    public bool HasItsHash() => new BlobHash(new Hash32(_digest.GetCurrentHash())) == _hash;

    /// <summary>Puts the blob, which has its hash, into the cache.</summary>
    public BlobLease Adopt()
    {
        var lease = _cache.Adopt(_hash, _file);
        IsOver = true;
        return lease;
    }

    /// <summary>Throws away what is there.</summary>
    public void Discard()
    {
        IsOver = true;
        DurableFile.Discard(_file.Name);
        _cache.Release(_reserved);
    }

    /// <summary>Keeps what is there for the next fetch, unless it was adopted or thrown away.</summary>
    public void Dispose()
    {
        if (!IsOver && Length == 0)
            Discard();
        if (!IsOver)
        {
            _cache.Release(_reserved - _file.Length);
            _cache.Abandon(_file.Name, _file.Length);
        }

        _file.Dispose();
        _digest.Dispose();
    }
}
