using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Blobs.Tests.Http;

/// <summary>A gateway that is a real server, and does what servers do.</summary>
public sealed class HttpSourceTests : IAsyncDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Content = Samples.Bytes(300_000);
    private static readonly BlobHash Hash = BlobHash.Of(Content);

    private readonly ReaderFixture _fixture = new();
    private readonly ConcurrentQueue<SeenRequest> _seen = [];
    private TestServer? _server;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Fetches_a_blob_under_its_digits_and_asks_for_no_compression()
    {
        var found = await FindAsync(Serve((_, stream) => WriteAsync(stream, 200, "", Content)));

        Assert.Equal(_server!.HttpUrl.AbsoluteUri, found.Source);
        var request = Assert.Single(_seen);
        Assert.Equal($"{_server.HttpUrl.AbsolutePath}/{Hash.Digits}", request.Path);
        Assert.Equal("identity", request.Headers["Accept-Encoding"]);
        Assert.False(request.Headers.ContainsKey("Cookie") || request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Asks_for_the_rest_where_the_connection_broke_off()
    {
        await FindAsync(Serve(async (request, stream) =>
        {
            var from = FromOf(request);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(PartHead(from)), Stop);
            await stream.WriteAsync(Content.AsMemory(from, Math.Min(100_000, Content.Length - from)), Stop);
        }));

        Assert.Equal([0, 100_000, 200_000], _seen.Select(FromOf));
    }

    [Fact]
    public async Task Takes_the_whole_anew_from_a_server_without_ranges()
    {
        var cuts = 0;

        await FindAsync(Serve(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(200, "", Content.Length)), Stop);
            await stream.WriteAsync(Content.AsMemory(0, cuts++ == 0 ? 100_000 : Content.Length), Stop);
        }));

        Assert.Equal(2, _seen.Count);
    }

    [Theory]
    [InlineData("Content-Range: bytes 5-299999/300000\r\n")]
    [InlineData("Content-Range: nonsense\r\n")]
    [InlineData("")]
    public async Task Another_part_than_was_asked_for_is_not_taken(string header)
    {
        var reading = await ReadAsync(Serve((_, stream) => WriteAsync(stream, 206, header, Content)));

        Assert.IsType<BlobReading.Unreachable>(reading);
    }

    [Fact]
    public async Task A_server_that_lies_is_named()
    {
        var reading = await ReadAsync(Serve((_, stream) => WriteAsync(stream, 200, "", Samples.Flipped(Content))));

        Assert.Equal([_server!.HttpUrl.AbsoluteUri], Assert.IsType<BlobReading.Corrupt>(reading).Sources);
    }

    [Fact]
    public async Task A_server_without_an_end_is_left_at_the_limit()
    {
        var sent = 0L;
        var gateway = Serve(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), Stop);
            for (var chunk = new byte[1 << 16]; ; Interlocked.Add(ref sent, chunk.Length))
                await stream.WriteAsync(chunk, Stop);
        });

        var reading = await _fixture.Over(gateway).ReadAsync(new BlobRequest(Hash) { MaxBytes = 1 << 20 }, Stop);

        Assert.IsType<BlobReading.TooLarge>(reading);
        Assert.Single(_seen);
        // What lies in the buffers of two sockets was sent too.
        Assert.InRange(Interlocked.Read(ref sent), 1 << 20, 64 << 20);
    }

    [Fact]
    public async Task A_server_that_announces_too_much_is_left_before_its_first_byte()
    {
        var gateway = Serve(async (_, stream) =>
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99999999999999\r\n\r\n"u8.ToArray(), Stop));

        Assert.Equal(SourceFaultKind.TooLarge, Assert.IsType<BlobReading.TooLarge>(await ReadAsync(gateway)).Faults.Single().Kind);
    }

    [Fact]
    public async Task A_server_that_trickles_is_left()
    {
        var gateway = Serve(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(200, "", Content.Length)), Stop);
            for (var i = 0; i < 100_000; i++)
            {
                await stream.WriteAsync(Content.AsMemory(i, 1), Stop);
                await Task.Delay(1, Stop);
            }
        });
        _fixture.Options = new BlobReaderOptions { AttemptsPerSource = 1 };

        var reading = await _fixture.OutwaitAsync(ReadAsync(gateway), TimeSpan.FromSeconds(7));

        Assert.Contains("Too slow", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, typeof(BlobReading.NotFound), 1)]
    [InlineData(410, typeof(BlobReading.NotFound), 1)]
    [InlineData(401, typeof(BlobReading.Unreachable), 1)]
    [InlineData(403, typeof(BlobReading.Unreachable), 1)]
    [InlineData(429, typeof(BlobReading.Unreachable), 3)]
    [InlineData(500, typeof(BlobReading.Unreachable), 3)]
    [InlineData(503, typeof(BlobReading.Unreachable), 3)]
    public async Task A_status_says_whether_to_ask_again(int status, Type result, int asked)
    {
        var reading = await ReadAsync(Serve((_, stream) => WriteAsync(stream, status, "", [])));

        Assert.IsType(result, reading);
        Assert.Equal(asked, _seen.Count);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_taken()
    {
        var reading = await ReadAsync(Serve((_, stream) => WriteAsync(stream, 200, "Content-Encoding: gzip\r\n", Content)));

        Assert.Contains("compresses", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_a_redirect_to_the_same_scheme_and_no_more_than_a_few()
    {
        await FindAsync(Serve((request, stream) => request.Path.EndsWith("/there", StringComparison.Ordinal)
            ? WriteAsync(stream, 200, "", Content)
            : WriteAsync(stream, 302, "Location: /there\r\n", [])));
        Assert.Equal(2, _seen.Count);
        _seen.Clear();

        var reading = await _fixture.Over(Serve((_, stream) => WriteAsync(stream, 307, "Location: /again\r\n", [])))
            .ReadAsync(new BlobRequest(BlobHash.Of("other"u8)), Stop);

        Assert.Contains("redirects more than 4 times", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
        Assert.Equal(5, _seen.Count);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task A_redirect_to_another_scheme_is_not_followed(string location)
    {
        var reading = await ReadAsync(Serve((_, stream) => WriteAsync(stream, 302, $"Location: {location}\r\n", [])));

        Assert.Contains("redirects from http to", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
        Assert.Single(_seen);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    public async Task A_strangers_address_never_reaches_this_machine(string host)
    {
        Serve((_, stream) => WriteAsync(stream, 200, "", Content));
        using var strangers = new HttpBlobClient(new HttpBlobOptions { AllowPlainHttp = true });
        var address = new Uri($"http://{host}:{_server!.Port.ToString(CultureInfo.InvariantCulture)}/");

        var offer = await strangers.OpenAsync(address, 0, Stop);

        var failed = Assert.IsType<BlobOffer.Failed>(offer);
        Assert.False(failed.MayPass);
        Assert.Contains("this machine", failed.Reason, StringComparison.Ordinal);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_and_a_port_that_is_shut_are_unreachable()
    {
        var (shut, nowhere) = ("http://127.0.0.1:1/", "http://no-such-host.invalid/");

        foreach (var address in (string[])[shut, nowhere])
            Assert.True(Assert.IsType<BlobOffer.Failed>(await _fixture.Http.OpenAsync(new Uri(address), 0, Stop)).MayPass);
    }

    private static int FromOf(SeenRequest request) =>
        request.Headers.TryGetValue("Range", out var range) ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    private static string PartHead(int from) => from == 0
        ? TestServer.Head(200, "", Content.Length)
        : TestServer.Head(206, $"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n", Content.Length - from);

    private static async Task WriteAsync(Stream stream, int status, string headers, byte[] body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(status, headers, body.Length)), Stop);
        await stream.WriteAsync(body, Stop);
    }

    private HttpGateway Serve(Func<SeenRequest, Stream, Task> answer)
    {
        _server = TestServer.Raw((request, stream, _) =>
        {
            _seen.Enqueue(request);
            return answer(request, stream);
        });
        return new HttpGateway(_server.HttpUrl, _fixture.Http);
    }

    private Task<BlobReading> ReadAsync(HttpGateway gateway) => _fixture.Over(gateway).ReadAsync(new BlobRequest(Hash), Stop);

    private async Task<BlobReading.Found> FindAsync(HttpGateway gateway)
    {
        var found = Assert.IsType<BlobReading.Found>(await ReadAsync(gateway));
        Assert.Equal(Content, await found.Blob.ReadAllAsync(Content.Length, Stop));
        return found;
    }
}
