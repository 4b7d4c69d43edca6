using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Blobs.Folders;

/// <summary>Gives a finished file its name, so that a crash leaves the whole file under that name, or none.</summary>
internal static class DurableFile
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Flushes a file to the disk, moves it over whatever has that name, and flushes the name too.</summary>
    public static void Publish(FileStream file, string target)
    {
        file.Flush(flushToDisk: true);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderFlush.Of(folder);
        }

        File.Move(file.Name, target, overwrite: true);
        FolderFlush.Of(target);
    }

    /// <summary>Whether a write failed because there is no room.</summary>
    public static bool IsFull(IOException failure) => failure.HResult is LinuxNoSpace or LinuxQuota or WindowsDiskFull;

    /// <summary>Deletes a file that nobody needs; when even that fails, the next start does it.</summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What the disk refuses now is swept up later.
        }
    }
}
