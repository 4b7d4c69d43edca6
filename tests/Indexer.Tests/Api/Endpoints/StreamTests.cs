using System.Globalization;
using System.Net;
using System.Text.Json;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Endpoints;

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
    [InlineData("/v1/events/hub_requested/stream?after=7-1", null)]
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
    public async Task Of_what_is_filled_in_in_order_all_up_to_the_tip_is_missing_and_a_stream_may_go_on()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        await index.Database.WriteAsync(session => session.ExecuteAsync("UPDATE index_families SET gap_last = 2 WHERE name = 'token'"), Stop);
        var tip = (long)index.Chain.Blocks.Head.Number;

        Assert.Equal(tip, (await index.GetAsync("/v1/events/token_transfer")).GetProperty("as_of").GetProperty("gap_last").GetInt64());
        var family = (await index.GetAsync("/v1/status")).GetProperty("families").EnumerateArray().Single(known => known.GetProperty("name").GetString() == "token");
        Assert.Equal(tip, family.GetProperty("gap_last").GetInt64());
        using var stream = await OpenAsync(index, "/v1/events/token_transfer/stream", "1-0.0");
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        // What the head has passed without the family is still to be told.
        var begin = new StreamPlace(RowId.FirstOf(new(1)).Value, 0);
        Assert.Equal(begin, await PlaceAfterAsync("token_transfer"));
        Assert.Equal(begin with { Last = StreamPlace.LastOf(new((ulong)tip)) }, await PlaceAfterAsync("shop_sold"));

        async Task<StreamPlace> PlaceAfterAsync(string table)
        {
            var query = new ListQuery { Resource = Resource.Of(ServedIndex.Families).Single(known => known.Source == table), Descending = false };
            return (await index.Database.ReadAsync(session => StreamLook.LookAsync(session, query, begin, 10, (_, _) => Assert.Fail("Nothing was taken back."), (_, _, _) => true), Stop)).Place;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_goes_on_where_a_list_or_an_export_ends(bool isExport)
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        index.Chain.Blocks.Rollback(4);
        await index.MineRequestsAsync(3);
        using var export = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/export?format=jsonl", UriKind.Relative), Stop);
        var list = await index.GetAsync("/v1/events/hub_requested");
        // As a browser does it, that cannot set the header when it begins.
        using var begun = await OpenAsync(index, $"/v1/events/hub_requested/stream?after={list.GetProperty("as_of").GetProperty("place").GetString()}", null);
        using var reader = new StreamReader(await begun.Content.ReadAsStreamAsync(Stop));
        await reader.ReadLineAsync(Stop);
        var place = isExport ? export.Headers.GetValues("OG-Stream-Place").Single() : list.GetProperty("as_of").GetProperty("place").GetString()!;
        Assert.EndsWith(".1", place, StringComparison.Ordinal);
        Assert.Equal($"id: {place}", await reader.ReadLineAsync(Stop));
        await index.MineRequestsAsync(2);

        var news = await TakeAsync(index, "/v1/events/hub_requested/stream", place, 2);

        Assert.Equal("row row", string.Join(' ', news.Select(told => told.Kind)));
        Assert.Equal(
            string.Join(' ', (await index.GetAsync("/v1/events/hub_requested?limit=2")).GetProperty("items").EnumerateArray().Reverse().Select(row => row.GetProperty("id").GetString())),
            string.Join(' ', news.Select(told => told.Data.GetProperty("id").GetString())));
    }

    [Fact]
    public async Task Many_rows_of_which_few_match_are_looked_through_in_parts()
    {
        await using var index = await StartAsync();
        await index.AddSalesAsync(StreamLook.RowsLookedThrough + 10);
        var resource = Resource.Of(ServedIndex.Families).Single(known => known.Source == "shop_sold");
        Assert.True(ListQuery.TryParse(resource, [KeyValuePair.Create("what", "ham")], new HashSet<string>(StringComparer.Ordinal), out var query, out _));

        var (place, isMore) = await LookAsync(default);
        Assert.Equal(($"{StreamLook.RowsLookedThrough}-0.0", true), (place.ToString(), isMore));
        (place, isMore) = await LookAsync(place);
        Assert.Equal(($"{StreamLook.RowsLookedThrough}-0.0", false), (place.ToString(), isMore));

        Task<(StreamPlace Place, bool IsMore)> LookAsync(StreamPlace from) => index.Database.ReadAsync(
            session => StreamLook.LookAsync(session, query with { Descending = false }, from, 10, (_, _) => Assert.Fail("Nothing was taken back."), (_, _, _) => true), Stop);
    }

    [Fact]
    public async Task Proxies_are_asked_not_to_gather_a_stream()
    {
        await using var index = await StartAsync();

        using var answer = await OpenAsync(index, "/v1/events/hub_requested/stream", null);

        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
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
