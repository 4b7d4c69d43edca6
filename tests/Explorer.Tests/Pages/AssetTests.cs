using System.Net;
using System.Text;
using OpenGradient.Explorer.Serving;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Style and scripts.</summary>
public sealed class AssetTests(FilledPages filled)
{
    private const int MostScriptBytes = 100_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Assets_are_kept_for_ever_under_an_address_that_changes_with_them()
    {
        using var answer = await filled.Pages.Client.GetAsync(new Uri(AssetStore.PathOf("page.mjs"), UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(answer.Headers.GetValues("Cache-Control")));
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(PageHeaders.ContentSecurityPolicy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        using var stale = await filled.Pages.Client.GetAsync(new Uri("/assets/000000000000/page.mjs", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, stale.StatusCode);
    }

    [Theory]
    [InlineData("noble/curves/", "@noble/curves/esm")]
    [InlineData("noble/hashes/", "@noble/hashes/esm")]
    [InlineData("uplot/", "uplot/dist")]
    public void Libraries_are_the_packages_own_but_for_where_they_import_from(string prefix, string package)
    {
        var names = AssetStore.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var original = File.ReadAllLines(Repository.PathOf(["node_modules", .. package.Split('/'), .. name[prefix.Length..].Split('/')]));
            var served = Encoding.UTF8.GetString(AssetStore.Find(name).Span).Split('\n');
            for (var i = 0; i < original.Length; i++)
            {
                if (original[i].Contains("} from '@noble/", StringComparison.Ordinal) && original[i][0] is 'i' or 'e')
                    Assert.Matches("^(import|export) \\{[^}]*\\} from '/assets/[0-9a-f]{12}/noble/hashes/[a-z0-9]+\\.js';$", served[i]);
                else
                    Assert.Equal(original[i], served[i].TrimEnd('\r'));
            }
        }
    }

    [Fact]
    public async Task All_script_together_weighs_less_than_a_picture()
    {
        var bytes = 0;
        foreach (var name in AssetStore.Names.Where(name => !name.EndsWith(".css", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, AssetStore.PathOf(name));
            request.Headers.Add("Accept-Encoding", "br");
            using var answer = await filled.Pages.Client.SendAsync(request, Stop);
            Assert.Equal("br", Assert.Single(answer.Content.Headers.ContentEncoding));
            bytes += (await answer.Content.ReadAsByteArrayAsync(Stop)).Length;
        }

        Assert.InRange(bytes, 1, MostScriptBytes);
        TestContext.Current.AddAttachment("script bytes", $"{bytes}");
    }

    [Fact]
    public async Task A_head_request_gets_what_a_page_would_be_and_no_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/requests");
        using var answer = await filled.Pages.Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 1_000);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Stop));
    }
}
