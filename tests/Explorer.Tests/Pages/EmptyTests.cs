using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Pages of a chain on which nothing has happened, and of an index that is not ready.</summary>
public sealed class EmptyTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Where_nothing_has_happened_every_page_says_what_is_missing()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync([[]]);
        foreach (var (path, said) in ((string, string)[])
        [
            ("/", "No request has been made yet."), ("/requests", "No request has been made yet."), ("/models", "No model has been published yet."), ("/nodes", "No node has registered yet."),
            ("/keys", "No key has been attested yet."), ("/challenges", "No answer has been challenged yet."), ("/statistics", "Nothing in this time."), ("/operator", "No relayer is named here."),
            ("/search", "Give the id of a request"),
        ])
        {
            var html = await pages.GetAsync(path);
            Assert.Contains(said, html, StringComparison.Ordinal);
            Assert.DoesNotContain("data-banner=", html, StringComparison.Ordinal);
        }

        Assert.Contains("Nothing is called or numbered", await pages.GetAsync("/search?q=anything", 404), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_page_looked_at_as_many_rows_as_it_may_it_says_that_there_are_others()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync(), lookedRows: 2);
        var story = await Story.TellAsync();
        await pages.MineAsync(story.Blocks);
        for (ulong i = 100; i < 103; i++)
            await pages.MineAsync([(await Story.AskAsync(i)).Blocks[0]]);

        foreach (var (path, said) in ((string, string)[])
        [
            ("/requests?fee=7", "older"), ("/requests?fee=7&order=asc", "newer"), ("/models?name=nobody", "older"), ("/models?name=nobody&order=asc", "newer"),
        ])
        {
            var html = await pages.GetAsync(path);
            Assert.Contains($"None among those that were looked at. There are {said} ones.", html, StringComparison.Ordinal);
            Assert.Contains($">{said}</a>", html, StringComparison.OrdinalIgnoreCase);
        }

        var node = await pages.GetAsync($"/nodes/{story.Node}");
        // Its answers are found by their node, however many requests others answered since.
        Assert.Contains("data-label=\"Answered\"", node, StringComparison.Ordinal);
        Assert.DoesNotContain("It has answered nothing yet.", node, StringComparison.Ordinal);
        Assert.Equal(Filters.RowsOnPage, node.Split("href=\"/requests/0x").Length - 1);
        Assert.Contains($"<a href=\"/requests?node={story.Node.ToLowerHex()}\">Older ones</a>", node, StringComparison.Ordinal);
        Assert.Contains("No model is like that.", await pages.GetAsync($"/models?model_id={Story.Named("nobody")}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_index_is_filled_in_pages_say_so_and_stand()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync(), isIndexed: false);
        await pages.MineAsync([[]]);

        Assert.Contains("is still being filled in", await pages.GetAsync("/requests", 503), StringComparison.Ordinal);
        Assert.Contains("is still being filled in", await pages.GetAsync("/"), StringComparison.Ordinal);
        Assert.Contains("is still being filled in", await pages.GetAsync($"/requests/{Story.Model}", 503), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_anything_is_indexed_there_are_pages()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());

        Assert.Contains("Nothing is indexed yet", await pages.GetAsync("/"), StringComparison.Ordinal);
    }
}
