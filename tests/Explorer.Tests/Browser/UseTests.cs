using System.Text.Json;
using Microsoft.Playwright;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Browser;

/// <summary>What people do on the pages.</summary>
public sealed class UseTests(FilledPages filled, Chromium chromium, SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_request_shows_up_by_itself_and_then_its_answer()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync([[]]);
        await using var window = await chromium.OpenAsync(pages.Address);
        await window.GoAsync("/requests");
        await window.Page.Locator("[data-live-sign][data-on]").WaitForAsync();
        var (id, blocks) = await Story.AskAsync(77);

        await pages.MineAsync([blocks[0]]);
        var row = window.Page.Locator($"tr:has(a[title='{id}'])");
        await Assertions.Expect(row).ToContainTextAsync("open");
        await pages.MineAsync([blocks[1]]);
        await Assertions.Expect(row).ToContainTextAsync("settled");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_search_leads_to_requests_nodes_keys_requesters_blocks_transactions_and_models()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Good}");
        var transaction = (await window.Page.Locator("li:has(h3:text-is('Asked and paid for')) a[href^='/transactions/']").GetAttributeAsync("href"))!.Split('/')[^1];
        await window.GoAsync("/");
        foreach (var (asked, place) in ((string, string)[])
        [
            ($"{filled.Story.Good}", $"/requests/{filled.Story.Good}"), ($"{Story.Version}", $"/versions/{Story.Version}"), ($"{filled.Story.Node}", $"/nodes/{filled.Story.Node.ToLowerHex()}"),
            ($"{filled.Story.Key}", $"/keys/{filled.Story.Key.ToLowerHex()}"), ($"{Story.Requester}", $"/requests?requester={Story.Requester.ToLowerHex()}"), ("credit", $"/models/{Story.Model}"),
            ("9", "/blocks/9"), (transaction, $"/transactions/{transaction}"),
        ])
        {
            await window.Page.FillAsync(".search input", asked);
            await window.Page.PressAsync(".search input", "Enter");
            await window.Page.WaitForURLAsync("**" + place);
        }

        await window.GoAsync($"/transactions/{transaction}");
        await Assertions.Expect(window.Page.Locator(".timeline")).ToContainTextAsync("Asked and paid for");

        await window.Page.FillAsync(".search input", "no such thing <b>");
        await window.Page.PressAsync(".search input", "Enter");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nothing is called or numbered “no such thing <b>”.");
    }

    [Fact]
    public async Task An_export_is_downloaded_with_the_filter_of_the_list()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync("/requests?stage=overturned");
        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.ClickAsync("main a:has-text('CSV')"));

        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), Stop);
        Assert.Equal("requests.csv", download.SuggestedFilename);
        Assert.Equal(2, lines.Length);
        Assert.Contains(filled.Story.Overturned.ToString(), lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_in_sql_is_answered_and_one_that_changes_something_is_refused()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync("/sql");
        await Assertions.Expect(window.Page.Locator("form.sql button")).ToBeEnabledAsync();
        await window.Page.FillAsync("#sql", $"SELECT name FROM models WHERE model_id IN (x'{Hex.Encode(Story.Model.Bytes)[2..]}', x'{Hex.Encode(Story.HostileModel.Bytes)[2..]}') ORDER BY name");
        await window.Page.PressAsync("#sql", "Control+Enter");
        await Assertions.Expect(window.Page.Locator("[data-sql-result] tbody")).ToContainTextAsync(Story.Markup);
        await Assertions.Expect(window.Page.Locator("[data-sql-status]")).ToContainTextAsync("2 rows");
        Assert.Empty(window.Complaints);

        await window.Page.FillAsync("#sql", "DELETE FROM models_created");
        await window.Page.ClickAsync("form.sql button");
        await Assertions.Expect(window.Page.Locator("[data-sql-status]")).ToContainTextAsync("The request makes no sense.");
        Assert.Equal(0, await window.Page.Locator("[data-sql-result] table").CountAsync());
    }

    [Fact]
    public async Task A_page_is_walked_by_keys_alone()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync("/requests");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("To the page's content", await FocusedAsync());
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("stage", await window.Page.EvaluateAsync<string>("document.activeElement.name"));

        await window.Page.Locator("h1").ClickAsync();
        await window.Page.Keyboard.PressAsync("/");
        Assert.Equal("q", await window.Page.EvaluateAsync<string>("document.activeElement.name"));
        await window.Page.Keyboard.TypeAsync("a/b");
        Assert.Equal("a/b", await window.Page.InputValueAsync(".search input"));
        List<string> walked = [];
        for (var i = 0; i < 10; i++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            walked.Add(await FocusedAsync());
            Assert.NotEqual("none", await window.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"), StringComparer.Ordinal);
        }

        Assert.Equal("Overview Requests Models Nodes Keys Challenges Statistics SQL Exports Verify", string.Join(' ', walked));

        Task<string> FocusedAsync() => window.Page.EvaluateAsync<string>("document.activeElement.textContent");
    }

    [Fact]
    public async Task Charts_are_drawn_and_their_figures_stand_below()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync("/statistics?days=1");
        await Assertions.Expect(window.Page.Locator("[data-plot] canvas")).ToHaveCountAsync(4);
        await window.Page.ClickAsync("figure summary >> nth=0");
        await Assertions.Expect(window.Page.Locator("figure >> nth=0")).ToContainTextAsync("Attested");
        var sum = await window.Page.EvaluateAsync<int>("[...document.querySelectorAll('figure:first-of-type td[data-y]')].slice(0).reduce((sum, cell) => sum + Number(cell.dataset.y), 0)");
        Assert.Equal(40, sum);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task How_many_were_answered_is_drawn_on_a_scale_up_to_a_hundred()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync("/statistics?days=1");
        var figure = window.Page.Locator("figure[data-most='100']");
        await Assertions.Expect(figure.Locator("[data-plot] canvas")).ToHaveCountAsync(1);
        await figure.ScrollIntoViewIfNeededAsync();
        await window.PictureAsync("success-rate");

        // Something is drawn in the line's colour, and near the top: 97 of a hundred.
        var ink = await figure.EvaluateAsync<double>(
            """
            (figure) => {
              const canvas = figure.querySelector('canvas');
              const { width, height } = canvas;
              const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
              const colour = getComputedStyle(document.documentElement).getPropertyValue('--one').trim();
              const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
              for (let y = 0; y < height; y++) {
                for (let x = 0; x < width; x++) {
                  const at = 4 * (y * width + x);
                  if (wanted.every((part, i) => Math.abs(part - pixels[at + i]) < 8) && pixels[at + 3] > 200) {
                    return y / height;
                  }
                }
              }
              return -1;
            }
            """);
        Assert.InRange(ink, 0.01, 0.3);
        await figure.Locator("summary").ClickAsync();
        await Assertions.Expect(figure.Locator("td[data-y]")).ToHaveTextAsync("97.44");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Evidence_is_read_field_by_field_and_its_bytes_are_downloaded()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Attested}");
        await Assertions.Expect(window.Page.Locator("[data-field='reportData'] code")).ToHaveTextAsync(Convert.ToHexStringLower(Story.ReportData));
        await Assertions.Expect(window.Page.Locator("[data-evidence] tbody tr")).ToHaveCountAsync(3);
        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.ClickAsync("[data-evidence] a:has-text('its bytes')"));

        Assert.Equal(filled.Story.Evidence, await File.ReadAllBytesAsync(await download.PathAsync(), Stop));
        Assert.EndsWith(".bin", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task What_a_stranger_called_a_model_runs_nothing_and_turns_nothing()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        foreach (var path in (string[])["/models", $"/models/{Story.HostileModel}", $"/models/{Story.LongModel}", $"/models/{Story.Model}", "/", $"/nodes/{filled.Story.Node}", $"/requests/{filled.Story.Attested}"])
        {
            await window.GoAsync(path);
            Assert.Equal(JsonValueKind.Undefined, (await window.Page.EvaluateAsync("typeof window.pwned === 'undefined' ? undefined : window.pwned"))?.ValueKind ?? JsonValueKind.Undefined);
            Assert.DoesNotContain('\u202E', await window.Page.ContentAsync());
            Assert.Equal(0, await window.Page.Locator("a[href^='javascript:'], img[src='x'], [onmouseover]").CountAsync());
        }

        await window.GoAsync($"/models/{Story.HostileModel}");
        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("<script>window.pwned");
        Assert.Empty(window.Complaints);
    }
}
