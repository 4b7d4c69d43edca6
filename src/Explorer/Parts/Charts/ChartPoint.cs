using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Parts.Charts;

/// <summary>Where a chart's lines are at one time; null where they have no value.</summary>
public sealed record ChartPoint(long Seconds, IReadOnlyList<double?> Values)
{
    /// <summary>Buckets by one column as points, a line for each of its values.</summary>
    public static IReadOnlyList<ChartPoint> ByColumn(RowPage buckets, string column, IReadOnlyList<string> values) =>
    [
        .. buckets.Items.GroupBy(bucket => bucket.Number("from")).OrderBy(group => group.Key).Select(group => new ChartPoint(
            group.Key, [.. values.Select(value => (double?)group.Where(bucket => bucket.Text(column) == value).Sum(bucket => bucket.Number("count")))])),
    ];
}
