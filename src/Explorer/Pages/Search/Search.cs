using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Search;

/// <summary>Models whose names begin like that.</summary>
public sealed record SearchModel(string Asked, RowPage Models);

/// <summary>Finds what an id, an address or a model's name means. Where it means one thing, that is where it leads.</summary>
internal static class SearchLoader
{
    private const int LongestName = 200;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var asked = visit.Query["q"].ToString().Trim();
        if (Hash32.TryParse(asked, out var id) && await FindAsync(visit, id.ToString(), ("requests", "requests"), ("versions", "versions"), ("models", "models")) is { } thing)
            return thing;
        if (Address.TryParse(asked, out var address))
        {
            var account = address.ToLowerHex();
            if (await FindAsync(visit, account, ("nodes", "nodes"), ("attested_keys", "keys")) is { } one)
                return one;
            var requests = await visit.Index.ListAsync("requests", Filters.None.And("requester", account).And("limit", 1), visit.Stop);
            if (requests.Items.Count > 0)
                return new Outcome.Elsewhere($"/requests?requester={account}");
        }

        // A prefix is what lies between it and the last letter there is.
        var models = asked.Length is 0 or > LongestName
            ? RowPage.Empty
            : await visit.Index.ListAsync("models", Filters.None.And("name.ge", asked).And("name.lt", asked + "\U0010FFFF").And("limit", Filters.RowsOnPage), visit.Stop);
        return models.Items is [var only]
            ? new Outcome.Elsewhere($"/models/{only.Text("model_id")}")
            : new Outcome.Page("Search", typeof(SearchPage), new SearchModel(asked, models), models.Items.Count > 0 || asked.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);
    }

    private static async Task<Outcome?> FindAsync(Visit visit, string key, params (string Resource, string Page)[] places)
    {
        foreach (var (resource, page) in places)
        {
            if ((await visit.Index.FindAsync(resource, key, visit.Stop)).Row is not null)
                return new Outcome.Elsewhere($"/{page}/{key}");
        }

        return null;
    }
}
