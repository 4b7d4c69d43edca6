using System.Net;
using OpenGradient.Explorer.Serving;
using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Pages and API stand side by side, and neither answers for the other.</summary>
public sealed class MethodTests(FilledPages filled)
{
    private const string Problem = "application/problem+json";
    private const string Page = "text/html";

    [Fact]
    public async Task The_API_says_what_it_would_without_pages()
    {
        foreach (var (method, path, status, type, allowed) in ((HttpMethod, string, int, string, string)[])
        [
            (HttpMethod.Head, "/v1/requests", 200, "application/json", ""), (HttpMethod.Post, "/v1/requests", 405, Problem, "GET HEAD"), (HttpMethod.Get, "/v1/sql", 405, Problem, "POST"),
            (HttpMethod.Head, "/v1/events/hub_requested/stream", 200, "text/event-stream", ""), (HttpMethod.Get, "/v1/nowhere", 404, Problem, ""), (HttpMethod.Head, "/v1/nowhere", 404, Problem, ""),
            (HttpMethod.Head, "/health/live", 200, "text/plain", ""), (HttpMethod.Post, "/health/ready", 405, Problem, "GET HEAD"),
        ])
            await AnswersAsync(method, path, status, type, allowed);
    }

    [Fact]
    public async Task Pages_are_read_and_nothing_else()
    {
        foreach (var (method, path, status, type, allowed) in ((HttpMethod, string, int, string, string)[])
        [
            (HttpMethod.Get, "/nowhere", 404, Page, ""), (HttpMethod.Head, "/nowhere", 404, Page, ""), (HttpMethod.Post, "/", 405, Problem, "GET HEAD"), (HttpMethod.Head, "/", 200, Page, ""),
            (HttpMethod.Head, AssetStore.PathOf("page.mjs"), 200, "text/javascript", ""), (HttpMethod.Head, "/assets/000000000000/page.mjs", 404, Problem, ""),
        ])
            await AnswersAsync(method, path, status, type, allowed);
    }

    [Fact]
    public async Task What_an_asset_would_be_is_told_with_its_length()
    {
        using var got = await filled.Pages.Client.GetAsync(new Uri(AssetStore.PathOf("explorer.css"), UriKind.Relative), TestContext.Current.CancellationToken);
        using var question = new HttpRequestMessage(HttpMethod.Head, new Uri(AssetStore.PathOf("explorer.css"), UriKind.Relative));
        using var told = await filled.Pages.Client.SendAsync(question, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, got.Content.Headers.ContentLength, got.Headers.CacheControl), (told.StatusCode, told.Content.Headers.ContentLength, told.Headers.CacheControl));
    }

    private async Task AnswersAsync(HttpMethod method, string path, int status, string type, string allowed)
    {
        using var question = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await filled.Pages.Client.SendAsync(question, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"{method} {path} {status} {type} {allowed}",
            $"{method} {path} {(int)answer.StatusCode} {answer.Content.Headers.ContentType?.MediaType} {string.Join(' ', answer.Content.Headers.Allow.Order(StringComparer.Ordinal))}");
    }
}
