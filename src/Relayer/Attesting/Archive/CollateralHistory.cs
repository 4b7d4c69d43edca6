using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>
/// When what was taken into use: a line for each file, added at the end. Once it is long it is set aside, whole and for good, as <c>history-1.jsonl</c> and so on, and begins anew with
/// the last line of each name, which is all that refreshing goes by. So reading it stays quick, and no line is lost.
/// </summary>
internal sealed class CollateralHistory(string folder, long mostBytes)
{
    /// <summary>Some ten thousand lines: months, where all that may be fetched changes at each refresh.</summary>
    public const long DefaultBytes = 4 << 20;

    private const int MostNames = 1_024;

    private readonly string _path = Path.Combine(folder, "history.jsonl");

    /// <summary>What was taken into use since it was set aside last, in order. A line that a crash has cut is left out.</summary>
    public async Task<IReadOnlyList<CollateralRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
            return [];
        await using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // It was never let become so long: whoever wrote to it, the newest stands at the end.
        if (file.Length > 2 * mostBytes)
            file.Seek(-2 * mostBytes, SeekOrigin.End);
        using var reader = new StreamReader(file);
        List<CollateralRecord> records = [];
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (TryRead(line) is { } record)
                records.Add(record);
        }

        return records;
    }

    // A line begins behind whatever a crash has left of the one before.
    public async Task AppendAsync(CollateralRecord record, CancellationToken cancellationToken)
    {
        if (File.Exists(_path) && new FileInfo(_path).Length >= mostBytes)
            await SetAsideAsync(cancellationToken);
        await using var history = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var line = LineOf(record);
        if (history.Length > 0)
        {
            history.Seek(-1, SeekOrigin.End);
            if (history.ReadByte() != '\n')
                line = [(byte)'\n', .. line];
        }

        await history.WriteAsync(line, cancellationToken);
        await history.FlushAsync(cancellationToken);
    }

    // The copy stands before anything is taken out: a crash in between leaves one copy too many, and nothing too little.
    private async Task SetAsideAsync(CancellationToken cancellationToken)
    {
        var latest = (await ReadAsync(cancellationToken)).GroupBy(record => record.Name, StringComparer.Ordinal).Select(named => named.Last())
            .OrderBy(record => record.AdoptedAt).TakeLast(MostNames);
        var number = 1;
        while (File.Exists(AsideOf(number)))
            number++;
        await using (var from = File.OpenRead(_path))
        await using (var aside = new FileStream(AsideOf(number), FileMode.CreateNew, FileAccess.Write))
        {
            await from.CopyToAsync(aside, cancellationToken);
            await aside.FlushAsync(cancellationToken);
            RandomAccess.FlushToDisk(aside.SafeFileHandle);
        }

        FolderFlush.Of(AsideOf(number));
        await WholeFile.WriteAsync(folder, _path, latest.SelectMany(LineOf).ToArray(), overwrite: true, cancellationToken);
    }

    private string AsideOf(int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"history-{number}.jsonl"));

    private static byte[] LineOf(CollateralRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, ArchiveJson.Default.CollateralRecord), (byte)'\n'];

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
}
