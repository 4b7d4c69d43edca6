using System.Diagnostics;
using System.Net;
using System.Text.Json;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Clients;

/// <summary>Questions that never end: what they keep from others, and what not.</summary>
public sealed class TurnTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_that_never_end_leave_readers_to_others_and_to_the_indexer_itself()
    {
        await using var index = await StartAsync();
        var slow = Enumerable.Range(0, 20).Select(_ => AskAsync(index, "198.51.100.1", "/v1/requests?stage=open")).ToList();
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);

        var began = Stopwatch.GetTimestamp();
        using var ready = await index.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
        using var other = await AskAsync(index, "198.51.100.2", "/v1/events/hub_requested");
        var mine = await index.Database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT COUNT(*) FROM hub_requested"), Stop);

        Assert.True(Stopwatch.GetElapsedTime(began) < Patience / 2, $"{Stopwatch.GetElapsedTime(began)}");
        Assert.DoesNotContain("database", await ready.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, 2), (other.StatusCode, mine));
        foreach (var answer in await Task.WhenAll(slow))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Many_clients_together_leave_readers_to_the_indexer_too()
    {
        await using var index = await StartAsync();
        var slow = Enumerable.Range(1, 20).Select(i => AskAsync(index, $"198.51.100.{i}", "/v1/requests?stage=open")).ToList();
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);

        var began = Stopwatch.GetTimestamp();
        using var ready = await index.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
        await index.Database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT COUNT(*) FROM hub_requested"), Stop);

        Assert.True(Stopwatch.GetElapsedTime(began) < Patience / 2, $"{Stopwatch.GetElapsedTime(began)}");
        Assert.DoesNotContain("database", await ready.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        foreach (var answer in await Task.WhenAll(slow))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Counts_of_one_client_leave_places_to_others()
    {
        await using var index = await StartAsync(new ApiOptions { MaxReads = 20 });
        var slow = Enumerable.Range(0, 6).Select(_ => AskAsync(index, "198.51.100.1", "/v1/requests/buckets")).ToList();
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);

        var began = Stopwatch.GetTimestamp();
        using var other = await AskAsync(index, "198.51.100.2", "/v1/events/hub_requested/buckets");

        Assert.True(Stopwatch.GetElapsedTime(began) < Patience / 2, $"{Stopwatch.GetElapsedTime(began)}");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        foreach (var answer in await Task.WhenAll(slow))
            answer.Dispose();
    }

    [Fact]
    public async Task Proofs_of_one_client_leave_places_to_others()
    {
        await using var index = await StartAsync();
        var (asked, open) = (new SemaphoreSlim(0), new TaskCompletionSource());
        index.BeforeBlock = () =>
        {
            asked.Release();
            return open.Task;
        };

        var mine = Enumerable.Range(0, 4).Select(_ => AskAsync(index, "198.51.100.1", "/v1/events/hub_requested/2-0/proof")).ToList();
        Assert.True(await asked.WaitAsync(Patience, Stop) && await asked.WaitAsync(Patience, Stop));
        var theirs = AskAsync(index, "198.51.100.2", "/v1/events/hub_requested/3-0/proof");
        Assert.True(await asked.WaitAsync(Patience / 2, Stop), "A second client found no place.");
        open.SetResult();

        using var other = await theirs;
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        foreach (var answer in await Task.WhenAll(mine))
            answer.Dispose();
    }

    [Theory]
    [InlineData("requests?stage=nonsense", "overturned")]
    [InlineData("requests?stage.in=open,nonsense", "overturned")]
    [InlineData("requests?stage.ne=Open", "overturned")]
    [InlineData("requests/buckets?stage=nonsense", "overturned")]
    [InlineData("requests/export?format=csv&stage=nonsense", "overturned")]
    [InlineData("requests?settled_assurance=9", "0, 1, 2, 3")]
    [InlineData("receipts?assurance.in=1,4", "0, 1, 2, 3")]
    public async Task What_no_row_can_be_is_refused_with_what_there_is(string path, string known)
    {
        await using var index = await StartAsync();

        Assert.Contains(known, (await index.GetAsync("/v1/" + path, 400)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_stage_that_a_view_can_tell_is_known()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(6);
        var stages = AnalystViews.All.Single(view => view.Name == "requests").Columns.Single(column => column.Name == "stage").Values!;

        var found = new List<JsonElement>();
        foreach (var stage in stages)
            found.AddRange((await index.GetAsync($"/v1/requests?stage={stage}")).GetProperty("items").EnumerateArray());

        Assert.Equal(6, found.Count);
        var text = AnalystViews.All.Single(view => view.Name == "requests").Select;
        Assert.All(stages, stage => Assert.Contains($"'{stage}'", text, StringComparison.Ordinal));
        Assert.Equal(stages.Count, text.Split(" '", StringSplitOptions.None).Length - 1);
        await index.GetAsync("/v1/requests?assurance.lt=9");
    }

    // A view of requests that is never done with its first row, as one of very many rows is not.
    private async Task<ServedIndex> StartAsync(ApiOptions? options = null)
    {
        Assert.True(TrustedProxies.TryParse("127.0.0.1", out var proxies, out _));
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), (options ?? new ApiOptions()) with { QueryTimeout = Patience, Proxies = proxies, RequestsPerSecond = 10_000 });
        await index.MineRequestsAsync(2);
        var view = AnalystViews.All.Single(known => known.Name == "requests");
        await index.Database.WriteAsync(
            session => session.ExecuteAsync(
                $"""
                DROP VIEW requests;
                CREATE VIEW requests AS SELECT * FROM ({view.SelectFor(Engine.Sqlite)})
                WHERE (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n) >= 0
                """),
            Stop);
        return index;
    }

    private static async Task<HttpResponseMessage> AskAsync(ServedIndex index, string client, string path)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, path);
        question.Headers.Add("X-Forwarded-For", client);
        return await index.Client.SendAsync(question, Stop);
    }
}
