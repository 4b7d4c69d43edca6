using System.Numerics;
using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Parts.Evidence;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Models;

/// <summary>All models.</summary>
public sealed record ModelListModel(RowPage Rows, Filters Filters);

/// <summary>A model and its versions.</summary>
public sealed record ModelModel(Row Row, RowPage Versions, RowPage Requests, Usage Usage, FetchedBlob? Description, ExplorerOptions Options);

/// <summary>What was asked and answered, by day.</summary>
public sealed record Usage(RowPage Asked, RowPage Answered, RowPage Latency)
{
    public static Usage None { get; } = new(RowPage.Empty, RowPage.Empty, RowPage.Empty);

    /// <summary>Of answers that stand: of a failure only a part is paid, and what was overturned earned nothing. Null where it cannot be told now.</summary>
    public BigInteger? Fees => Answered.Problem is not null ? null : Answered.Items.Aggregate(BigInteger.Zero, (sum, bucket) => sum + bucket.Below("fee").Amount("sum"));

    internal static async Task<Usage> LoadAsync(Visit visit, string column, string values, long since)
    {
        var asked = visit.Index.CountAsync(
            "requests", Filters.None.And("every", "day").And("by", "assurance").And(column, values).And("requested_at.ge", since), visit.Stop);
        var answered = visit.Index.CountAsync(
            "receipts", Filters.None.And("every", "day").And("value", "fee").And(column, values).And("settled_at.ge", since).AnswersThatStand(), visit.Stop);
        // A failure comes fast, and says nothing of how long an answer takes.
        var latency = visit.Index.CountAsync(
            "receipts", Filters.None.And("every", "day").And("value", "latency_seconds").And(column, values).And("settled_at.ge", since).And("is_failure", "false"), visit.Stop);
        return new Usage(await asked, await answered, await latency);
    }
}

internal static class ModelLoader
{
    private const int MostVersions = 100;
    private const int DaysShown = 30;

    public static async Task<Outcome> ListAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var rows = await visit.Index.ListAsync("models", filters.Copy().Without("limit").And("limit", Filters.RowsOnPage), visit.Stop);
        return new Outcome.Page("Models", typeof(ModelListPage), new ModelListModel(rows, filters), rows.Problem?.Status ?? StatusCodes.Status200OK);
    }

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        if (!Hash32.TryParse(visit.Route("id"), out var id))
            return await ToolLoader.MissingAsync(visit);
        var (row, problem) = await visit.Index.FindAsync("models", id.ToString(), visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        var versions = await visit.Index.ListAsync("versions", Filters.None.And("model_id", id.ToString()).And("limit", MostVersions), visit.Stop);
        // A model without a version has none that were asked, either.
        var ids = string.Join(',', versions.Items.Select(version => version.Text("version_id")));
        var requests = ids.Length == 0
            ? RowPage.Empty
            : await visit.Index.ListAsync("requests", Filters.None.And("version_id.in", ids).And("limit", Filters.RowsOnPage), visit.Stop);
        var usage = ids.Length == 0 ? Usage.None : await Usage.LoadAsync(visit, "version_id.in", ids, visit.Since(DaysShown));
        return new Outcome.Page($"Model {Parts.Show.Strangers(found.Text("name"), 40)}", typeof(ModelPage), new ModelModel(found, versions, requests, usage, await FetchedBlob.LoadNamedAsync(visit, found.Text("metadata_uri")), visit.Options));
    }
}
