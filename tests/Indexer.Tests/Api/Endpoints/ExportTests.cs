using System.Text.Json;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Endpoints;

public sealed class SqliteExportTests(SqliteFixture databases) : ExportTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresExportTests(PostgresFixture databases) : ExportTests(databases);

public abstract class ExportTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exports_hold_all_rows_that_match()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(600);

        var csv = await index.Client.GetStringAsync(new Uri("/v1/requests/export?format=csv&order=asc&fee.ge=1010", UriKind.Relative), Stop);
        var lines = (await index.Client.GetStringAsync(new Uri("/v1/requests/export?format=jsonl&order=asc", UriKind.Relative), Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(591, rows.Length);
        Assert.Contains(ServedIndex.RequestId(10).ToString(), rows[1], StringComparison.Ordinal);
        Assert.Equal(600, lines.Length);
        Assert.Equal(ServedIndex.RequestId(599).ToString(), JsonSerializer.Deserialize<JsonElement>(lines[^1]).GetProperty("request_id").GetString());
        await index.GetAsync("/v1/requests/export?format=xls", 400);
        await index.GetAsync("/v1/requests/export?format=csv&limit=5", 400);
    }

    [Fact]
    public async Task Buckets_count_and_sum_exactly_by_any_column()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(12);

        var all = (await index.GetAsync("/v1/requests/buckets?every=week&value=fee")).GetProperty("items");
        var each = (await index.GetAsync("/v1/requests/buckets?every=week&value=latency_seconds&by=requester")).GetProperty("items");
        var minutes = (await index.GetAsync("/v1/requests/buckets?every=minute")).GetProperty("items");

        var fee = Assert.Single(all.EnumerateArray()).GetProperty("fee");
        Assert.Equal(
            """{"count":12,"min":"1000","max":"1011","sum":"12066","p50":"1005","p95":"1011","p99":"1011"}""", fee.GetRawText());
        Assert.Equal("4 4 4", string.Join(' ', each.EnumerateArray().Select(item => item.GetProperty("count").GetInt32())));
        Assert.Equal(12, minutes.EnumerateArray().Sum(item => item.GetProperty("count").GetInt32()));
        Assert.True(minutes.GetArrayLength() > 1);
        await index.GetAsync("/v1/requests/buckets?every=year", 400);
        await index.GetAsync("/v1/requests/buckets?value=stage", 400);
        await index.GetAsync("/v1/requests/buckets?by=nothing", 400);
    }

    [Fact]
    public async Task A_stream_tells_new_rows_and_what_was_taken_back()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(2);
        using var answer = await index.Client.GetAsync(
            new Uri("/v1/events/hub_requested/stream?requester=0x0000000000000000000000000000000000000001", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(": listening", await reader.ReadLineAsync(Stop));

        await index.MineRequestsAsync(1);
        var row = await NextAsync(reader);
        index.Chain.Blocks.Rollback(3);
        index.Chain.Mine(1, new Random(1));
        await index.MineRequestsAsync(1);
        var reorg = await NextAsync(reader);
        var again = await NextAsync(reader);

        Assert.Equal(("row", "row", "reorg"), (row.Kind, again.Kind, reorg.Kind));
        Assert.Equal(5, reorg.Data.GetProperty("ancestor").GetInt32());
        Assert.Equal(ServedIndex.RequestId(0).ToString(), again.Data.GetProperty("request_id").GetString());
    }

    private static async Task<(string Kind, JsonElement Data)> NextAsync(StreamReader reader)
    {
        var kind = "";
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line["event: ".Length..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (kind, JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]));
        }

        throw new EndOfStreamException();
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync());
}
