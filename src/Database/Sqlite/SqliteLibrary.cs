using System.Runtime.InteropServices;
using SQLitePCL;

namespace OpenGradient.Database;

/// <summary>The system's SQLite, whose security fixes come with the system; once for the process.</summary>
internal static class SqliteLibrary
{
    private const string File = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loading = new(Load);

    public static void EnsureLoaded() => _ = Loading.Value;

    private static bool Load()
    {
        if (!NativeLibrary.TryLoad(File, out var library))
        {
            throw new DatabaseException(
                DatabaseFault.Refused,
                $"SQLite's library {File} is not installed. Install Debian's package libsqlite3-0 (`apt-get install libsqlite3-0`).");
        }

        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? library : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return true;
    }
}
