using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Parts.Evidence;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Keys;

/// <summary>All attested keys, and the roots of trust that they lie under.</summary>
public sealed record KeyListModel(RowPage Rows, RowPage Roots, Filters Filters, long Now);

/// <summary>A key, and every word about it.</summary>
public sealed record KeyModel(Row Row, IReadOnlyList<Row> Events, KeyEvidence Evidence, long Now)
{
    /// <summary>What a key is worth now, in a word.</summary>
    public static string StandingOf(Row key, long now) =>
        key.Has("revoked_at") || key.Has("root_revoked_at") || key.Has("workload_revoked_at") || key.Has("platform_revoked_at") ? "revoked"
        : key.Has("vetoed_at") ? "vetoed"
        : key.Number("expires_at") <= now ? "expired"
        : key.Number("active_from") > now ? "not yet active"
        : "active";
}

internal static class KeyLoader
{
    private const int MostEvents = 20;

    public static async Task<Outcome> ListAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var rows = await visit.Index.ListAsync("attested_keys", filters.Copy().Without("limit").And("limit", Filters.RowsOnPage), visit.Stop);
        var roots = await visit.Index.ListAsync("events/keys_root_approved", Filters.None.And("limit", Filters.RowsOnPage), visit.Stop);
        return new Outcome.Page("Attested keys", typeof(KeyListPage), new KeyListModel(rows, roots, filters, visit.Since(0)), rows.Problem?.Status ?? StatusCodes.Status200OK);
    }

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        if (!Address.TryParse(visit.Route("address"), out var address))
            return await ToolLoader.MissingAsync(visit);
        var signer = address.ToLowerHex();
        var (row, problem) = await visit.Index.FindAsync("attested_keys", signer, visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        List<Row> events = [];
        foreach (var (table, column, value) in ((string, string, string)[])
        [
            ("keys_vetoed", "signer", signer), ("keys_revoked", "signer", signer), ("keys_root_revoked", "root_id", found.Text("root_id")),
            ("keys_workload_revoked", "workload_id", found.Text("workload_id")), ("keys_platform_revoked", "platform_id", found.Text("platform_id")),
        ])
            events.AddRange((await visit.Index.ListAsync("events/" + table, Filters.None.And(column, value).And("limit", MostEvents), visit.Stop)).Items);
        return new Outcome.Page($"Key {Parts.Show.Short(signer)}", typeof(KeyPage), new KeyModel(found, [.. events.OrderBy(told => told.Number("block_time"))], await KeyEvidence.LoadAsync(visit, found), visit.Since(0)));
    }
}
