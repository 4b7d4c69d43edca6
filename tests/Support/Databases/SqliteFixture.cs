using System.Globalization;
using OpenGradient.Database;

namespace OpenGradient.Support.Databases;

/// <summary>SQLite files in a folder of their own: <c>IClassFixture&lt;SqliteFixture&gt;</c>.</summary>
public sealed class SqliteFixture : IDatabaseFixture, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-sqlite-");
    private int _count;

    public Task<DatabaseOptions> CreateAsync()
    {
        var name = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture) + ".db";
        return Task.FromResult(DatabaseOptions.Parse("sqlite:" + Path.Combine(_folder.FullName, name)));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
