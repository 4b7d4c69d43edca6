using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.IndexerClient;

/// <summary>How well the requests of some time were answered.</summary>
/// <param name="Items">Ascending by time, and of each time a group or several.</param>
/// <param name="AsOfBlock">The block that the answer is of.</param>
public sealed record StatisticsList(IReadOnlyList<StatisticsItem> Items, ulong AsOfBlock)
{
    internal static StatisticsList Of(JsonElement json) => new(
        [.. json.GetProperty("items").EnumerateArray().Select(StatisticsItem.Of)], json.GetProperty("as_of").GetProperty("block").GetUInt64());
}

/// <summary>The requests that were made in one span of time, of one group.</summary>
/// <param name="From">The beginning, in seconds of Unix time.</param>
/// <param name="GroupBy">The name of what there are groups by, such as <c>node</c>; null without groups.</param>
/// <param name="Group">The group; null without groups, and for what is in none.</param>
/// <param name="Asked">How many were made.</param>
/// <param name="Answered">An answer stands.</param>
/// <param name="Failed">The node said that there is no answer.</param>
/// <param name="Overturned">The answer was wrong.</param>
/// <param name="Refunded">Nobody answered in time.</param>
/// <param name="Lapsed">Claims that the node let lapse; null where groups are no nodes.</param>
/// <param name="Open">Nothing is decided yet.</param>
/// <param name="SuccessRate">Answered of all that are decided; null where nothing is.</param>
/// <param name="LatencySeconds">From a request to its answer; null where there is none.</param>
/// <param name="Gas">What settling took, as far as it is known; null where nothing is.</param>
/// <param name="CostWei">What was paid for that gas; null where that is not known.</param>
public sealed record StatisticsItem(
    long From, string? GroupBy, string? Group, long Asked, long Answered, long Failed, long Overturned, long Refunded, long? Lapsed, long Open, decimal? SuccessRate,
    StatisticsFigures? LatencySeconds, StatisticsFigures? Gas, UInt256? CostWei)
{
    private static readonly string[] Groups = ["model_id", "version_id", "node", "assurance"];

    internal static StatisticsItem Of(JsonElement json)
    {
        var by = Groups.FirstOrDefault(name => json.TryGetProperty(name, out _));
        return new StatisticsItem(
            Number("from"), by, by is not null && json.GetProperty(by) is { ValueKind: not JsonValueKind.Null } group ? group.ToString() : null, Number("asked"), Number("answered"),
            Number("failed"), Number("overturned"), Number("refunded"), json.TryGetProperty("lapsed", out var lapsed) ? lapsed.GetInt64() : null, Number("open"),
            json.GetProperty("success_rate") is { ValueKind: JsonValueKind.Number } rate ? rate.GetDecimal() : null,
            StatisticsFigures.Of(json.GetProperty("latency_seconds")), StatisticsFigures.Of(json.GetProperty("gas")),
            json.GetProperty("gas") is { ValueKind: JsonValueKind.Object } gas && gas.GetProperty("cost_wei").GetString() is { } cost ? UInt256.Parse(cost) : null);

        long Number(string name) => json.GetProperty(name).GetInt64();
    }
}

/// <summary>Figures of some values.</summary>
public sealed record StatisticsFigures(long Count, UInt256 Sum, long Min, long P50, long P95, long P99, long Max)
{
    internal static StatisticsFigures? Of(JsonElement json)
    {
        return json.ValueKind == JsonValueKind.Null ? null : new StatisticsFigures(
            Number("count"), UInt256.Parse(json.GetProperty("sum").GetString()!), Number("min"), Number("p50"), Number("p95"), Number("p99"), Number("max"));

        long Number(string name) => json.GetProperty(name).GetInt64();
    }
}
