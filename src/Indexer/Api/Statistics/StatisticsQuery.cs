using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Statistics;

/// <summary>Which requests are told about: those that were made in a span of time, in how long parts of it, and by what they are grouped.</summary>
internal sealed record StatisticsQuery
{
    public const int MaxBuckets = 2_000;

    private const string Everything = "network";

    // The end of the year 9999: what chains tell may be anything.
    private const long LastTime = 253_402_300_799;

    /// <summary>By what there are groups, and the column that says it.</summary>
    public static IReadOnlyList<(string Name, Column Column, string Text)> Groups { get; } =
    [
        (Everything, new Column("network", ColumnKind.Integer), "0"),
        ("model", new Column("model_id", ColumnKind.Hash, true), "v.model_id"),
        ("version", new Column("version_id", ColumnKind.Hash), "r.version_id"),
        ("node", new Column("node", ColumnKind.Address, true), "s.node"),
        ("assurance", new Column("assurance", ColumnKind.Integer), "r.assurance"),
    ];

    /// <summary>How long a bucket may be, and how long it is without another word.</summary>
    public static IReadOnlyList<(string Name, long Seconds, long DefaultSpan)> Lengths { get; } = [("hour", 3_600, 48 * 3_600), ("day", 86_400, 30 * 86_400)];

    public required long Seconds { get; init; }

    /// <summary>Inclusive, in seconds of Unix time.</summary>
    public required long From { get; init; }

    /// <summary>Exclusive.</summary>
    public required long To { get; init; }

    public required (string Name, Column Column, string Text) Group { get; init; }

    public required IReadOnlyList<Condition> Conditions { get; init; }

    public bool IsGrouped => Group.Name != Everything;

    /// <summary>Whose answers, and lapses, are looked at.</summary>
    public bool IsByNode => Group.Name == "node" || Conditions.Any(condition => condition.Column == "s.node");

    private bool NeedsModels => Group.Name == "model" || Conditions.Any(condition => condition.Column == "v.model_id");

    public IReadOnlyList<string> Families => NeedsModels ? ["hub", "models"] : ["hub"];

    /// <summary>Reads a query string; false with what is wrong with it.</summary>
    /// <param name="asked">The query string.</param>
    /// <param name="now">The time of the tip, with whose bucket the span ends if nothing is said.</param>
    /// <param name="query">What was read.</param>
    /// <param name="fault">Why not.</param>
    public static bool TryParse(IQueryCollection asked, long now, [NotNullWhen(true)] out StatisticsQuery? query, [NotNullWhen(false)] out string? fault)
    {
        query = null;
        var length = Lengths.FirstOrDefault(known => known.Name == Text(asked, "every", "day"));
        var group = Groups.FirstOrDefault(known => known.Name == Text(asked, "by", Everything));
        var conditions = new List<Condition>();
        fault = length.Name is null ? $"every is one of {string.Join(", ", Lengths.Select(known => known.Name))}."
            : group.Name is null ? $"by is one of {string.Join(", ", Groups.Select(known => known.Name))}."
            : null;
        foreach (var (_, column, text) in Groups.Skip(1))
        {
            if (fault is not null || !asked.TryGetValue(column.Name, out var values))
                continue;
            if (ValueText.TryParse(column, values.ToString(), out var value, out var wrong))
                conditions.Add(new Condition(text, "=", [value]));
            else
                fault = $"{column.Name} {wrong}.";
        }

        if (fault is not null)
            return false;
        // Buckets begin at the same times whatever is asked for.
        now = Math.Min(now, LastTime);
        long to = now - (now % length.Seconds) + length.Seconds, from = 0;
        if ((asked.ContainsKey("to") && !TryTime(asked, "to", out to)) || (asked.ContainsKey("from") && !TryTime(asked, "from", out from)))
            fault = "from and to are seconds of Unix time.";
        if (!asked.ContainsKey("from"))
            from = Math.Max(0, to - length.DefaultSpan);
        // Who asks for what is newer than the tip is told that there is nothing, and not that it makes no sense.
        else if (!asked.ContainsKey("to") && from >= to)
            to = from - (from % length.Seconds) + length.Seconds;
        if (fault is null && (from >= to || (to - from) / length.Seconds >= MaxBuckets))
            fault = $"from lies before to, and between them at most {MaxBuckets} times {length.Name}: ask for less time, or for longer buckets.";
        query = new StatisticsQuery { Seconds = length.Seconds, From = from, To = to, Group = group, Conditions = conditions };
        return fault is null;
    }

