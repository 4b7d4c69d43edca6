using OpenGradient.Database;
using OpenGradient.Indexer.Api.Statistics;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>
/// The same question with what is known beforehand of where its rows are. Rows lie in the order of blocks, and no index has their time: a span of time becomes one of
/// ids. What a view puts together from other events no index has either: where few of those events are so, its rows are found from there.
/// </summary>
internal static class NearRows
{
    /// <summary>Up to so many events the rows are found from them; where there are more, going through the rows soon finds a page of them.</summary>
    public const int FewEvents = 10_000;

    /// <summary>A question with the same answer as another, in the same session: for whether an answer can change the other one is to be asked.</summary>
    public static async Task<ListQuery> OfAsync(DatabaseSession session, ListQuery query)
    {
        var conditions = new List<Condition>(query.Conditions);
        if (SpanOf(query) is { } span)
            await AddAsync(session, query.Resource, span, conditions);
        var shortcuts = new List<(Shortcut, object?)>();
        foreach (var shortcut in query.Resource.View?.Shortcuts ?? [])
        {
            if (query.Conditions.FirstOrDefault(condition => Fits(shortcut, condition)) is { } fitting && await HasFewAsync(session, shortcut, fitting.Values[0]))
                shortcuts.Add((shortcut, shortcut.Value is null ? fitting.Values[0] : null));
        }

        return query with { Conditions = conditions, Shortcuts = shortcuts, Engine = session.Engine };
    }

    /// <summary>
    /// The same question of so many rows, from where its list begins, where no index leads to a page of them in order: else one that wants few, or none, would go through
    /// all. Where some of its conditions are of one value that an index leads to, they are rows with the one of those values whose rows reach furthest.
    /// </summary>
    public static async Task<ListQuery> WithinAsync(DatabaseSession session, ListQuery query, int mostRows)
    {
        var looks = Looks.Of(query, mostRows);
        if (looks.Ways.Count == 0)
            return looks.Query;
        (ListQuery Query, long Beyond)? furthest = null;
        foreach (var way in looks.Ways)
        {
            await using var command = looks.BeyondOf(way).ToCommand(session);
            if (await command.ExecuteScalarAsync(session.Cancellation) is not long beyond)
                return looks.By(way);
            if (furthest is not { } other || (query.Descending ? beyond < other.Beyond : beyond > other.Beyond))
                furthest = (looks.By(way), beyond);
        }

        return furthest!.Value.Query with { Beyond = furthest.Value.Beyond };
    }

    // From the first time on, and before the second; null for no bound.
    private static (long? From, long? To)? SpanOf(ListQuery query)
    {
        long? from = null, to = null;
        foreach (var condition in query.Conditions.Where(condition => condition.Column == query.Resource.TimeColumn && condition.Values.Count > 0))
        {
            long least = condition.Values.Min(value => (long)value), most = condition.Values.Max(value => (long)value);
            if (condition.Operator is "=" or "IN" or ">=" or ">")
                from = Math.Max(from ?? least, condition.Operator == ">" ? Next(least) : least);
            if (condition.Operator is "=" or "IN" or "<=" or "<")
                to = Math.Min(to ?? long.MaxValue, condition.Operator == "<" ? most : Next(most));
        }

        return from is null && to is null ? null : (from, to);
    }

    private static long Next(long time) => time == long.MaxValue ? time : time + 1;

    // A view's rows are of one of its families: wherever they lie in any of them they are found.
    private static async Task AddAsync(DatabaseSession session, Resource resource, (long? From, long? To) span, List<Condition> conditions)
    {
        long first = long.MaxValue, end = long.MinValue;
        foreach (var family in resource.Families)
        {
            var bounds = await TimeBounds.ReadAsync(session, family, span.From, span.To);
            (first, end) = (Math.Min(first, bounds.First), Math.Max(end, bounds.End));
        }

        if (span.From is not null)
            conditions.Add(new Condition("id", ">=", [first]));
        if (span.To is not null)
            conditions.Add(new Condition("id", "<", [end]));
    }

    private static bool Fits(Shortcut shortcut, Condition condition) =>
        condition.Column == shortcut.Column && condition.Operator == "=" && (shortcut.Value is null || (condition.Values[0] is string text && text == shortcut.Value));

    private static async Task<bool> HasFewAsync(DatabaseSession session, Shortcut shortcut, object value)
    {
        var which = shortcut.Value is null ? $" WHERE {shortcut.Column} = @value" : "";
        return await session.QuerySingleAsync<long>(
            $"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {shortcut.Table}{which} LIMIT @most) AS few", new { value, most = FewEvents + 1 }) <= FewEvents;
    }
}
