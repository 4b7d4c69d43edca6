using OpenGradient.Support.Databases;

namespace OpenGradient.Database.Tests;

/// <summary>A server of its own, which it stops and starts.</summary>
public sealed class RestartTests(PostgresFixture databases) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lives_through_a_restart_of_the_server(bool atOnce)
    {
        var options = await databases.CreateAsync() with { RetryFor = TimeSpan.FromMinutes(1) };
        await using var database = await DatabaseFactory.OpenAsync(options, [], cancellationToken: Stop);
        await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE t (x BIGINT NOT NULL PRIMARY KEY)"), Stop);

        await databases.StopAsync(atOnce);
        // A failure that is not retried says what it is, at once.
        await using var impatient = new PostgresDatabase(options with { RetryFor = TimeSpan.Zero }, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<DatabaseException>(() => impatient.ReadAsync(session => session.QueryAsync<int>("SELECT 1"), Stop));
        Assert.Equal((DatabaseFault.Unavailable, true), (failure.Fault, failure.IsTransient));

        var writing = database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t VALUES (1)"), Stop);
        await databases.StartAsync();
        await writing;

        Assert.Equal([1], await database.ReadAsync(session => session.QueryAsync<int>("SELECT x FROM t"), Stop));
    }
}
