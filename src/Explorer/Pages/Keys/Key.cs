using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Parts.Evidence;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Keys;

/// <summary>All attested keys, and the roots of trust that they lie under.</summary>
public sealed record KeyListModel(RowPage Rows, RowPage Roots, RowPage RevokedRoots, Filters Filters, long Now)
{
    /// <summary>What takes a root back; no value where nothing does.</summary>
    public Row? RevocationOf(Row root) =>
        RevokedRoots.Items.Where(revoked => revoked.Text("root_id") == root.Text("root_id")).Select(revoked => (Row?)revoked).FirstOrDefault();

    /// <summary>In a word; what cannot be told now is not taken for good.</summary>
    public string StandingOf(Row root) => RevokedRoots.Problem is not null ? "unknown" : RevocationOf(root) is null ? "approved" : "revoked";
}

/// <summary>A key, and every word about it.</summary>
public sealed record KeyModel(Row Row, IReadOnlyList<KeyEvent> Events, KeyEvidence Evidence, long Now)
{
    /// <summary>Where the floor of its kind of enclave lies now; null where none was set.</summary>
    public long? Floor { get; init; }

    /// <summary>Not all of what was taken back could be asked for now.</summary>
    public Problem? Problem { get; init; }

    /// <summary>What a key is worth now, in a word.</summary>
    public static string StandingOf(Row key, long now) =>
        key.Has("revoked_at") || key.Has("root_revoked_at") || key.Has("workload_revoked_at") || key.Has("platform_revoked_at") ? "revoked"
        // Whoever attests it anew gets a new key: this one never holds again.
        : key.Has("tcb_floor_raised_at") ? "outdated"
        : key.Has("vetoed_at") ? "vetoed"
        : key.Number("expires_at") <= now ? "expired"
        : key.Number("active_from") > now ? "not yet active"
        // It ends by and by, after an overlap that the register's terms say and no event does.
        : key.Has("successor_active_from") && key.Number("successor_active_from") <= now ? "succeeded"
        : "active";
}

/// <summary>Something that was said of a key, or of what it rests on.</summary>
public sealed record KeyEvent(string What, Row Row);

internal static class KeyLoader
{
    private const int MostEvents = 20;

    public static async Task<Outcome> ListAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var rows = await visit.Index.ListAsync("attested_keys", filters.Copy().Without("limit").And("limit", Filters.RowsOnPage), visit.Stop);
        var roots = await visit.Index.ListAsync("events/keys_root_approved", Filters.None.And("limit", Filters.RowsOnPage).AsOf(filters), visit.Stop);
        var revoked = roots.Items.Count == 0
            ? RowPage.Empty
            : await visit.Index.ListAsync("events/keys_root_revoked", Filters.None.And("root_id.in", string.Join(',', roots.Items.Select(root => root.Text("root_id")))).AsOf(filters), visit.Stop);
        return new Outcome.Page("Attested keys", typeof(KeyListPage), new KeyListModel(rows, roots, revoked, filters, visit.Since(0)), rows.Problem?.Status ?? StatusCodes.Status200OK);
    }

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        if (!Address.TryParse(visit.Route("address"), out var address))
            return await ToolLoader.MissingAsync(visit);
        var signer = address.ToLowerHex();
        var (row, problem) = await visit.Index.FindAsync("attested_keys", signer, visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        List<KeyEvent> events = [];
        Problem? missing = null;
        foreach (var (what, table, column, value) in ((string, string, string, string)[])
        [
            ("The key was vetoed", "keys_vetoed", "signer", signer), ("The veto was overruled", "keys_confirmed", "signer", signer), ("The key was revoked", "keys_revoked", "signer", signer),
            ("Its root was revoked", "keys_root_revoked", "root_id", found.Text("root_id")), ("Its workload was revoked", "keys_workload_revoked", "workload_id", found.Text("workload_id")),
            ("Its platform was revoked", "keys_platform_revoked", "platform_id", found.Text("platform_id")),
            ("The floor of its trusted base was raised", "keys_tcb_floor_raised", "tee_type", found.Text("tee_type")),
        ])
        {
            var told = await visit.Index.ListAsync("events/" + table, Filters.None.And(column, value).And("limit", MostEvents), visit.Stop);
            missing ??= told.Problem;
            events.AddRange(told.Items.Select(item => new KeyEvent(what, item)));
        }

        var floors = events.Where(told => told.Row.Has("tcb_eval")).Select(told => told.Row.Number("tcb_eval")).ToList();
        return new Outcome.Page(
            $"Key {Parts.Show.Short(signer)}", typeof(KeyPage),
            new KeyModel(found, [.. events.OrderBy(told => told.Row.Number("block_time"))], await KeyEvidence.LoadAsync(visit, found), visit.Since(0))
            {
                Floor = floors.Count == 0 ? null : floors.Max(),
                Problem = missing,
            });
    }
}
