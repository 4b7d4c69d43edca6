using System.Runtime.InteropServices;

namespace OpenGradient.Indexer.Api.Parquet;

/// <summary>
/// The few functions of DuckDB's C interface that write a Parquet file. The library is no part of this program: where it is not there, there
/// is no Parquet.
/// </summary>
internal static partial class DuckDb
{
    private const string Library = "duckdb";
    private const string SystemLibrary = "libduckdb.so";
    private const int Success = 0;

    private static readonly Lock Loading = new();
    private static nint Loaded;

    /// <summary>Finds the library; false where it is not there, or not one.</summary>
    /// <param name="path">Its file; null looks where the system keeps libraries.</param>
    public static bool TryLoad(string? path)
    {
        if (path is not null && !File.Exists(path))
            return false;
        lock (Loading)
        {
            if (Loaded != 0)
                return true;
            if (!NativeLibrary.TryLoad(path ?? SystemLibrary, out var handle))
                return false;
            NativeLibrary.SetDllImportResolver(typeof(DuckDb).Assembly, (name, _, _) => name == Library ? handle : 0);
            Loaded = handle;
            return true;
        }
    }

    /// <exception cref="DuckDbException">It could not be opened.</exception>
    public static nint Open(string path) => duckdb_open(path, out var database) == Success ? database : throw new DuckDbException("The temporary database cannot be opened.");

    public static nint Connect(nint database) => duckdb_connect(database, out var connection) == Success ? connection : throw new DuckDbException("The temporary database takes no connection.");

    public static void Execute(nint connection, string sql)
    {
        var state = duckdb_query(connection, sql, out var result);
        var fault = state == Success ? null : Marshal.PtrToStringUTF8(duckdb_result_error(ref result));
        duckdb_destroy_result(ref result);
        if (state != Success)
            throw new DuckDbException(fault ?? "The statement failed.");
    }

    public static nint Appender(nint connection, string table) => duckdb_appender_create(connection, 0, table, out var appender) == Success
        ? appender
        : throw new DuckDbException("The table takes no rows.");

    public static void Require(nint appender, int state)
    {
        if (state != Success)
            throw new DuckDbException(Marshal.PtrToStringUTF8(duckdb_appender_error(appender)) ?? "A row was not taken.");
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_appender_end_row(nint appender);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_appender_flush(nint appender);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_appender_destroy(ref nint appender);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_append_null(nint appender);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_append_int64(nint appender, long value);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_append_bool(nint appender, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int duckdb_append_varchar_length(nint appender, ReadOnlySpan<byte> utf8, ulong length);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void duckdb_close(ref nint database);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void duckdb_interrupt(nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int duckdb_open(string path, out nint database);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int duckdb_connect(nint database, out nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int duckdb_query(nint connection, string sql, out Result result);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint duckdb_result_error(ref Result result);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void duckdb_destroy_result(ref Result result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int duckdb_appender_create(nint connection, nint schema, string table, out nint appender);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint duckdb_appender_error(nint appender);

    // As duckdb.h has it; none of it is looked at.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Result
    {
        private readonly ulong _columns;
        private readonly ulong _rows;
        private readonly ulong _changed;
        private readonly nint _data;
        private readonly nint _message;
        private readonly nint _internal;
    }
}

/// <summary>DuckDB did not do what it was asked to: there is no room, or too little memory.</summary>
internal sealed class DuckDbException(string message) : Exception(message);
