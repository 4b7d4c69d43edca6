using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;

namespace OpenGradient.Cli.Attest;

/// <summary>Reads and writes the files of <c>og attest</c>.</summary>
internal static class AttestFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the roots of this checkout's development attester are kept.</summary>
    public static string RootsOf(Checkout checkout) => Path.Combine(checkout.StateFolder, "attestation", "emulated-roots.pem");

    /// <summary>Reads a file whole. Devices and pipes have no length to be told by, and are read no further than that.</summary>
    public static async Task<byte[]> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, Directory.Exists(path) ? $"{path} is a folder." : $"There is no file {path}.", "Name a file that exists.");
        }

        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var content = new MemoryStream();
            var buffer = new byte[Math.Min(mostBytes + 1, 64 * 1024)];
            for (int read; content.Length <= mostBytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
                await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            return content.Length <= mostBytes
                ? content.ToArray()
                : throw new ExpectedFailureException(ExitCode.Usage, $"{path} is longer than {mostBytes} bytes.", "No such file is that long: look whether it is the right one.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExpectedFailureException(ExitCode.Usage, $"{path} cannot be read: {failure.Message}", "See that it may be read.");
        }
    }

    /// <summary>Reads files, and those in folders, one level deep.</summary>
    public static async Task<IReadOnlyList<CollateralFile>> ReadFilesAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        List<CollateralFile> files = [];
        foreach (var path in paths.SelectMany(FilesOf))
        {
            if (files.Count == CollateralSet.MaxFiles)
                throw new ExpectedFailureException(ExitCode.Usage, $"There are more than {CollateralSet.MaxFiles} files of collateral.", "Name only those that the evidence needs.");
            files.Add(new CollateralFile(Path.GetFileName(path), await ReadAsync(path, CollateralFile.MaxBytes, cancellationToken)));
        }

        return files;
    }

    public static async Task<EmulatedRoots> ReadRootsAsync(string path, CancellationToken cancellationToken) =>
        EmulatedRoots.TryImport(System.Text.Encoding.UTF8.GetString(await ReadAsync(path, EmulatedRoots.MaxBytes, cancellationToken)))
        ?? throw new ExpectedFailureException(ExitCode.Usage, $"{path} holds no emulated roots.", "`og attest emulate` makes a file of them where there is none.");

    /// <summary>Makes roots where there are none; the file is its owner's alone.</summary>
    public static async Task<EmulatedRoots> ReadOrMakeRootsAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            return await ReadRootsAsync(path, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var roots = EmulatedRoots.Generate();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(roots.Export().AsMemory(), cancellationToken);
        return roots;
    }

    /// <summary>Writes evidence and collateral into a folder; files of the same names are written over.</summary>
    public static async Task<(string Evidence, string? Collateral)> WriteAsync(
        string folder, ReadOnlyMemory<byte> evidence, IReadOnlyList<CollateralFile> collateral, CancellationToken cancellationToken)
    {
        var evidencePath = Path.Combine(folder, "evidence.bin");
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(evidencePath, evidence, cancellationToken);
        if (collateral.Count == 0)
            return (evidencePath, null);
        var collateralFolder = Path.Combine(folder, "collateral");
        Directory.CreateDirectory(collateralFolder);
        foreach (var file in collateral)
            await File.WriteAllBytesAsync(Path.Combine(collateralFolder, file.Name), file.Content, cancellationToken);
        return (evidencePath, collateralFolder);
    }

    private static IEnumerable<string> FilesOf(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Take(CollateralSet.MaxFiles + 1) : [path];
}