    /// <summary>
    /// A row for each request that was made in the time: bucket, group, what became of it, after how many seconds it was settled, and its part of what
    /// settling took. By node, a row more for each claim that lapsed. Sorted by bucket and group.
    /// </summary>
    /// <param name="engine">Which SQL.</param>
    /// <param name="bounds">Where the requests of the time lie.</param>
    public QueryText ToText(Engine engine, TimeBounds bounds)
    {
        var failure = Convert.ToHexStringLower(HubDomain.Failure.Bytes);
        var bucket = $"r.block_time - r.block_time % {Seconds.ToString(CultureInfo.InvariantCulture)}";
        var text = new QueryText().Append(
            $"""
            SELECT {bucket} AS bucket, {Group.Text} AS grouped,
              CASE WHEN o.id IS NOT NULL THEN 2 WHEN s.output_commit = {(engine == Engine.Sqlite ? $"X'{failure}'" : $"'\\x{failure}'::BYTEA")} THEN 1 WHEN s.id IS NOT NULL THEN 0 WHEN b.id IS NOT NULL THEN 3 ELSE 5 END AS fate,
              s.block_time - r.block_time AS latency, g.gas_used / g.settlements AS gas, g.cost AS cost, g.settlements AS sharers
            FROM hub_requested r
            LEFT JOIN hub_settled s ON s.id = (SELECT MAX(x.id) FROM hub_settled x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_overturned o ON o.id = (SELECT MAX(x.id) FROM hub_overturned x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_refunded b ON b.id = (SELECT MAX(x.id) FROM hub_refunded x WHERE x.request_id = r.request_id)
            LEFT JOIN index_gas g ON g.transaction_hash = s.transaction_hash
            """);
        Model(text);
        Where(text, bounds, "");
        if (IsByNode)
        {
            // From the requests of the time to the claims on them, and not from all claims that ever lapsed, or that a node ever let: SQLite takes a cross join
            // in its order, and no index for a column with a sign before it.
            text.Append($"\nUNION ALL\nSELECT {bucket}, {Group.Text}, 4, NULL, NULL, NULL, NULL FROM hub_requested r\nCROSS JOIN hub_claim_forfeited s");
            Model(text);
            Where(text, bounds, engine == Engine.Sqlite ? "+" : "");
            text.Append(" AND s.request_id = r.request_id AND r.id = (SELECT MAX(x.id) FROM hub_requested x WHERE x.request_id = r.request_id)");
        }

        return text.Append(" ORDER BY 1, 2 NULLS FIRST");
    }

    private void Model(QueryText text)
    {
        if (NeedsModels)
            text.Append("\nLEFT JOIN models_version_published v ON v.id = (SELECT MAX(x.id) FROM models_version_published x WHERE x.version_id = r.version_id)");
    }

    private void Where(QueryText text, TimeBounds bounds, string sign)
    {
        text.Append($"\nWHERE r.id >= {text.Parameter(bounds.First)} AND r.id < {text.Parameter(bounds.End)}");
        text.Append($" AND r.block_time >= {text.Parameter(From)} AND r.block_time < {text.Parameter(To)}");
        foreach (var condition in Conditions)
            text.Append($" AND {sign}{condition.Column} = {text.Parameter(condition.Values[0])}");
    }

    private static string Text(IQueryCollection asked, string name, string other) => asked.ContainsKey(name) ? asked[name].ToString() : other;

    private static bool TryTime(IQueryCollection asked, string name, out long time) =>
        long.TryParse(asked[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out time) && time <= LastTime;
}

/// <summary>What became of a request, as its row says.</summary>
internal enum Fate
{
    /// <summary>An answer stands.</summary>
    Answered,

    /// <summary>The node said that there is no answer.</summary>
    Failed,

    /// <summary>The answer was wrong.</summary>
    Overturned,

    /// <summary>Nobody answered in time.</summary>
    Refunded,

    /// <summary>A node claimed it, and let the claim lapse.</summary>
    Lapsed,

    /// <summary>Nothing yet.</summary>
    Open,
}
