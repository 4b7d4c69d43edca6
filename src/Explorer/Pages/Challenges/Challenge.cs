using Microsoft.AspNetCore.Http;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Challenges;

/// <summary>Cases before the court.</summary>
public sealed record ChallengeListModel(RowPage Rows, Filters Filters, ExplorerOptions Options);

internal static class ChallengeLoader
{
    public static async Task<Outcome> ListAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var rows = await visit.Index.ListAsync("challenges", filters.Copy().Without("limit").And("limit", Filters.RowsOnPage), visit.Stop);
        return new Outcome.Page("Challenges", typeof(ChallengeListPage), new ChallengeListModel(rows, filters, visit.Options), rows.Problem?.Status ?? StatusCodes.Status200OK);
    }
}
