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

        var bucket = Assert.Single(Value(await client.Requests.CountAsync(Question.All, new Counting("week", "fee"), Stop)));
        await using var export = Value(await client.HubRequested.ExportAsync(Question.All with { IsAscending = true }, "jsonl", Stop));
        using var reader = new StreamReader(export.Content);
        var lines = (await reader.ReadToEndAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var table = Value(await client.SqlAsync("SELECT COUNT(*) AS n FROM requests", Stop));

        Assert.Equal((12L, "1000", "12066"), (bucket.Count, bucket.Figures["min"], bucket.Figures["sum"]));
        Assert.Equal((12, index.Chain.Blocks.Head.Number), (lines.Length, export.AsOf!.Value.Number));
        Assert.Equal(("n", 12, false), (Assert.Single(table.Columns), table.Rows[0][0].GetInt32(), table.IsTruncated));
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

    private sealed class Answering(string text) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(text, Encoding.UTF8, "application/json") });
    }
}
