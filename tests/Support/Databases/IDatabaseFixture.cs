using OpenGradient.Database;
using OpenGradient.Database.Migrations;

namespace OpenGradient.Support.Databases;

/// <summary>Makes empty databases of one engine, so that the same tests run on each.</summary>
public interface IDatabaseFixture
{
    /// <summary>
    /// A new database, which goes away with the fixture. Where the engine cannot be had, the test is skipped, and says so.
    /// </summary>
    Task<DatabaseOptions> CreateAsync();
}

/// <summary>Opening what a fixture makes.</summary>
public static class DatabaseFixtureExtensions
{
    public static async Task<IDatabase> OpenAsync(this IDatabaseFixture fixture, params MigrationSet[] migrations) =>
        await DatabaseFactory.OpenAsync(await fixture.CreateAsync(), migrations, cancellationToken: Xunit.TestContext.Current.CancellationToken);
}
