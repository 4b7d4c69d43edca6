using System.Numerics;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Parts.Charts;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Statistics;

/// <summary>Figures over some time, by time, by model and by node.</summary>
public sealed record StatisticsModel(
    int Days, RowPage Asked, RowPage Became, RowPage Latency, RowPage Fees, RowPage ByVersion, RowPage ByNode, IReadOnlyDictionary<string, Row> Versions, ExplorerOptions Options)
{
    private static readonly string[] Fates = ["answered", "failed", "overturned", "refunded"];

    public static IReadOnlyList<int> Spans { get; } = [1, 7, 30, 90];

    /// <summary>Of a hundred requests that are decided, how many were answered; no value where none is decided yet.</summary>
    public IReadOnlyList<ChartPoint> SuccessPoints =>
        [.. Became.Items.Select(bucket => new ChartPoint(bucket.Number("from"), [DecidedOf(bucket) is > 0 and var decided ? 100.0 * bucket.Number("answered") / decided : null]))];

    /// <summary>Of the whole time.</summary>
    public long Answered => Became.Items.Sum(bucket => bucket.Number("answered"));

    /// <inheritdoc cref="Answered"/>
    public long Decided => Became.Items.Sum(DecidedOf);

    /// <inheritdoc cref="Answered"/>
    public long Open => Became.Items.Sum(bucket => bucket.Number("open"));

    public IReadOnlyList<ChartPoint> LatencyPoints =>
        [.. Latency.Items.Select(bucket => new ChartPoint(bucket.Number("from"), [Of(bucket, "p50"), Of(bucket, "p95"), Of(bucket, "p99")]))];

    public IReadOnlyList<ChartPoint> FeePoints =>
        [.. Fees.Items.Select(bucket => new ChartPoint(bucket.Number("from"), [(double)bucket.Below("fee").Amount("sum") / Math.Pow(10, Options.TokenDecimals)]))];

    /// <summary>Buckets by one column, summed over the time.</summary>
    public static IReadOnlyList<(string Key, long Count, BigInteger Sum)> Totals(RowPage buckets, string column, string value) =>
    [
        .. buckets.Items.GroupBy(bucket => bucket.Text(column), StringComparer.Ordinal)
            .Select(group => (group.Key, group.Sum(bucket => bucket.Number("count")), group.Aggregate(BigInteger.Zero, (sum, bucket) => sum + bucket.Below(value).Amount("sum"))))
            .OrderByDescending(total => total.Item2).ThenBy(total => total.Key, StringComparer.Ordinal).Take(20),
    ];

    private static long DecidedOf(Row bucket) => Fates.Sum(fate => bucket.Number(fate));

    private static double? Of(Row bucket, string figure) => bucket.Has("latency_seconds") ? bucket.Below("latency_seconds").Number(figure) : null;
}

internal static class StatisticsLoader
{
    private const int DefaultDays = 7;
    private const int HourlyUpTo = 7;
    private const int MostVersions = 500;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var days = int.TryParse(visit.Query["days"], out var asked) && StatisticsModel.Spans.Contains(asked) ? asked : DefaultDays;
        var (since, every) = (visit.Since(days), days <= HourlyUpTo ? "hour" : "day");
        var requests = visit.Index.CountAsync("events/hub_requested", Over("block_time").And("every", every).And("by", "assurance"), visit.Stop);
        var became = visit.Index.StatisticsAsync(Filters.None.And("every", every).And("from", since), visit.Stop);
        var latency = visit.Index.CountAsync("receipts", Over("settled_at").And("every", every).And("value", "latency_seconds"), visit.Stop);
        var fees = visit.Index.CountAsync("receipts", Over("settled_at").And("every", every).And("value", "fee"), visit.Stop);
        var byVersion = visit.Index.CountAsync("receipts", Over("settled_at").And("every", "week").And("value", "fee").And("by", "version_id"), visit.Stop);
        var byNode = visit.Index.CountAsync("receipts", Over("settled_at").And("every", "week").And("value", "fee").And("by", "node"), visit.Stop);
        var versions = visit.Index.ListAsync("versions", Filters.None.And("limit", MostVersions), visit.Stop);
        return new Outcome.Page("Statistics", typeof(StatisticsPage), new StatisticsModel(
            days, await requests, await became, await latency, await fees, await byVersion, await byNode,
            (await versions).Items.ToDictionary(version => version.Text("version_id"), StringComparer.Ordinal), visit.Options));

        Filters Over(string column) => Filters.None.And(column + ".ge", since);
    }
}
