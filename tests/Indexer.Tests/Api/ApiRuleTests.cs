using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenGradient.Indexer.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

/// <summary>What holds for all routes, whichever engine is behind them.</summary>
public sealed class ApiRuleTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_words()
    {
        await using var index = await StartAsync();

        foreach (var filter in (string[])
        [
            "nonsense=1",
            "fee.near=1",
            "fee=many",
            "requester=0x12",
            "limit=0",
            "limit=501",
            "order=up",
            "cursor=AAAA",
            "cursor=*",
            "block=-1",
            "block.in=1,2",
            "as_of=-1",
            "as_of=later",
            "as_of=10&as_of=1000",
            "id=5",
            "request_id;drop=1",
            "delivery_succeeded.gt=true",
            "fee.null=perhaps",
            "stage=%00",
        ])
            Assert.NotEqual(0, (await index.GetAsync($"/v1/requests?{filter}", 400)).GetProperty("detail").GetString()!.Length);
    }

    [Theory]
    [InlineData("/v1/state?block=99999999999999")]
    [InlineData("/v1/blocks/99999999999999")]
    [InlineData("/v1/requests?block=99999999999999")]
    public async Task A_block_that_no_id_has_room_for_is_refused_with_the_reason(string asked)
    {
        await using var index = await StartAsync();
        Assert.Contains("below 8796093022207", (await index.GetAsync(asked, 400)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_not_passed_over()
    {
        await using var index = await StartAsync();

        foreach (var asked in (string[])["state?block=", "events/hub_requested/stream?after=", "requests?cursor=", "requests?as_of=", "requests/buckets?every=", "reorgs?cursor=", "statistics?from="])
            Assert.NotEqual(0, (await index.GetAsync($"/v1/{asked}", 400)).GetProperty("detail").GetString()!.Length);
    }

    [Fact]
    public async Task An_answer_that_is_still_good_is_not_sent_again()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(3);
        using var first = await index.Client.GetAsync(new Uri("/v1/requests", UriKind.Relative), Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var fresh = await index.Client.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, fresh.StatusCode);

        await index.MineRequestsAsync(1);
        using var later = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
        later.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var changed = await index.Client.SendAsync(later, Stop);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Views_wait_for_indexes_and_events_do_not()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), isIndexed: false);
        await index.MineRequestsAsync(3);

        await index.GetAsync("/v1/requests", 503);
        Assert.Equal(3, (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_document_lists_exactly_the_routes_that_there_are()
    {
        await using var index = await StartAsync();

        var document = await index.GetAsync("/v1/openapi.json");

        var routes = index.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method.ToLowerInvariant()} {endpoint.RoutePattern.RawText}")).Order(StringComparer.Ordinal);
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}")).Order(StringComparer.Ordinal);
        Assert.Equal(string.Join('\n', routes), string.Join('\n', documented));
        // And what it says of an item is what an item is.
        await index.MineRequestsAsync(1);
        var item = (await index.GetAsync("/v1/requests")).GetProperty("items")[0];
        Assert.Equal(
            string.Join(' ', document.GetProperty("components").GetProperty("schemas").GetProperty("requests").GetProperty("properties").EnumerateObject().Select(column => column.Name)),
            string.Join(' ', item.EnumerateObject().Select(column => column.Name)));
    }

    [Fact]
    public async Task Too_many_requests_are_turned_away_with_a_time_to_come_back()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 3 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => index.Client.GetAsync(new Uri("/v1/reorgs", UriKind.Relative), Stop)));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
    }

    [Fact]
    public async Task What_nobody_foresaw_is_a_problem_without_its_words()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(1);
        index.BeforeBlock = () => throw new InvalidOperationException("of nobody's business");

        var problem = await index.GetAsync("/v1/events/hub_requested/2-0/proof", 500);

        Assert.DoesNotContain("business", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(500, problem.GetProperty("status").GetInt32());
        await index.GetAsync("/v1/nowhere", 404);
    }

    [Fact]
    public async Task Any_page_may_ask()
    {
        await using var index = await StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/requests");
        using var answer = await index.Client.SendAsync(preflight, Stop);

        Assert.Equal((HttpStatusCode.NoContent, "*"), (answer.StatusCode, answer.Headers.GetValues("Access-Control-Allow-Origin").Single()));
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync());
}
