using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>What must not be overlooked stays in sight while the index is slow, and an indexer that is behind is shown to be.</summary>
public sealed class BannerTests(FilledPages filled, SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Emulated = "data-banner=\"emulated\"";
    private const string Development = "data-banner=\"development\"";
    private const string Unknown = "data-banner=\"unknown\"";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/status")]
    [InlineData("/v1/events/keys_root_approved")]
    [InlineData("/v1/events/verifiers_registered")]
    public async Task What_the_index_does_not_say_now_is_what_it_said_last(string broken)
    {
        using var index = new BrokenIndex(filled.Pages.Address);
        await using var pages = await ServeAsync(index);
        var before = await GetAsync(pages, "/verify");
        index.Broken = broken;
        var after = await GetAsync(pages, "/verify");

        foreach (var html in (string[])[before, after])
        {
            Assert.Contains(Emulated, html, StringComparison.Ordinal);
            Assert.Contains(Development, html, StringComparison.Ordinal);
            Assert.DoesNotContain(Unknown, html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1/status", "keys under emulated roots of trust, or proofs under a setup whose secret is known")]
    [InlineData("/v1/events/keys_root_approved", "keys under emulated roots of trust.")]
    [InlineData("/v1/events/verifiers_registered", "proofs under a setup whose secret is known.")]
    public async Task What_the_index_has_never_said_is_unknown_and_not_excluded(string broken, string said)
    {
        using var index = new BrokenIndex(filled.Pages.Address) { Broken = broken };
        await using var pages = await ServeAsync(index);
        var html = await GetAsync(pages, "/verify");

        Assert.Contains(Unknown, html, StringComparison.Ordinal);
        Assert.Contains(said, html, StringComparison.Ordinal);

        index.Broken = "nothing";
        html = await GetAsync(pages, "/verify");
        Assert.DoesNotContain(Unknown, html, StringComparison.Ordinal);
        Assert.Contains(Emulated, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_stands_still_is_told_at_the_foot_of_every_page()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync(), tipAge: TimeSpan.FromHours(1));
        await pages.MineAsync([[]]);

        foreach (var path in (string[])["/", "/verify"])
        {
            var html = await pages.GetAsync(path);
            Assert.Contains("h old: the chain stands still, or the node that tells of it.", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Up with the chain", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_chain_that_may_be_quiet_is_up_however_old_its_last_block_is()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync([[]]);

        Assert.Contains("Up with the chain", await pages.GetAsync("/verify"), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ServeAsync(BrokenIndex index)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        ExplorerPages.Map(application, index.Client, new ExplorerOptions());
        await application.StartAsync(Stop);
        return application;
    }

    private static async Task<string> GetAsync(WebApplication pages, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(pages.Urls.First()) };
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop);
    }

    // Answers as the real one does, but for one question, for which it has no time.
    private sealed class BrokenIndex : DelegatingHandler
    {
        public BrokenIndex(Uri index)
            : base(new HttpClientHandler { CheckCertificateRevocationList = true }) => Client = new HttpClient(this, disposeHandler: false) { BaseAddress = index };

        public string Broken { get; set; } = "nothing";

        public HttpClient Client { get; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath == Broken
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"title":"This takes too long."}""") })
                : base.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Client.Dispose();
            base.Dispose(disposing);
        }
    }
}
