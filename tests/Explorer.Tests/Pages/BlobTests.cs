using System.Text.RegularExpressions;
using OpenGradient.Blobs;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Evidence field by field, and what is told of models: fetched, not yet, or never.</summary>
public sealed partial class BlobTests(FilledPages filled, SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    // The blocks in which models and the key are registered.
    private const int FirstBlocks = 5;

    [Fact]
    public async Task The_evidence_behind_an_attested_receipt_is_shown_field_by_field()
    {
        foreach (var path in (string[])[$"/requests/{filled.Story.Attested}", $"/keys/{filled.Story.Key}"])
        {
            var html = await filled.Pages.GetAsync(path);

            Assert.Contains("data-evidence=\"decoded\"", html, StringComparison.Ordinal);
            Assert.Equal(Convert.ToHexStringLower(Story.ReportData), Field(html, "reportData"));
            Assert.Equal("false", Field(html, "isDebug"));
            Assert.Contains("Evidence of Intel TDX: a quote of version ", html, StringComparison.Ordinal);
            foreach (var name in (string[])["teeType", "mrTd", "mrSeam", "teeTcbSvn", "rtmr0", "qeMrEnclave", "fmspc", "cpuSvn", "pceSvn"])
                Assert.NotEmpty(Field(html, name));
            Assert.Matches(Certificate(), html);
            Assert.Contains("names itself as its issuer", html, StringComparison.Ordinal);
            Assert.Contains("was checked by 2 attesters, who signed for the key", html, StringComparison.Ordinal);
            Assert.Contains("This page checks nothing of it but its hash", html, StringComparison.Ordinal);
            Assert.Contains("data-banner=\"emulated\"", html, StringComparison.Ordinal);
            Assert.Contains($"href=\"/v1/blobs/{BlobHash.Of(filled.Story.Evidence).Value}\"", html, StringComparison.Ordinal);
            Assert.Contains($"href=\"/v1/blobs/{BlobHash.Of(filled.Story.Evidence)}/content\"", html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("data-evidence", await filled.Pages.GetAsync($"/requests/{filled.Story.Good}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_that_is_here_is_no_gap_in_the_custody()
    {
        const string Gap = "The evidence itself is named by its hash, and kept elsewhere.";

        Assert.DoesNotContain(Gap, await filled.Pages.GetAsync($"/requests/{filled.Story.Attested}"), StringComparison.Ordinal);
        Assert.Contains($"\"evidence\":\"/v1/blobs/{BlobHash.Of(filled.Story.Evidence)}/content\"", await filled.Pages.GetAsync($"/v1/requests/{filled.Story.Attested}/custody"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_is_said_to_be_is_text_and_no_more()
    {
        var html = await filled.Pages.GetAsync($"/models/{Story.Model}");
        var list = await filled.Pages.GetAsync("/models");

        Assert.Contains("How likely a loan is paid back.", html, StringComparison.Ordinal);
        Assert.Contains("How likely a loan is paid back.", list, StringComparison.Ordinal);
        Assert.Contains("risk.onnx", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;window.pwned = 1&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("safe&#x27E8;U&#x2B;202E&#x27E9;exe.fdp", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window", html, StringComparison.Ordinal);
        Assert.DoesNotContain("&#x202E;", html, StringComparison.Ordinal);
        Assert.Contains("not named by its hash", await filled.Pages.GetAsync($"/models/{Story.HostileModel}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_node_is_said_to_be_is_text_and_no_more()
    {
        var html = await filled.Pages.GetAsync($"/nodes/{filled.Story.Node}");

        Assert.Contains("What its operator says of it", html, StringComparison.Ordinal);
        Assert.Contains("Two cards under a desk.", html, StringComparison.Ordinal);
        Assert.Contains("basement safe&#x27E8;U&#x2B;202E&#x27E9;exe.fdp", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;window.pwned = 1&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window", html, StringComparison.Ordinal);
        Assert.DoesNotContain("&#x202E;", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/v1/blobs/{BlobHash.Of(Story.NodeDescription)}\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_source_pages_say_so()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync(filled.Story.Blocks.Take(FirstBlocks));

        Assert.Contains("No source of blobs is configured here", await pages.GetAsync($"/keys/{filled.Story.Key}"), StringComparison.Ordinal);
        Assert.Contains("No source of blobs is configured here", await pages.GetAsync($"/models/{Story.Model}"), StringComparison.Ordinal);
        Assert.Contains("No source of blobs is configured here", await pages.GetAsync($"/nodes/{filled.Story.Node}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_not_come_yet_is_said_with_the_reason_and_shown_once_it_came()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync(), blobs: true);
        await pages.MineAsync(filled.Story.Blocks.Take(FirstBlocks));
        await pages.FetchAsync();

        var key = await pages.GetAsync($"/keys/{filled.Story.Key}");
        Assert.Contains("It has not been had yet, and is tried again. folder 1 does not have it.", key, StringComparison.Ordinal);
        Assert.Contains("data-evidence=\"none\"", key, StringComparison.Ordinal);
        Assert.Contains("data-blob=\"waiting\"", await pages.GetAsync($"/models/{Story.Model}"), StringComparison.Ordinal);

        await pages.PublishAsync(filled.Story.Evidence, Story.Description);
        await pages.FetchAsync();
        Assert.Contains("data-evidence=\"decoded\"", await pages.GetAsync($"/keys/{filled.Story.Key}"), StringComparison.Ordinal);
        Assert.Contains("How likely a loan is paid back.", await pages.GetAsync($"/models/{Story.Model}"), StringComparison.Ordinal);
    }

    private static string Field(string html, string name)
    {
        var match = Regex.Match(html, $"data-field=\"{name}\"><dt>{name}</dt><dd><code>([^<]*)</code>", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, name);
        return match.Groups[1].Value;
    }

    [GeneratedRegex("data-label=\"Until\"><time datetime=\"20", RegexOptions.None, 1000)]
    private static partial Regex Certificate();
}
