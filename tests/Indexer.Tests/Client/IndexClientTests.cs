using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OpenGradient.BindingGenerator.Clients;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.IndexerClient;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Client;

/// <summary>The generated client against the API itself.</summary>
public sealed class IndexClientTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_committed_is_what_the_document_gives() =>
        Assert.Empty(await ClientFiles.FindDriftAsync(Repository.Root, ApiDescription.OfOurContracts(), Stop));

    [Fact]
    public async Task Every_row_of_every_resource_is_read_and_says_what_the_API_says()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);
        var read = 0;

        foreach (var resource in client.All.Where(resource => index.Api.Resources.Any(served => served.Path == resource.Path)))
        {
            var page = Value(await resource.ListRowsAsync(Question.All with { Limit = 100 }, Stop));
            var items = (await index.GetAsync($"/v1/{resource.Path}?limit=100")).GetProperty("items");
            Assert.Equal(items.GetArrayLength(), page.Rows.Count);
            for (var i = 0; i < page.Rows.Count; i++, read++)
            {
                foreach (var (column, place) in resource.Columns.Select((column, place) => (column, place)))
                {
                    var told = items[i].GetProperty(column.Name);
                    Assert.Equal(told.ValueKind == JsonValueKind.Null ? null : told.ToString(), column.Type == RowType.Json ? ((JsonElement)page.Rows[i][place]!).ToString() : Told(told, page.Rows[i].TextOf(place)));
                }
            }
        }

        Assert.True(read > 30, $"Only {read} rows were there.");
    }

    [Fact]
    public async Task Columns_have_types()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);

        var request = Value(await client.Requests.GetAsync(ServedIndex.RequestId(4).ToString(), Stop));

        Assert.Equal((ServedIndex.RequestId(4), ServedIndex.Someone(1), (UInt256)1_004, "settled"), (request.RequestId, request.Requester, request.Fee, request.Stage));
        Assert.Equal((12L, true), (request.LatencySeconds, request.DeliveredAt is not null));
        Assert.Null(Value(await client.Requests.GetAsync(ServedIndex.RequestId(5).ToString(), Stop)).Node);
    }

    [Fact]
    public async Task Pages_come_to_the_end()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);
        var seen = new List<Hash32>();

        await foreach (var page in client.Requests.PagesAsync(Question.All.Where("fee", "ge", "1001") with { Limit = 4, IsAscending = true }, Stop))
            seen.AddRange(Value(page).Rows.Select(row => row.RequestId));

        Assert.Equal(Enumerable.Range(1, 11).Select(ServedIndex.RequestId), seen);
    }

    [Fact]
    public async Task Figures_exports_and_SQL_are_given()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);

        var bucket = Assert.Single(Value(await client.Requests.CountAsync(Question.All, new Counting("week", "fee"), Stop)).Items);
        await using var export = Value(await client.HubRequested.ExportAsync(Question.All with { IsAscending = true }, "jsonl", Stop));
        using var reader = new StreamReader(export.Content);
        var lines = (await reader.ReadToEndAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var table = Value(await client.SqlAsync("SELECT COUNT(*) AS n FROM requests", Stop));

        Assert.Equal((12L, "1000", "12066"), (bucket.Count, bucket.Figures["min"], bucket.Figures["sum"]));
        Assert.Equal((12, index.Chain.Blocks.Head.Number), (lines.Length, export.AsOf!.Value.Number));
        Assert.Equal(("n", 12, false), (Assert.Single(table.Columns), table.Rows[0][0].GetInt32(), table.IsTruncated));
    }

    [Fact]
    public async Task What_only_a_page_has_is_asked_of_nothing_else()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);
        var page = Value(await client.Requests.ListAsync(Question.All with { Limit = 2, IsAscending = true }, Stop));
        var question = Question.All.Where("fee", "ge", "1004") with { Limit = 2, Cursor = page.Next, IsAscending = true };

        var counted = Value(await client.Requests.CountAsync(question, new Counting("week"), Stop));
        var one = Value(await client.Requests.GetRowAsync(page.Rows[0].RequestId.ToString(), Question.All with { Limit = 2, Cursor = page.Next, IsAscending = true }, Stop));
        await using var export = Value(await client.HubRequested.ExportAsync(Question.All with { Limit = 2, Cursor = page.Next, IsAscending = true }, "jsonl", Stop));
        using var reader = new StreamReader(export.Content);
        var statistics = Value(await client.StatisticsAsync(Question.All.Where("every", "day") with { Limit = 2, Cursor = page.Next, IsAscending = true }, Stop));

        Assert.Equal(8L, Assert.Single(counted.Items).Count);
        Assert.Equal(page.Rows[0].Id, ((RequestsRow)one).Id);
        Assert.Equal(12, (await reader.ReadToEndAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.NotEmpty(statistics.Items);
    }

    [Fact]
    public async Task What_stands_before_an_indexer_is_quoted_by_its_status_and_not_by_a_fault_of_reading_it()
    {
        foreach (var text in (string[])["<html>gone</html>", "{}", "[]", "null", ""])
        {
            using var proxy = new HttpClient(new Answering(text, HttpStatusCode.BadGateway)) { BaseAddress = new Uri("http://proxy") };
            var refused = Assert.IsType<IndexAnswer<RequestsRow>.Unreachable>(await new IndexClient(proxy).Requests.GetAsync("0x", Stop));
            Assert.Contains("502", refused.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_missing_is_told_with_rows_and_figures()
    {
        const string page = """{"items":[],"next":null,"as_of":{"block":9,"hash":null,"final":1,"gap_last":7},"seconds":60}""";
        using var half = new HttpClient(new Answering(page)) { BaseAddress = new Uri("http://index") };
        var client = new IndexClient(half);

        Assert.Equal((9UL, (ulong?)7), (Value(await client.HubSettled.ListAsync(Question.All, Stop)).AsOfBlock, Value(await client.HubSettled.ListRowsAsync(Question.All, Stop)).GapLast));
        Assert.Equal(7UL, Value(await client.HubSettled.CountAsync(Question.All, new Counting("day"), Stop)).GapLast);
    }

    [Fact]
    public async Task What_an_operator_indexes_beside_our_contracts_is_found_by_the_document()
    {
        await using var index = await StartAsync();
        index.Chain.Mine(60, new Random(4));
        await index.SettleAsync();
        var client = new IndexClient(index.Client);

        Assert.DoesNotContain(client.All, resource => resource.Path == "events/shop_sold");
        var sold = Value(await client.FindAsync("shop_sold", Stop))!;
        var rows = Value(await sold.ListRowsAsync(Question.All, Stop)).Rows;

        var told = (await index.GetAsync("/v1/events/shop_sold")).GetProperty("items");
        Assert.Equal(("events/shop_sold", "id", told.GetArrayLength()), (sold.Path, sold.Key, rows.Count));
        Assert.NotEmpty(rows);
        Assert.Equal(told[0].GetProperty("what").GetString(), rows[0].TextOf(sold.Columns.ToList().FindIndex(column => column.Name == "what")));
        Assert.Equal(told[0].GetProperty("id").GetString(), Value(await sold.GetRowAsync(told[0].GetProperty("id").GetString()!, Stop)).TextOf(0));
        Assert.Null(Value(await client.FindAsync("nothing", Stop)));
        Assert.Same(client.Requests, Value(await client.FindAsync("requests", Stop)));
    }

    [Fact]
    public async Task The_state_of_an_index_is_read()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);

        var now = Value(await client.StateAsync(cancellationToken: Stop));
        var then = Value(await client.StateAsync(2, Stop));

        Assert.Equal((31337UL, index.Chain.Blocks.Head.Number, index.Chain.Blocks.Head.Header.Hash), (now.ChainId, now.Block, now.BlockHash));
        Assert.Equal("hub shop token", string.Join(' ', now.Families.Keys.Order(StringComparer.Ordinal)));
        Assert.NotEqual(now.Families["hub"], then.Families["hub"], StringComparer.Ordinal);
        Assert.Equal(2UL, then.Block);
        Assert.Equal(404, Assert.IsType<IndexAnswer<IndexState>.Refused>(await client.StateAsync(99_999, Stop)).Status);
    }

    [Fact]
    public async Task What_is_wrong_is_an_answer()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);
        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1") };

        Assert.IsType<IndexAnswer<RowPage<RequestsRow>>.Refused>(await client.Requests.ListAsync(Question.All.Where("nonsense", "1"), Stop));
        Assert.Equal(404, Assert.IsType<IndexAnswer<RequestsRow>.Refused>(await client.Requests.GetAsync(ServedIndex.RequestId(99).ToString(), Stop)).Status);
        Assert.IsType<IndexAnswer<RequestsRow>.Unreachable>(await new IndexClient(nobody).Requests.GetAsync("0x", Stop));
        using var other = new HttpClient(new Answering("<html>")) { BaseAddress = new Uri("http://other") };
        Assert.IsType<IndexAnswer<RequestsRow>.Unreachable>(await new IndexClient(other).Requests.GetAsync("0x", Stop));
        using var wrong = new HttpClient(new Answering("""{"id":"1-1","requested_at":"x"}""")) { BaseAddress = new Uri("http://other") };
        Assert.IsType<IndexAnswer<RequestsRow>.Unreachable>(await new IndexClient(wrong).Requests.GetAsync("0x", Stop));
        using var reset = new HttpClient(new Resetting()) { BaseAddress = new Uri("http://other") };
        Assert.IsType<IndexAnswer<RequestsRow>.Unreachable>(await new IndexClient(reset).Requests.GetAsync("0x", Stop));
    }

    private static T Value<T>(IndexAnswer<T> answer) => Assert.IsType<IndexAnswer<T>.Given>(answer).Value;

    // JSON's own words for truth are in lower case.
    private static string? Told(JsonElement told, string? read) => told.ValueKind is JsonValueKind.True or JsonValueKind.False ? told.ToString() : read;

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(12);
        return index;
    }

    private sealed class Answering(string text, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") });
    }

    // As the runtime's handler where a connection is reset while it is being made.
    private sealed class Resetting : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(new SocketException((int)SocketError.NotConnected));
    }
}
