using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Blobs.Folders;

/// <summary>
/// Blobs in a folder of this machine. A blob is written to a temporary file, flushed, and renamed: under its name there is the whole of it
/// or nothing, whenever the process or the machine ends. Several processes may use one folder.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    private const string TemporaryFolder = "tmp";
    private const int BufferBytes = 1 << 17;

    // Nothing writes one blob for a day: such a file was left by a process that ended.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly string _temporary;
    private readonly long _limitBytes;

    /// <summary>Opens a folder, makes it where there is none, and sweeps up what processes left that ended while they wrote.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="limitBytes">The largest blob that is taken.</param>
    /// <param name="clock">Tells leftovers from what is being written.</param>
    public FolderBlobStore(string root, long limitBytes = long.MaxValue, TimeProvider? clock = null)
    {
        _root = Path.GetFullPath(root);
        _temporary = Path.Combine(_root, TemporaryFolder);
        _limitBytes = limitBytes;
        Directory.CreateDirectory(_temporary);
        var oldest = ((clock ?? TimeProvider.System).GetUtcNow() - LeftoverAge).UtcDateTime;
        foreach (var leftover in new DirectoryInfo(_temporary).EnumerateFiles())
        {
            if (leftover.LastWriteTimeUtc < oldest)
                DurableFile.Discard(leftover.FullName);
        }
    }

    public string Name => $"folder {_root}";

    public bool IsHere => true;

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Open(BlobLayout.PathOf(_root, hash), offset));
    }

    public async Task<BlobWriting> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_temporary, RandomNumberGenerator.GetHexString(24, lowercase: true));
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            if (await CopyAsync(content, file, cancellationToken) is not { } hash)
                return new BlobWriting.TooLarge(_limitBytes);

            var target = BlobLayout.PathOf(_root, hash);
            var wasThere = File.Exists(target);
            // Also over what was there: should the disk have spoilt it, it is whole again.
            DurableFile.Publish(file, target);
            return new BlobWriting.Stored(hash, file.Length, wasThere);
        }
        catch (IOException full) when (DurableFile.IsFull(full))
        {
            return new BlobWriting.NoRoom($"The disk under {_root} is full.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new BlobWriting.Failed($"{_root}: {failure.Message}");
        }
        finally
        {
            DurableFile.Discard(path);
        }
    }

    public override string ToString() => Name;

    private static BlobOffer Open(string path, long offset)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            // A blob that is shorter than what somebody has of it already cannot be continued.
            file.Position = offset <= file.Length ? offset : 0;
            return new BlobOffer.Content(file, file.Position, file.Length) { LocalFile = path };
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new BlobOffer.Missing();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new BlobOffer.Failed(failure.Message, MayPass: false);
        }
    }

    private async Task<BlobHash?> CopyAsync(Stream content, FileStream file, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var length = 0L;
        while (await content.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            length += count;
            if (length > _limitBytes)
                return null;
            digest.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return new BlobHash(new Hash32(digest.GetHashAndReset()));
    }
}
