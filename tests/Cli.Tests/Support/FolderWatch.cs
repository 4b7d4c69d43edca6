using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenGradient.Cli.Tests.Support;

/// <summary>What the kernel tells of one folder (inotify): which names come to it, and that it is opened itself, without which nothing flushes it.</summary>
internal sealed partial class FolderWatch : IDisposable
{
    /// <summary>Stands where the folder itself was opened.</summary>
    public const string Opened = "/";

    private const string C = "libc";
    private const int WouldBlock = 11;
    private const int DoNotWait = 0x800;
    private const int CloseOnExec = 0x80000;
    private const uint Open = 0x20;
    private const uint MovedTo = 0x80;
    private const uint Create = 0x100;
    private const uint IsFolder = 0x40000000;
    private const int HeadBytes = 16;

    private readonly int _descriptor;

    public FolderWatch(string folder)
    {
        _descriptor = Start(DoNotWait | CloseOnExec);
        if (_descriptor < 0 || Add(_descriptor, Encoding.UTF8.GetBytes(folder + '\0'), Open | MovedTo | Create) < 0)
            throw new IOException($"The folder {folder} cannot be watched: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>What was seen since it was asked last, in order. What a call has done is seen once the call is over.</summary>
    public IReadOnlyList<string> Read()
    {
        List<string> seen = [];
        var buffer = new byte[1 << 16];
        for (; ; )
        {
            var length = (int)Read(_descriptor, buffer, (nuint)buffer.Length);
            if (length < 0)
                return Marshal.GetLastPInvokeError() == WouldBlock ? seen : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            for (var at = 0; at < length;)
            {
                var mask = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(at + 4));
                var nameBytes = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
                var name = Encoding.UTF8.GetString(buffer, at + HeadBytes, nameBytes).TrimEnd('\0');
                if ((mask & (MovedTo | Create)) != 0)
                    seen.Add(name);
                else if (name.Length == 0 && (mask & (Open | IsFolder)) == (Open | IsFolder))
                    seen.Add(Opened);
                at += HeadBytes + nameBytes;
            }
        }
    }

    public void Dispose() => _ = Close(_descriptor);

    [LibraryImport(C, EntryPoint = "inotify_init1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Start(int flags);

    [LibraryImport(C, EntryPoint = "inotify_add_watch", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Add(int descriptor, ReadOnlySpan<byte> path, uint mask);

    [LibraryImport(C, EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nuint length);

    [LibraryImport(C, EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
