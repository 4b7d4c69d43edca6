using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Overview;

/// <summary>The first page.</summary>
public sealed record OverviewModel(RowPage Requests, RowPage Week, RowPage Latency, RowPage Models, RowPage Nodes, ExplorerOptions Options)
{
    /// <summary>Null where it cannot be told now, which is not none.</summary>
    public long? Asked => Week.Problem is null ? Week.Items.Sum(bucket => bucket.Number("count")) : null;

    /// <inheritdoc cref="Asked"/>
    public long? Answered => Latency.Problem is null ? Latency.Items.Sum(bucket => bucket.Number("count")) : null;

    /// <summary>The slowest hour's median says little: this is the median of the last one in which anything was answered.</summary>
    public long? Median => Latency.Items.Count > 0 && Latency.Items[^1].Has("latency_seconds") ? Latency.Items[^1].Below("latency_seconds").Number("p50") : null;
}

internal static class OverviewLoader
{
    private const int Shown = 12;
    private const int DaysShown = 7;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var since = visit.Since(DaysShown);
        var requests = visit.Index.ListAsync("requests", Filters.None.And("limit", Shown), visit.Stop);
        var week = visit.Index.CountAsync("events/hub_requested", Filters.None.And("every", "hour").And("by", "assurance").And("block_time.ge", since), visit.Stop);
        var latency = visit.Index.CountAsync("receipts", Filters.None.And("every", "hour").And("value", "latency_seconds").And("settled_at.ge", since), visit.Stop);
        var models = visit.Index.ListAsync("versions", Filters.None.And("limit", 6), visit.Stop);
        var nodes = visit.Index.ListAsync("nodes", Filters.None.And("limit", 6), visit.Stop);
        return new Outcome.Page(
            "Overview", typeof(OverviewPage), new OverviewModel(await requests, await week, await latency, await models, await nodes, visit.Options));
    }
}
