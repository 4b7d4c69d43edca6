using System.Security.Cryptography;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Cli.Receipt;

/// <summary>Writes receipts, bundles and what private requests need: never over another file, and for their owner alone, since they may hold contents and salts.</summary>
internal static class NewFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int DraftNameBytes = 6;

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
        await WriteAsync(path, content, isReplaced: false, cancellationToken);
    }

    /// <summary>Writes a file of ours anew: whoever reads it meanwhile finds the old one or the new one, whole.</summary>
    public static Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, content, isReplaced: true, cancellationToken);

    // Beside its place first, and on the disk: a process that ends in the middle leaves no half of it there. The name is the folder's, which is brought to the disk by
    // itself: what is paid for next must not outlive a power cut that this does not.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, bool isReplaced, CancellationToken cancellationToken)
    {
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(DraftNameBytes))}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            await using (var file = new FileStream(draft, options))
            {
                await file.WriteAsync(content, cancellationToken);
                await file.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(draft, path, overwrite: isReplaced);
            FolderFlush.Of(path);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
