using System.Security.Cryptography;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>
/// Collateral in a folder. <c>current/</c> holds what is in use, by name, and can be handed to anything that takes a folder of collateral; an operator without a
/// network puts files there by hand. <c>objects/</c> holds everything that was ever in use, by its hash, and nothing there is written over or removed: what a
/// verdict of years ago rested on is still there. <c>history.jsonl</c> says when what was taken into use (<see cref="CollateralHistory"/>).
/// </summary>
public sealed class CollateralArchive
{
    private const int MaxNameLetters = 64;

    private readonly string _folder;
    private readonly string _objects;
    private readonly CollateralHistory _history;

    /// <param name="folder">Made where it is not there. Throws <see cref="IOException"/> where it cannot be.</param>
    /// <param name="historyBytes">How long the history becomes before it is set aside.</param>
    public CollateralArchive(string folder, long historyBytes = CollateralHistory.DefaultBytes)
    {
        _folder = folder;
        CurrentFolder = CurrentFolderOf(folder);
        _objects = Path.Combine(folder, "objects");
        _history = new CollateralHistory(folder, historyBytes);
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

    /// <summary>What is in use and can be read, archived by the way. What cannot is named and left out: one bad file takes nothing from the others.</summary>
    public async Task<CollateralReading> ReadSoundAsync(CancellationToken cancellationToken)
    {
        var reading = await CollateralFolder.ReadSoundAsync(CurrentFolder, cancellationToken);
        foreach (var file in reading.Files)
            await KeepAsync(file.Content, cancellationToken);
        return reading;
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
        await WholeFile.WriteAsync(_folder, replaced, content, overwrite: true, cancellationToken);
        await _history.AppendAsync(record, cancellationToken);
    }

    /// <inheritdoc cref="CollateralHistory.ReadAsync"/>
    public Task<IReadOnlyList<CollateralRecord>> HistoryAsync(CancellationToken cancellationToken) => _history.ReadAsync(cancellationToken);

    internal static Hash32 HashOf(ReadOnlyMemory<byte> content) => new(SHA256.HashData(content.Span));

    private async Task KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(HashOf(content));
        if (!File.Exists(path))
            await WholeFile.WriteAsync(_folder, path, content, overwrite: false, cancellationToken);
    }

    private string PathOf(Hash32 hash) => Path.Combine(_objects, Convert.ToHexStringLower(hash.Bytes));
}
