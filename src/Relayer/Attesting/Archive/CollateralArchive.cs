using System.Security.Cryptography;
using System.Text.Json;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>
/// Collateral in a folder. <c>current/</c> holds what is in use, by name, and can be handed to anything that takes a folder of collateral; an operator without a
/// network puts files there by hand. <c>objects/</c> holds everything that was ever in use, by its hash, and nothing there is written over or removed: what a
/// verdict of years ago rested on is still there. <c>history.jsonl</c> says when what was taken into use.
/// </summary>
public sealed class CollateralArchive
{
    private const int MaxNameLetters = 64;
    private const long MaxHistoryBytes = 16 * 1024 * 1024;

    private readonly string _objects;
    private readonly string _history;

    /// <param name="folder">Made where it is not there. Throws <see cref="IOException"/> where it cannot be.</param>
    public CollateralArchive(string folder)
    {
        CurrentFolder = CurrentFolderOf(folder);
        _objects = Path.Combine(folder, "objects");
        _history = Path.Combine(folder, "history.jsonl");
        Directory.CreateDirectory(CurrentFolder);
        Directory.CreateDirectory(_objects);
    }

    /// <summary>The folder of what is in use.</summary>
    public string CurrentFolder { get; }

    public static string CurrentFolderOf(string folder) => Path.Combine(folder, "current");

    /// <summary>Whether a file can be called that: it is part of a path.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLetters && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    /// <summary>What is in use. Each file is archived by the way, so that what an operator put there is kept, too.</summary>
    public async Task<IReadOnlyList<CollateralFile>> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        var files = await CollateralFolder.ReadAsync(CurrentFolder, cancellationToken);
        foreach (var file in files)
            await KeepAsync(file.Content, cancellationToken);
        return files;
    }

    /// <summary>What is in use, with how it came there.</summary>
    public async Task<IReadOnlyList<CurrentCollateral>> ListAsync(CancellationToken cancellationToken)
    {
        var history = await HistoryAsync(cancellationToken);
        return
        [
            .. (await ReadCurrentAsync(cancellationToken)).Select(file =>
            {
                var hash = HashOf(file.Content).ToString();
                return new CurrentCollateral(file.Name, hash, file.Content.Length, history.LastOrDefault(record => record.Name == file.Name && record.Hash == hash));
            }),
        ];
    }

    /// <summary>A file by its hash; null where it was never in use here.</summary>
    public async Task<byte[]?> FindAsync(Hash32 hash, CancellationToken cancellationToken)
    {
        var path = PathOf(hash);
        return File.Exists(path) && new FileInfo(path).Length <= CollateralFile.MaxBytes ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
    }

    /// <summary>Takes a file into use. What was in use under the name stays archived.</summary>
    public async Task AdoptAsync(CollateralRecord record, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!IsName(record.Name))
            throw new ArgumentException("A name is part of a path.", nameof(record));
        var replaced = Path.Combine(CurrentFolder, record.Name);
        if (File.Exists(replaced) && new FileInfo(replaced).Length <= CollateralFile.MaxBytes)
            await KeepAsync(await File.ReadAllBytesAsync(replaced, cancellationToken), cancellationToken);
        await KeepAsync(content, cancellationToken);
        await WriteWholeAsync(replaced, content, overwrite: true, cancellationToken);
        await AppendAsync(record, cancellationToken);
    }

    /// <summary>Everything that was ever taken into use, in order. A line that a crash has cut is left out.</summary>
    public async Task<IReadOnlyList<CollateralRecord>> HistoryAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_history))
            return [];
        if (new FileInfo(_history).Length > MaxHistoryBytes)
            throw new IOException($"{_history} is longer than {MaxHistoryBytes} bytes: move it away, and it is begun anew.");
        List<CollateralRecord> records = [];
        await foreach (var line in File.ReadLinesAsync(_history, cancellationToken))
        {
            if (TryRead(line) is { } record)
                records.Add(record);
        }

        return records;
    }

    private static CollateralRecord? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ArchiveJson.Default.CollateralRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static Hash32 HashOf(ReadOnlyMemory<byte> content) => new(SHA256.HashData(content.Span));

    // A line begins behind whatever a crash has left of the one before.
    private async Task AppendAsync(CollateralRecord record, CancellationToken cancellationToken)
    {
        await using var history = new FileStream(_history, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, ArchiveJson.Default.CollateralRecord), (byte)'\n'];
        if (history.Length > 0)
        {
            history.Seek(-1, SeekOrigin.End);
            if (history.ReadByte() != '\n')
                line = [(byte)'\n', .. line];
        }

        await history.WriteAsync(line, cancellationToken);
        await history.FlushAsync(cancellationToken);
    }

    private async Task KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(HashOf(content));
        if (!File.Exists(path))
            await WriteWholeAsync(path, content, overwrite: false, cancellationToken);
    }

    // Under its name stands either all of it or none: what is half written has another name.
    private static async Task WriteWholeAsync(string path, ReadOnlyMemory<byte> content, bool overwrite, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(path)!)!;
        var partial = Path.Combine(folder, $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.partial");
        try
        {
            await using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(content, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            File.Move(partial, path, overwrite);
            FolderFlush.Of(path);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            // Another process has kept the same bytes meanwhile.
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private string PathOf(Hash32 hash) => Path.Combine(_objects, Convert.ToHexStringLower(hash.Bytes));
}
