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
}
