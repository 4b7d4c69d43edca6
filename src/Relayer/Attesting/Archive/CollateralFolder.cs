using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>Reads a folder of collateral, one level deep, in the order of the names. What is hidden is no collateral.</summary>
internal static class CollateralFolder
{
    /// <summary>Throws <see cref="IOException"/> where it holds more than collateral does, or cannot be read.</summary>
    public static async Task<IReadOnlyList<CollateralFile>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        List<CollateralFile> files = [];
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal))
        {
            if (files.Count == CollateralSet.MaxFiles || new FileInfo(path).Length > CollateralFile.MaxBytes)
                throw new IOException($"{folder} holds more than collateral does: keep at most {CollateralSet.MaxFiles} files there, of {CollateralFile.MaxBytes} bytes.");
            files.Add(new CollateralFile(Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken)));
        }

        return files;
    }

    /// <summary>As <see cref="ReadAsync"/>, but what is no collateral, too long, too much, or cannot be read is named and left out.</summary>
    public static async Task<CollateralReading> ReadSoundAsync(string folder, CancellationToken cancellationToken)
    {
        List<CollateralFile> files = [];
        List<SkippedFile> skipped = [];
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (files.Count == CollateralSet.MaxFiles)
            {
                skipped.Add(new SkippedFile(name, $"It comes after {CollateralSet.MaxFiles} others, and more are not read."));
                break;
            }

            var (file, fault) = await TryReadAsync(path, name, cancellationToken);
            if (file is not null)
                files.Add(file);
            else if (skipped.Count < CollateralSet.MaxFiles)
                skipped.Add(new SkippedFile(name, fault));
        }

        return new CollateralReading(files, skipped);
    }

    private static async Task<(CollateralFile? File, string Fault)> TryReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > CollateralFile.MaxBytes)
                return (null, $"It is longer than {CollateralFile.MaxBytes} bytes.");
            var file = new CollateralFile(name, await File.ReadAllBytesAsync(path, cancellationToken));
            return CollateralSet.Read([file]).Faults is [var fault, ..] ? (null, fault) : (file, "");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }
    }
}

/// <summary>What a folder of collateral holds.</summary>
/// <param name="Files">What can be used.</param>
/// <param name="Skipped">What cannot.</param>
public sealed record CollateralReading(IReadOnlyList<CollateralFile> Files, IReadOnlyList<SkippedFile> Skipped);

/// <param name="Name">What it is called.</param>
/// <param name="Reason">Why it is left out.</param>
public sealed record SkippedFile(string Name, string Reason);
