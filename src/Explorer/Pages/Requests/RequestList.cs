using Microsoft.AspNetCore.Http;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Requests;

/// <summary>Requests, by the filters of the API.</summary>
public sealed record RequestListModel(RowPage Rows, Filters Filters, ExplorerOptions Options)
{
    public static IReadOnlyList<string> Stages { get; } = ["open", "claimed", "sealing", "settled", "contested", "upheld", "overturned", "refunded"];

    /// <summary>What an export of the same takes.</summary>
    public Filters Exported(string format) => Filters.Copy().Without("cursor").Without("limit").Without("order").And("format", format);
}

internal static class RequestListLoader
{
    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var asked = filters.Find("limit") is null ? filters.Copy().And("limit", Filters.RowsOnPage) : filters;
        var rows = await visit.Index.ListAsync("requests", asked, visit.Stop);
        return new Outcome.Page(
            "Requests", typeof(RequestListPage), new RequestListModel(rows, filters, visit.Options), rows.Problem?.Status ?? StatusCodes.Status200OK);
    }
}
