using System.Runtime.InteropServices;
using System.Text;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// Brings a file's name to the disk. Flushing a file saves its contents only; its entry in the folder is the folder's own, and .NET opens
/// no folder to flush.
/// </summary>
public static partial class FolderFlush
{
    private const string C = "libc";
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int BadDescriptor = 9;
    private const int NotPermitted = 13;
    private const int NotSupported = 22;

    /// <summary>Flushes the folder that a file is in; does nothing on other systems than Linux.</summary>
    public static void Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;

        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly | CloseOnExec);
        // A folder may be writable and not readable: then there is nothing to flush it by.
        if (descriptor < 0)
        {
            ThrowUnless(Marshal.GetLastPInvokeError() == NotPermitted, folder);
            return;
        }

        try
        {
            // Some file systems cannot flush a folder, and say so by one of these.
            if (Sync(descriptor) != 0)
                ThrowUnless(Marshal.GetLastPInvokeError() is BadDescriptor or NotSupported, folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void ThrowUnless(bool expected, string folder)
    {
        if (!expected)
            throw new IOException($"The folder {folder} could not be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport(C, EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport(C, EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport(C, EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
