using System.Net.Sockets;
using Npgsql;

namespace OpenGradient.Database.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData("40001", DatabaseFault.Contended)]
    [InlineData("40P01", DatabaseFault.Contended)]
    [InlineData("53100", DatabaseFault.DiskFull)]
    [InlineData("57P01", DatabaseFault.Unavailable)]
    [InlineData("57P03", DatabaseFault.Unavailable)]
    [InlineData("53300", DatabaseFault.Unavailable)]
    [InlineData("08006", DatabaseFault.Unavailable)]
    [InlineData("23505", DatabaseFault.ConstraintBroken)]
    [InlineData("23514", DatabaseFault.ConstraintBroken)]
    [InlineData("28P01", DatabaseFault.Refused)]
    [InlineData("3D000", DatabaseFault.Refused)]
    [InlineData("25006", DatabaseFault.Refused)]
    [InlineData("XX001", DatabaseFault.Corrupt)]
    [InlineData("42601", DatabaseFault.Other)]
    public void What_the_server_says_is_told_apart(string state, DatabaseFault fault) =>
        Assert.Equal(fault, PostgresFaults.Read(new PostgresException("said", "ERROR", "ERROR", state))!.Fault);

    [Fact]
    public void What_happens_on_the_way_is_told_apart()
    {
        Assert.Equal(DatabaseFault.Unavailable, PostgresFaults.Read(new NpgsqlException("x", new TimeoutException()))!.Fault);
        Assert.Equal(DatabaseFault.Unavailable, PostgresFaults.Read(new NpgsqlException("x", new IOException()))!.Fault);
        Assert.Equal(DatabaseFault.Unavailable, PostgresFaults.Read(new NpgsqlException("x", new SocketException()))!.Fault);
        Assert.Null(PostgresFaults.Read(new IOException()));
        Assert.Null(PostgresFaults.Read(new TimeoutException()));
    }
}
