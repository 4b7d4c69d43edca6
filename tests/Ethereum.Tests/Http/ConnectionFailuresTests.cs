using System.Net;
using System.Net.Sockets;
using OpenGradient.Ethereum.Http;

namespace OpenGradient.Ethereum.Tests.Http;

public sealed class ConnectionFailuresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_socket_says_is_told_as_a_connection_that_failed()
    {
        using var http = new HttpClient(new ConnectionFailures(new Failing(new SocketException((int)SocketError.NotConnected))));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://node.example/"), Stop));

        Assert.Equal(HttpRequestError.ConnectionError, failure.HttpRequestError);
        Assert.IsType<SocketException>(failure.InnerException);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task Other_failures_stay_what_they_are(Type kind)
    {
        using var http = new HttpClient(new ConnectionFailures(new Failing((Exception)Activator.CreateInstance(kind)!)));

        await Assert.ThrowsAsync(kind, () => http.GetAsync(new Uri("http://node.example/"), Stop));
    }

    // Of connections that are reset at once, without the handler a few in a hundred let out what the socket says.
    [Fact]
    public async Task A_server_that_resets_whoever_connects_is_never_seen_as_anything_else()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var resets = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var connection = await listener.AcceptSocketAsync(Stop);
                    connection.LingerState = new LingerOption(enable: true, seconds: 0);
                }
            },
            Stop);

        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (_, stop) =>
        {
            using var http = new HttpClient(new ConnectionFailures(new SocketsHttpHandler()));
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{listener.LocalEndpoint}/"), stop));
        });

        Assert.False(resets.IsCompleted);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => resets);
    }

    private sealed class Failing(Exception failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw failure;
    }
}
