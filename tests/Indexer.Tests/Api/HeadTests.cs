using System.Net;
using OpenGradient.Indexer.Api;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

/// <summary>Whoever asks by HEAD hears what the answer to GET would be, and gets none of it.</summary>
public sealed class HeadTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    // When it was answered, and how it is cut into pieces.
    private static readonly string[] OfEachAnswer = ["Date", "Transfer-Encoding", "Content-Length"];

    private static readonly string Library = Repository.PathOf("node_modules", "@duckdb", "node-bindings-linux-x64", "libduckdb.so");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_GET_is_answered_HEAD_is_answered_on_every_route()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");
        List<string> wrong = [];
        var (same, lengths) = (0, 0);

        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)))
        {
            var asked = path.Name.Replace("{key}", ServedIndex.RequestId(2).ToString(), StringComparison.Ordinal).Replace("{number}", "4", StringComparison.Ordinal).Replace("{hash}", $"{ServedIndex.RequestId(1)}", StringComparison.Ordinal)
                + (path.Name.EndsWith("/export", StringComparison.Ordinal) ? "?format=csv" : path.Name == "/v1/search" ? "?q=4" : "");
            // A stream has no end: what is read of it is how it begins.
            using var got = await AskAsync(index, HttpMethod.Get, asked);
            using var told = await AskAsync(index, HttpMethod.Head, asked);
            // The figures of the process are others each time.
            var length = path.Name == "/metrics" ? told.Content.Headers.ContentLength : got.Content.Headers.ContentLength;
            if (told.StatusCode != got.StatusCode || HeadersOf(told) != HeadersOf(got) || (told.Content.Headers.ContentLength is { } known && known != length))
                wrong.Add($"{asked}:\n{told}\n{got}");
            if (!path.Value.TryGetProperty("head", out _))
                wrong.Add($"The document says nothing of HEAD {path.Name}.");
            lengths += told.IsSuccessStatusCode && told.Content.Headers.ContentLength > 0 ? 1 : 0;
            same += told.IsSuccessStatusCode ? 1 : 0;
        }

        Assert.Empty(wrong);
        Assert.True(same > 140 && lengths > 50, $"{same} {lengths}");
    }

    [Fact]
    public async Task What_is_still_good_is_a_304_by_HEAD_too()
    {
        await using var index = await StartAsync();
        using var first = await AskAsync(index, HttpMethod.Head, "/v1/requests?limit=1");
        using var again = new HttpRequestMessage(HttpMethod.Head, "/v1/requests?limit=1") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        using var fresh = await index.Client.SendAsync(again, Stop);

        Assert.Equal(HttpStatusCode.NotModified, fresh.StatusCode);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    public async Task What_an_export_would_be_is_told_without_reading_a_row(string format)
    {
        await using var index = await StartAsync();
        using var got = await AskAsync(index, HttpMethod.Get, $"/v1/events/shop_sold/export?format={format}");
        await index.Database.WriteAsync(session => session.ExecuteAsync("DROP TABLE shop_sold"), Stop);

        using var told = await AskAsync(index, HttpMethod.Head, $"/v1/events/shop_sold/export?format={format}");
        using var wrong = await AskAsync(index, HttpMethod.Head, $"/v1/events/shop_sold/export?format={format}&number=x");

        Assert.Equal((HttpStatusCode.OK, HeadersOf(got)), (told.StatusCode, HeadersOf(told)));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task An_export_that_is_only_asked_about_takes_nobodys_place()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { MaxExports = 1, RequestsPerSecond = 10_000 });
        for (var i = 0; i < 100; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(i, ServedIndex.Someone(1), 1, new Random(i), inputBytes: 60_000));
        await index.SettleAsync();
        // Nobody takes more of it than the headers.
        using var taken = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/export?format=jsonl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);

        using var told = await AskAsync(index, HttpMethod.Head, "/v1/events/hub_requested/export?format=jsonl");
        using var busy = await AskAsync(index, HttpMethod.Get, "/v1/events/hub_requested/export?format=jsonl");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (taken.StatusCode, told.StatusCode, busy.StatusCode));
    }

    [Fact]
    public async Task A_stream_that_is_only_asked_about_is_not_open()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { MaxStreams = 1, RequestsPerSecond = 10_000 });
        using var told = await AskAsync(index, HttpMethod.Head, "/v1/events/hub_requested/stream");
        using var wrong = await AskAsync(index, HttpMethod.Head, "/v1/events/hub_requested/stream?after=x");
        using var got = await AskAsync(index, HttpMethod.Get, "/v1/events/hub_requested/stream");
        using var again = await AskAsync(index, HttpMethod.Head, "/v1/events/hub_requested/stream");

        Assert.Equal(("OK BadRequest OK OK"), string.Join(' ', told.StatusCode, wrong.StatusCode, got.StatusCode, again.StatusCode));
        Assert.Equal(HeadersOf(got), HeadersOf(told));
    }

    private static string HeadersOf(HttpResponseMessage answer) => string.Join(
        '\n', answer.Headers.Concat(answer.Content.Headers).Where(header => !OfEachAnswer.Contains(header.Key, StringComparer.Ordinal))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order(StringComparer.Ordinal));

    private static async Task<HttpResponseMessage> AskAsync(ServedIndex index, HttpMethod method, string path)
    {
        using var question = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        return await index.Client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { DuckDbLibrary = Library, MaxStreams = 10_000, RequestsPerSecond = 10_000 });
        await index.MineRequestsAsync(5);
        index.Chain.Mine(20, new Random(4));
        await index.SettleAsync();
        return index;
    }
}
