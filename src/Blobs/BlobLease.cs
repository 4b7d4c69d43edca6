namespace OpenGradient.Blobs;

/// <summary>A blob as a file that was checked and stays where it is until this is disposed of.</summary>
public sealed class BlobLease : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly IPinned? _owner;
    private int _isReleased;

    private BlobLease(BlobHash hash, long length, string path, IPinned? owner) =>
        (Hash, Length, Path, _owner) = (hash, length, path, owner);

    public BlobHash Hash { get; }

    public long Length { get; }

    /// <summary>The file. For reading only: what is written to it spoils it for everyone.</summary>
    public string Path { get; }

    public Stream OpenRead() =>
        new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);

    /// <summary>All bytes, for blobs that are small. Throws <see cref="InvalidOperationException"/> for one that is larger than is allowed.</summary>
    public async Task<byte[]> ReadAllAsync(int limitBytes, CancellationToken cancellationToken = default) =>
        Length <= limitBytes
            ? await File.ReadAllBytesAsync(Path, cancellationToken)
            : throw new InvalidOperationException($"The blob has {Length} bytes, and {limitBytes} are allowed.");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            _owner?.Unpin();
    }

    public override string ToString() => $"{Hash} ({Length} bytes)";

    /// <summary>A lease of a file that stays anyway.</summary>
    internal static BlobLease OfFile(BlobHash hash, long length, string path) => new(hash, length, path, owner: null);

    /// <summary>A lease of a file that somebody keeps; its pin is taken here.</summary>
    internal static BlobLease Pinning(BlobHash hash, long length, string path, IPinned owner)
    {
        owner.Pin();
        return new BlobLease(hash, length, path, owner);
    }

    /// <summary>A lease of the same file for somebody else. This one must not have been disposed of yet.</summary>
    internal BlobLease Duplicate() => _owner is null ? OfFile(Hash, Length, Path) : Pinning(Hash, Length, Path, _owner);
}

/// <summary>A file that is kept for as long as somebody has pinned it.</summary>
internal interface IPinned
{
    void Pin();

    void Unpin();
}
