using System.Text.Json;

namespace OpenGradient.Foundry;

/// <summary>
/// Forge's notes on what it has compiled, as a copy for one run of a script. Each run writes them anew and not at once: one beside it that
/// read them half written would compile everything again, and forget what the tests were compiled to.
/// </summary>
internal sealed class CompileNotes : IDisposable
{
    private const string FileName = "solidity-files-cache.json";

    // Whoever writes them is done in a moment; where they stay broken, forge does without.
    private const int Looks = 50;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly string _shared;
    private DateTime _copied;

    private CompileNotes(string shared, string folder) => (_shared, Folder) = (shared, folder);

    /// <summary>Where forge finds its copy.</summary>
    public string Folder { get; }

    /// <param name="shared">The folder of the notes that builds and tests go by.</param>
    /// <param name="scratch">Where the copy's folder is made.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<CompileNotes> CopyAsync(string shared, string scratch, CancellationToken cancellationToken)
    {
        var notes = new CompileNotes(Path.Combine(shared, FileName), Directory.CreateDirectory(Path.Combine(scratch, Path.GetRandomFileName())).FullName);
        try
        {
            for (var look = 0; look < Looks && !await notes.TryReadAsync(cancellationToken); look++)
                await Task.Delay(Moment, cancellationToken);
            return notes;
        }
        catch
        {
            notes.Dispose();
            throw;
        }
    }

    /// <summary>Gives them to all, since something was compiled that the others need not compile again; not where others have noted something meanwhile.</summary>
    public void Share()
    {
        if (!File.Exists(Path.Combine(Folder, FileName)) || File.GetLastWriteTimeUtc(_shared) != _copied)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(_shared)!);
        File.Move(Path.Combine(Folder, FileName), _shared, overwrite: true);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // Without any there is nothing to wait for.
    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _copied = File.GetLastWriteTimeUtc(_shared);
            var text = await File.ReadAllBytesAsync(_shared, cancellationToken);
            if (!IsWhole(text))
                return false;
            await File.WriteAllBytesAsync(Path.Combine(Folder, FileName), text, cancellationToken);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                // Only whether it ends as it should is asked.
            }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
