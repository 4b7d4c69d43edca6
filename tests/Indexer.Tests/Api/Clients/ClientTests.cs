using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Support.Databases;
using Visitor = OpenGradient.Indexer.Api.Clients.Client;

namespace OpenGradient.Indexer.Tests.Api.Clients;

/// <summary>Who may ask how often, and what one of many may not take from the others.</summary>
public sealed class ClientTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_has_a_rate_of_its_own()
    {
        var (key, line) = ApiKeys.Generate("analyst-1", 500)!.Value;
        Assert.True(ApiKeys.TryParse($"# given out in spring\n\n{line}\r\n", out var keys, out _));
        await using var index = await StartAsync(new ApiOptions { RequestsPerSecond = 2, Keys = keys });

        var without = await AskAsync(index, null, 12);
        var with = await AskAsync(index, key, 40);
        var wrong = await AskAsync(index, key + "x", 1);

        Assert.Contains(HttpStatusCode.TooManyRequests, without);
        Assert.All(with, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(wrong, status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task What_a_page_asks_is_asked_by_its_visitor()
    {
        var accessor = new HttpContextAccessor();
        await using var services = new ServiceCollection().AddSingleton<IHttpContextAccessor>(accessor).BuildServiceProvider();
        using var pages = InProcessHandler.Client(context => context.Response.WriteAsync(context.Features.Get<Visitor>()?.Name ?? "nobody", Stop), services);

        Assert.Equal("nobody", await pages.GetStringAsync(new Uri("/v1/statistics", UriKind.Relative), Stop));
        foreach (var name in new[] { "192.0.2.1", "192.0.2.2" })
        {
            accessor.HttpContext = new DefaultHttpContext();
            accessor.HttpContext.Features.Set(new Visitor(name, 5));
            Assert.Equal(name, await pages.GetStringAsync(new Uri("/v1/statistics", UriKind.Relative), Stop));
        }
    }

    [Fact]
    public async Task A_key_that_nobody_gave_out_opens_nothing()
    {
        await using var index = await StartAsync(new ApiOptions());

        Assert.Equal(HttpStatusCode.Unauthorized, Assert.Single(await AskAsync(index, "ogi_AAAA", 1)));
        using var other = new HttpRequestMessage(HttpMethod.Get, "/v1/reorgs") { Headers = { Authorization = new AuthenticationHeaderValue("Basic", "eDp5") } };
        using var answer = await index.Client.SendAsync(other, Stop);
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("name 5")]
    [InlineData("Name 5 0x00000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("name 0 0x00000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("name 100001 0x00000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("name 5 0x12")]
    [InlineData("name 5 0x00000000000000000000000000000000000000000000000000000000000000aa\nname 5 0x00000000000000000000000000000000000000000000000000000000000000ab")]
    [InlineData("name 5 0x00000000000000000000000000000000000000000000000000000000000000aa\nother 5 0x00000000000000000000000000000000000000000000000000000000000000aa")]
    public void A_file_of_keys_that_is_wrong_is_refused_with_its_line(string text)
    {
        Assert.False(ApiKeys.TryParse(text, out _, out var fault));
        Assert.Contains(text.Contains('\n', StringComparison.Ordinal) ? "line 2" : "line 1", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_keys_are_never_the_same_and_none_is_in_its_line()
    {
        var (key, line) = ApiKeys.Generate("a", 1)!.Value;

        Assert.NotEqual(key, ApiKeys.Generate("a", 1)!.Value.Key, StringComparer.Ordinal);
        Assert.DoesNotContain(key[4..], line, StringComparison.Ordinal);
        Assert.Null(ApiKeys.Generate("A b", 1));
        Assert.Null(ApiKeys.Generate("a", 0));
    }

    [Fact]
    public async Task One_client_may_only_take_a_part_of_the_streams()
    {
        await using var index = await StartAsync(new ApiOptions { MaxStreams = 20 });
        var path = new Uri("/v1/events/hub_requested/stream", UriKind.Relative);

        using var first = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var second = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var third = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.NotNull(third.Headers.RetryAfter);
    }

    [Fact]
    public async Task What_is_final_may_be_kept_and_what_is_not_must_be_asked_for_again()
    {
        await using var index = await StartAsync(new ApiOptions());
        await index.MineRequestsAsync(6);
        index.Chain.Blocks.Finalize(4);
        await index.MineRequestsAsync(1);

        Assert.True(await IsKeptAsync(index, "/v1/events/hub_requested?as_of=4"));
        Assert.True(await IsKeptAsync(index, "/v1/events/hub_requested?block=3"));
        Assert.True(await IsKeptAsync(index, "/v1/events/hub_requested/3-0"));
        Assert.True(await IsKeptAsync(index, "/v1/events/hub_requested/3-0/proof"));
        Assert.True(await IsKeptAsync(index, "/v1/events/hub_requested/completeness?from=2&to=4"));
        Assert.False(await IsKeptAsync(index, "/v1/events/hub_requested/completeness?from=2&to=5"));
        Assert.False(await IsKeptAsync(index, "/v1/events/hub_requested?as_of=5"));
        Assert.False(await IsKeptAsync(index, "/v1/events/hub_requested?block.ge=2"));
        Assert.False(await IsKeptAsync(index, "/v1/events/hub_requested/6-0"));
        Assert.False(await IsKeptAsync(index, "/v1/requests?block.le=4"));
    }

    [Fact]
    public async Task A_tag_among_others_and_one_that_a_proxy_made_weak_are_known()
    {
        await using var index = await StartAsync(new ApiOptions());
        await index.MineRequestsAsync(2);
        using var first = await index.Client.GetAsync(new Uri("/v1/requests", UriKind.Relative), Stop);

        foreach (var (given, status) in ((string, HttpStatusCode)[])
        [
            ($"\"other\", W/{first.Headers.ETag!.Tag}", HttpStatusCode.NotModified), ("*", HttpStatusCode.NotModified), ("\"other\"", HttpStatusCode.OK), ("nonsense", HttpStatusCode.OK),
        ])
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
            again.Headers.TryAddWithoutValidation("If-None-Match", given);
            using var answer = await index.Client.SendAsync(again, Stop);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    private static async Task<bool> IsKeptAsync(ServedIndex index, string path)
    {
        using var answer = await index.Client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.True(answer.IsSuccessStatusCode, path);
        return answer.Headers.CacheControl is { Public: true, MaxAge: not null };
    }

    private static async Task<HttpStatusCode[]> AskAsync(ServedIndex index, string? key, int times)
    {
        return await Task.WhenAll(Enumerable.Range(0, times).Select(async _ =>
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/reorgs");
            if (key is not null)
                question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await index.Client.SendAsync(question, Stop);
            return answer.StatusCode;
        }));
    }

    private async Task<ServedIndex> StartAsync(ApiOptions options) => await ServedIndex.StartAsync(await databases.CreateAsync(), options);
}
