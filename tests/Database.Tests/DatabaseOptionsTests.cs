namespace OpenGradient.Database.Tests;

public sealed class DatabaseOptionsTests
{
    [Fact]
    public void Reads_a_file()
    {
        var options = DatabaseOptions.Parse("sqlite:/tmp/a b.db");

        Assert.Equal(Engine.Sqlite, options.Engine);
        Assert.Equal("sqlite:/tmp/a b.db", options.ToString());
        Assert.Equal(Durability.Full, options.Durability);
    }

    [Fact]
    public void Reads_a_server_with_everything()
    {
        var options = DatabaseOptions.Parse("postgres://us%40er:p%3Aw%2Fd@[::1]:6543/relayer?sslmode=verify-full&application_name=node-1");

        var connection = options.Server!.Connection();
        Assert.Equal(Engine.Postgres, options.Engine);
        Assert.Equal(("::1", 6543, "relayer", "us@er", "p:w/d"), (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password));
        Assert.Equal((Npgsql.SslMode.VerifyFull, "node-1"), (connection.SslMode, connection.ApplicationName));
    }

    [Theory]
    [InlineData("postgres://u@host/db", 5432, "host")]
    [InlineData("postgresql://u@host:1/db", 1, "host")]
    [InlineData("postgres://u@localhost/db?host=/run/postgresql", 5432, "/run/postgresql")]
    public void Reads_shorter_forms(string address, int port, string host)
    {
        var connection = DatabaseOptions.Parse(address).Server!.Connection();

        Assert.Equal((port, host), (connection.Port, connection.Host));
    }

    [Theory]
    [InlineData("postgres://user:hunter2@host/db")]
    [InlineData("postgres://user:hunter2@host/db?application_name=x")]
    public void Shows_no_password(string address)
    {
        var options = DatabaseOptions.Parse(address);

        Assert.Equal("postgres://user@host:5432/db", options.ToString());
        Assert.DoesNotContain("hunter2", $"{options} {options.Server}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("sqlite:a\0b")]
    [InlineData("mysql://user:hunter2@host/db")]
    [InlineData("postgres://user:hunter2@/db")]
    [InlineData("postgres://user:hunter2@host")]
    [InlineData("postgres://host/db?password=hunter2")]
    [InlineData("postgres://user:hunter2@host/db?sslmode=hunter2")]
    [InlineData("postgres://user:hunter2@host/db#x")]
    [InlineData("hunter2")]
    public void Refuses_what_is_no_address_without_repeating_it(string address)
    {
        Assert.False(DatabaseOptions.TryParse(address, out _, out var fault));
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
        Assert.Equal(fault, Assert.Throws<FormatException>(() => DatabaseOptions.Parse(address)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Refuses_pools_out_of_range(int readers) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
        DatabaseFactory.OpenAsync(DatabaseOptions.Parse("sqlite:/tmp/none.db") with { MaxReaders = readers }, [], cancellationToken: TestContext.Current.CancellationToken));
}
