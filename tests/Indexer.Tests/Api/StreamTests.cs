using System.Globalization;
using System.Net;
using System.Text.Json;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class SqliteStreamTests(SqliteFixture databases) : StreamTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresStreamTests(PostgresFixture databases) : StreamTests(databases);

public abstract class StreamTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_cut_off_hears_of_a_reorganisation_that_happened_meanwhile_and_of_every_row_after_it()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        var told = await TakeAsync(index, "/v1/events/hub_requested/stream", "0-0.0", 3);
        index.Chain.Blocks.Rollback(4);
        await index.MineRequestsAsync(3);

        var resumed = await TakeAsync(index, "/v1/events/hub_requested/stream", told[^1].Id, 4);
        var afterReorg = await TakeAsync(index, "/v1/events/hub_requested/stream", resumed[0].Id, 3);
        var afterRow = await TakeAsync(index, "/v1/events/hub_requested/stream", resumed[1].Id, 2);

        Assert.Equal("row row row", string.Join(' ', told.Select(news => news.Kind)));
        Assert.Equal("reorg row row row", string.Join(' ', resumed.Select(news => news.Kind)));
        Assert.Equal(2, resumed[0].Data.GetProperty("ancestor").GetInt32());
        Assert.Equal(string.Join(' ', resumed.Skip(1).Select(news => news.Id)), string.Join(' ', afterReorg.Select(news => news.Id)));
        Assert.Equal(string.Join(' ', resumed.Skip(2).Select(news => news.Id)), string.Join(' ', afterRow.Select(news => news.Id)));
        Assert.All(resumed, news => Assert.EndsWith(".1", news.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_begins_with_the_place_to_go_on_from_though_nothing_matches()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        var tip = index.Chain.Blocks.Head.Number;

        using var answer = await OpenAsync(index, "/v1/events/hub_requested/stream?fee=5", null);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));

        Assert.Equal(": listening", await reader.ReadLineAsync(Stop));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"id: {tip}-{RowId.MaxLogIndex}.0"), await reader.ReadLineAsync(Stop));
    }

    [Theory]
    [InlineData("/v1/events/hub_requested/stream", "7-1")]
    [InlineData("/v1/events/hub_requested/stream", "7-1.x")]
    [InlineData("/v1/events/hub_requested/stream", "7.1")]
    [InlineData("/v1/events/hub_requested/stream", "7-1.5")]
    [InlineData("/v1/requests/stream", null)]
    public async Task What_this_index_never_told_and_streams_of_views_are_refused(string path, string? id)
    {
        await using var index = await StartAsync();

        using var answer = await OpenAsync(index, path, id);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_of_large_rows_ends_early_and_goes_on()
    {
        await using var index = await StartAsync();
        for (var i = 0; i < 3; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(i, ServedIndex.Someone(1), 1_000, new Random(i), inputBytes: 1_200_000));
        await index.SettleAsync();

        var first = await index.GetAsync("/v1/events/hub_requested");
        var second = await index.GetAsync($"/v1/events/hub_requested?cursor={first.GetProperty("next").GetString()}");
        var news = await TakeAsync(index, "/v1/events/hub_requested/stream", "0-0.0", 3);

        Assert.Equal((2, 1), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(3, news.Select(row => row.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Texts_are_compared_by_their_bytes()
    {
        await using var index = await StartAsync();
        index.Chain.Mine(100, new Random(6));
        await index.SettleAsync();

        var below = (await index.GetAsync("/v1/events/shop_sold?what.lt=I&limit=500")).GetProperty("items");

        Assert.NotEqual(0, below.GetArrayLength());
        Assert.All(below.EnumerateArray(), row => Assert.Equal("", row.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task What_is_half_filled_in_is_not_served_as_the_answer()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        Assert.Equal(JsonValueKind.Null, (await index.GetAsync("/v1/requests/buckets")).GetProperty("as_of").GetProperty("gap_last").ValueKind);
        await index.Database.WriteAsync(session => session.ExecuteAsync("UPDATE index_families SET gap_last = 2 WHERE name = 'hub'"), Stop);

        foreach (var path in (string[])["/v1/requests", "/v1/requests/buckets", "/v1/requests/export?format=csv", $"/v1/requests/{ServedIndex.RequestId(1)}/custody"])
            await index.GetAsync(path, 503);
        foreach (var path in (string[])["/v1/events/hub_requested", "/v1/events/hub_requested/buckets"])
            Assert.Equal(2, (await index.GetAsync(path)).GetProperty("as_of").GetProperty("gap_last").GetInt32());
        using var export = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/export?format=csv", UriKind.Relative), Stop);
        Assert.Equal(("2", index.Chain.Blocks.Head.Header.Hash.ToString()), (export.Headers.GetValues("OG-Gap-Last").Single(), export.Headers.GetValues("OG-As-Of-Hash").Single()));
        using var stream = await OpenAsync(index, "/v1/events/hub_requested/stream", "1-0.0");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stream.StatusCode);
    }

    [Fact]
    public async Task Buckets_have_a_limit_of_values_and_group_by_values_as_rows_have_them()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new() { RequestsPerSecond = 10_000, BucketMaxValues = 4 });
        await index.MineRequestsAsync(5);

        await index.GetAsync("/v1/requests/buckets?every=week&value=fee", 400);
        var groups = (await index.GetAsync("/v1/requests/buckets?every=week&by=delivery_succeeded")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("delivery_succeeded").ValueKind).ToList();

        Assert.Contains(JsonValueKind.Null, groups);
        Assert.DoesNotContain(JsonValueKind.String, groups);
        Assert.Equal(
            JsonValueKind.Number, (await index.GetAsync("/v1/requests/buckets?every=week&by=quorum")).GetProperty("items")[0].GetProperty("quorum").ValueKind);
    }

    private static async Task<HttpResponseMessage> OpenAsync(ServedIndex index, string path, string? id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (id is not null)
            request.Headers.Add("Last-Event-ID", id);
        return await index.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    // So many events of a stream, and then it is cut off.
    private static async Task<IReadOnlyList<News>> TakeAsync(ServedIndex index, string path, string id, int count)
    {
        using var answer = await OpenAsync(index, path, id);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        var (told, place, kind) = (new List<News>(), "", "");
        while (told.Count < count && await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                place = line["id: ".Length..];
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line["event: ".Length..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                told.Add(new News(kind, place, JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..])));
        }

        return told;
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync());

    private sealed record News(string Kind, string Id, JsonElement Data);
}
