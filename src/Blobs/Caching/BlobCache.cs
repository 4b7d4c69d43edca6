using OpenGradient.Blobs.Folders;

namespace OpenGradient.Blobs.Caching;

/// <summary>
/// Blobs on the disk of this machine up to a budget. Those that were not used for longest leave first; those in use stay. What was half
/// fetched when the process ended is gone on with. Nothing in here is trusted without its hash.
/// </summary>
public sealed class BlobCache : IDisposable
{
    /// <summary>What the cache is called where places are named.</summary>
    public const string SourceName = "the cache";

    private const string PartialFolder = "partial";
    private const string LockName = "lock";

    private readonly BlobCacheOptions _options;
    private readonly TimeProvider _clock;
    private readonly FileStream _lock;
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobHash, CachedBlob> _blobs = [];

    // From the one that was not used for longest to the one that was used last; those in use are not in it.
    private readonly LinkedList<CachedBlob> _idle = [];

    // What was half fetched and nobody fetches now, by file; the first to leave.
    private readonly Dictionary<string, long> _abandoned = new(StringComparer.Ordinal);

    private long _usedBytes;

    private BlobCache(BlobCacheOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _lock = Hold(Path.Combine(options.Folder, LockName));
        try
        {
            Load();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Is told of every blob that leaves to make room, under the cache's lock: it must be quick and not throw.</summary>
    public Action<BlobHash, long>? OnEvicted { get; set; }

    /// <summary>How many bytes the blobs take, those that are still coming included.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
                return _usedBytes;
        }
    }

    public long BudgetBytes => _options.BudgetBytes;

    /// <summary>Opens the folder, or makes it. Throws <see cref="IOException"/> where another process has it open, or it cannot be used.</summary>
    public static BlobCache Open(BlobCacheOptions options, TimeProvider? clock = null)
    {
        options.Validate();
        options = options with { Folder = Path.GetFullPath(options.Folder) };
        Directory.CreateDirectory(Path.Combine(options.Folder, PartialFolder));
        return new BlobCache(options, clock ?? TimeProvider.System);
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Takes a blob into use, if it is here. It was right when it came: whoever trusts no disk checks it again.</summary>
    internal BlobLease? TryLease(BlobHash hash)
    {
        lock (_gate)
        {
            return _blobs.TryGetValue(hash, out var blob) ? BlobLease.Pinning(hash, blob.Length, blob.Path, blob) : null;
        }
    }

    /// <summary>Takes a blob out that turned out to be spoilt. Who has it open reads on in the file without a name.</summary>
    internal void Discard(BlobHash hash)
    {
        lock (_gate)
        {
            if (_blobs.TryGetValue(hash, out var blob))
                RemoveLocked(blob);
        }
    }

    /// <summary>Begins to take in a blob, or goes on where it was left. One at a time for each blob: the caller sees to that.</summary>
    internal PartialBlob BeginPartial(BlobHash hash)
    {
        var path = Path.Combine(_options.Folder, PartialFolder, hash.Digits);
#pragma warning disable CA2000 // The partial blob owns the file.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
#pragma warning restore CA2000
        lock (_gate)
        {
            // One that left to make room, and whose file stayed all the same, is counted anew.
            _abandoned.Remove(path, out var counted);
            _usedBytes += file.Length - counted;
        }

        return new PartialBlob(this, hash, file);
    }

    /// <summary>Counts bytes that are about to be written, and makes room for them. False where nothing more can leave.</summary>
    internal bool TryReserve(long count)
    {
        lock (_gate)
        {
            if (!TryMakeRoom(count))
                return false;
            _usedBytes += count;
            return true;
        }
    }

    internal void Release(long count)
    {
        lock (_gate)
            _usedBytes -= count;
    }

    /// <summary>A blob that did not come whole: it is kept to go on with, and is the first to leave.</summary>
    internal void Abandon(string path, long length)
    {
        lock (_gate)
            _abandoned[path] = length;
    }

    /// <summary>Gives a blob that was checked its name. Its bytes are counted already.</summary>
    internal BlobLease Adopt(BlobHash hash, FileStream file)
    {
        var target = BlobLayout.PathOf(_options.Folder, hash);
        DurableFile.Publish(file, target);
        lock (_gate)
        {
            // One of that name was found to be spoilt, or it would not have been fetched.
            if (_blobs.Remove(hash, out var former))
                Forget(former);
            var blob = new CachedBlob(this, hash, target, file.Length);
            _blobs.Add(hash, blob);
            return BlobLease.Pinning(hash, blob.Length, blob.Path, blob);
        }
    }

    internal void Pin(CachedBlob blob)
    {
        lock (_gate)
        {
            blob.Pins++;
            if (blob.Place is null)
                return;
            _idle.Remove(blob.Place);
            blob.Place = null;
        }
    }

    internal void Unpin(CachedBlob blob)
    {
        lock (_gate)
        {
            blob.Pins--;
            if (blob.Pins > 0 || blob.IsRemoved)
                return;
            blob.Place = _idle.AddLast(blob);
            // The order of use outlives the process in the files' times.
            TryTouch(blob.Path);
        }
    }

    private void Load()
    {
        foreach (var (hash, file) in BlobLayout.Enumerate(_options.Folder).OrderBy(found => found.File.LastWriteTimeUtc))
        {
            var blob = new CachedBlob(this, hash, file.FullName, file.Length);
            blob.Place = _idle.AddLast(blob);
            _blobs.Add(hash, blob);
            _usedBytes += file.Length;
        }

        foreach (var file in new DirectoryInfo(Path.Combine(_options.Folder, PartialFolder)).EnumerateFiles())
        {
            _abandoned.Add(file.FullName, file.Length);
            _usedBytes += file.Length;
        }

        lock (_gate)
            TryMakeRoom(0);
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new IOException($"The cache in {Path.GetDirectoryName(path)} is in use by another process, or cannot be written: {taken.Message}", taken);
        }
    }

    private bool TryMakeRoom(long count)
    {
        while (_usedBytes > _options.BudgetBytes - count)
        {
            if (_abandoned.Count > 0)
            {
                var (path, length) = _abandoned.First();
                _abandoned.Remove(path);
                DurableFile.Discard(path);
                _usedBytes -= length;
            }
            else if (_idle.First is { Value: var blob })
            {
                RemoveLocked(blob);
                OnEvicted?.Invoke(blob.Hash, blob.Length);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private void RemoveLocked(CachedBlob blob)
    {
        _blobs.Remove(blob.Hash);
        Forget(blob);
        DurableFile.Discard(blob.Path);
    }

    private void Forget(CachedBlob blob)
    {
        blob.IsRemoved = true;
        _usedBytes -= blob.Length;
        if (blob.Place is null)
            return;
        _idle.Remove(blob.Place);
        blob.Place = null;
    }

    private void TryTouch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Then it counts as older after the next start.
        }
    }
}

/// <summary>One blob in the cache. All but its identity is the cache's, under its lock.</summary>
internal sealed class CachedBlob(BlobCache cache, BlobHash hash, string path, long length) : IPinned
{
    public BlobHash Hash { get; } = hash;

    public string Path { get; } = path;

    public long Length { get; } = length;

    public int Pins { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Where it stands among those that may leave; null while it is in use.</summary>
    public LinkedListNode<CachedBlob>? Place { get; set; }

    public void Pin() => cache.Pin(this);

    public void Unpin() => cache.Unpin(this);
}
