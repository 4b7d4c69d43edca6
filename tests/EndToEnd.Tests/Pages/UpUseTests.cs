using Microsoft.Playwright;
using OpenGradient.Contracts.Hub;
using OpenGradient.Explorer.Tests.Browser;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>What people do on the pages, while nodes answer.</summary>
[Collection(UpSystem.Shared)]
public sealed class UpUseTests(UpSystem up, Chromium chromium)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/requests", 1)]
    [InlineData("/", 2)]
    public async Task A_request_that_is_made_now_shows_up_and_is_answered_before_the_readers_eyes(string path, ulong seed)
    {
        await using var window = await chromium.OpenAsync(up);
        await window.GoAsync(path);
        await window.Page.Locator("[data-live-sign][data-on]").WaitForAsync();
        await window.Page.EvaluateAsync("window.isSamePage = true");

        var request = await up.AskAsync(seed);

        var row = window.Page.Locator($"tr:has(a[title='{request}'])");
        await Assertions.Expect(row).ToContainTextAsync("settled");
        Assert.True(await window.Page.EvaluateAsync<bool>("window.isSamePage === true"));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_search_leads_to_whatever_is_named_or_numbered()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.StatusAsync("/");
        var request = up.RequestOf(Assurance.Signed);
        var (node, version) = (up.Report.Nodes[0].Address, up.Report.Models[0].VersionId);
        var (model, key) = ((await up.ItemsAsync("/v1/models?name=digits-cnn"))[0].GetProperty("model_id").GetString(), await UpPageList.FirstAsync(up, "attested_keys", "signer"));
        var (block, transaction) = ((await UpPageList.FirstAsync(up, "events/hub_settled", "id")).Split('-')[0], await UpPageList.FirstAsync(up, "events/hub_settled", "transaction_hash"));
        foreach (var (asked, place) in ((string, string)[])
        [
            (request, $"/requests/{request}"), (version, $"/versions/{version}"), (node, $"/nodes/{node}"), (key, $"/keys/{key}"), ($"{model}", $"/models/{model}"), ("digits-cnn", $"/models/{model}"),
            (block, $"/blocks/{block}"), (transaction, $"/transactions/{transaction}"), (up.Owner.ToString(), $"/requests?requester={up.Owner}"),
        ])
        {
            await window.Page.FillAsync(".search input", asked);
            await window.Page.PressAsync(".search input", "Enter");
            await window.Page.WaitForURLAsync(address => new Uri(address).PathAndQuery.Equals(place, StringComparison.OrdinalIgnoreCase));
            Assert.Equal(1, await window.Page.Locator("h1").CountAsync());
        }

        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Exports_have_the_rows_that_there_are()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.GoAsync("/requests?stage=settled");
        var list = await DownloadedAsync(window, "main a:text-is('CSV')");
        await window.GoAsync("/exports");
        var events = await DownloadedAsync(window, "a[href='/v1/events/hub_settled/export?format=jsonl']");

        var settled = await up.CountAsync("SELECT COUNT(*) FROM requests WHERE stage = 'settled'");
        Assert.True(settled > 10);
        Assert.Equal(settled, list.Length - 1);
        Assert.StartsWith("id,requested_at,request_id,", list[0], StringComparison.Ordinal);
        Assert.Contains(list, line => line.Contains(up.RequestOf(Assurance.Signed), StringComparison.OrdinalIgnoreCase));
        Assert.Equal(await up.CountAsync("SELECT COUNT(*) FROM hub_settled"), events.Length);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_question_in_sql_is_answered_on_the_page()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.GoAsync("/sql");
        await Assertions.Expect(window.Page.Locator("form.sql button")).ToBeEnabledAsync();
        await window.Page.FillAsync("#sql", "SELECT name FROM models ORDER BY name");
        await window.Page.PressAsync("#sql", "Control+Enter");

        await Assertions.Expect(window.Page.Locator("[data-sql-result] tbody tr")).ToHaveCountAsync(up.Report.Models.Select(model => model.Name).Distinct(StringComparer.Ordinal).Count());
        await Assertions.Expect(window.Page.Locator("[data-sql-result] tbody")).ToContainTextAsync("volatility-integer");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_operators_page_shows_every_node_that_runs_here()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.GoAsync("/operator");

        Assert.Equal(up.Report.Nodes.Count, await window.Page.Locator("section.relayer").CountAsync());
        foreach (var node in up.Report.Nodes)
            await Assertions.Expect(window.Page.Locator($"section.relayer:has-text('{new Uri(node.Page).Authority}') table").First).ToBeVisibleAsync();
    }

    private static async Task<string[]> DownloadedAsync(Window window, string link)
    {
        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.ClickAsync(link));
        return await File.ReadAllLinesAsync(await download.PathAsync(), Stop);
    }
}
