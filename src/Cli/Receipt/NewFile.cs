namespace OpenGradient.Cli.Receipt;

/// <summary>Writes receipts and bundles: never over another file, and for their owner alone, since they may hold contents and salts.</summary>
internal static class NewFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Ends the command where the file is there already: before anything is asked or paid.</summary>
    public static void Check(string? path)
    {
        if (File.Exists(path) || Directory.Exists(path))
            throw new ExpectedFailureException(ExitCode.Usage, $"{path} is there already.", "Name another file.");
        if (path is not null && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no folder {folder}.", "Make it first.");
    }

    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Check(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(content, cancellationToken);
    }
}
