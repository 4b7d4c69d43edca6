using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenGradient.Indexer.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Endpoints;

/// <summary>An export that somebody asks for and does not take.</summary>
public sealed class SlowExportTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const int Rows = 150;
    private const int InputBytes = 60_000;

    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task What_is_not_taken_is_broken_off_and_gives_its_place_back(string format)
    {
        await using var index = await StartAsync();
        using var asker = await AskAsync(index, format);
        using var busy = await index.Client.GetAsync(PathOf(format), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);

        var whole = await TakenAtLastAsync(index, format);

        Assert.True(whole > Rows * InputBytes, "An export was cut short.");
        // Whoever wakes up finds half a file that does not end as a whole one does.
        var (bytes, tail) = await DrainAsync(asker);
        Assert.True(bytes < whole, $"{bytes} of {whole}");
        Assert.DoesNotContain("\r\n0\r\n\r\n", tail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_rests_for_less_than_is_allowed_has_all()
    {
        await using var index = await StartAsync();
        using var answer = await index.Client.GetAsync(PathOf("jsonl"), HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        var (buffer, read) = (new byte[1 << 20], 0L);
        for (int length; (length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Stop)) > 0;)
        {
            read += length;
            await Task.Delay(Grace / 10, Stop);
        }

        Assert.True(read > Rows * InputBytes * 2, $"{read}");
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { ExportGrace = Grace, RequestsPerSecond = 10_000 });
        for (var i = 0; i < Rows; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(i, ServedIndex.Someone(1), 1, new Random(i), InputBytes));
        await index.SettleAsync();
        return index;
    }

    private static Uri PathOf(string format) => new($"/v1/events/hub_requested/export?format={format}", UriKind.Relative);

    // Asks, and takes no more than the headers.
    private static async Task<Socket> AskAsync(ServedIndex index, string format)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Loopback, index.Client.BaseAddress!.Port, Stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {PathOf(format)} HTTP/1.1\r\nHost: here\r\n\r\n"), Stop);
        var head = new byte[100];
        await socket.ReceiveAsync(head, Stop);
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(head), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<long> TakenAtLastAsync(ServedIndex index, string format)
    {
        while (true)
        {
            using var answer = await index.Client.GetAsync(PathOf(format), HttpCompletionOption.ResponseHeadersRead, Stop);
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadAsByteArrayAsync(Stop)).LongLength;
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }
    }

    private static async Task<(long Bytes, string Tail)> DrainAsync(Socket socket)
    {
        var (buffer, bytes, tail) = (new byte[64 * 1024], 0L, "");
        try
        {
            for (int length; (length = await socket.ReceiveAsync(buffer, Stop)) > 0; bytes += length)
                tail = (tail + Encoding.ASCII.GetString(buffer, 0, length))[^Math.Min(tail.Length + length, 20)..];
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            tail = "reset";
        }

        return (bytes, tail);
    }
}
