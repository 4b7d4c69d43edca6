using Microsoft.AspNetCore.Http;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Search;

/// <summary>What was found, each with the page that it leads to.</summary>
public sealed record SearchModel(string Asked, IReadOnlyList<(Row Row, string Path)> Found, Problem? Problem);

/// <summary>Finds what an id, an address, a transaction, a block or a model's name means. Where it means one thing, that is where it leads.</summary>
internal static class SearchLoader
{
    private const int LongestName = 200;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var asked = visit.Query["q"].ToString().Trim();
        if (asked.Length is 0 or > LongestName)
            return Page(new SearchModel(asked, [], null), asked.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);
        var reply = await visit.Index.AskAsync($"/v1/search{Filters.None.And("q", asked)}", visit.Stop);
        if (reply.Problem is { } problem)
            return Page(new SearchModel(asked, [], problem), problem.Status);
        List<(Row Row, string Path)> found = [.. new Row(reply.Body).Each("items").Select(item => (item, PathOf(item)))];
        return found is [var only]
            ? new Outcome.Elsewhere(only.Path)
            : Page(new SearchModel(asked, found, null), found.Count > 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);
    }

    private static Outcome.Page Page(SearchModel model, int status) => new("Search", typeof(SearchPage), model, status);

    private static string PathOf(Row item) => item.Text("kind") switch
    {
        "requester" => "/requests?requester=" + Uri.EscapeDataString(item.Text("key")),
        var kind => $"/{kind}s/{Uri.EscapeDataString(item.Text("key"))}",
    };
}
