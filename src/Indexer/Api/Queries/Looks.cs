namespace OpenGradient.Indexer.Api.Queries;

/// <summary>How a page finds its rows without looking at all that there are: by the order of ids or of one index where that is the list itself, and else at so many rows at the most.</summary>
/// <param name="Query">The question, as it is asked where nothing has to be found out before.</param>
/// <param name="Ways">Each a value of an indexed column, or null for all rows, that can be gone along up to so many rows; none where the page ends the question itself.</param>
/// <param name="MostRows">How many.</param>
internal sealed record Looks(ListQuery Query, IReadOnlyList<Condition?> Ways, int MostRows)
{
    /// <summary>How the page of a question finds its rows.</summary>
    public static Looks Of(ListQuery query, int mostRows)
    {
        var led = query.Conditions.Where(condition => IsLed(query, condition)).ToList();
        var others = query.Conditions.Where(condition => !IsLed(query, condition) && !IsPlace(query, condition) && !IsOfIds(condition)).ToList();
        // Balances go by their own key. Of an event no other is asked, so that its rows are gone through until a page is full.
        if (query.Resource.Events.Count == 0 || (query.Resource.View is null && others.Count > 0))
            return new(query, [], mostRows);
        // Events that a view asks about its rows are looked up for those, and never gone through for the rows that they would lead to.
        query = Aside(query, others);
        // So few ids, or few events, lead to the rows: by no other index there are fewer.
        if (query.Shortcuts.Count > 0 || query.Conditions.Any(IsOfIds))
            return new(Aside(query, led), [], mostRows);
        // By one value of one column, and by none, the first rows are the page. No index has an order that two events share: there, so many are looked for as a page has.
        var isPage = others.Count == 0 && (led.Count == 0 || led is [{ Operator: "=" }]);
        if (query.Resource.Events.Count > 1)
            return new(query, [led.Find(condition => condition.Operator == "=")], isPage ? query.Limit : mostRows);
        if (isPage)
            return new(query, [], mostRows);
        if (others.Count == 0 && led is [{ Operator: "IN" } several])
            return new(query with { Conditions = [.. query.Conditions.Where(condition => condition != several)], Among = Stored(query, several) }, [], mostRows);
        // Of several values an index has no common order: where there is nothing else, so many rows of all are looked at.
        List<Condition?> ways = [.. led.Where(condition => condition.Operator == "=").DistinctBy(condition => condition.Column, StringComparer.Ordinal)];
        return new(query, ways.Count > 0 ? ways : [null], mostRows);
    }

    /// <summary>What asks where so many rows of a way end.</summary>
    public QueryText BeyondOf(Condition? way)
    {
        List<Condition> own = [.. PlacesOf(Query).Where(condition => condition.Column == "id")];
        if (way is not null)
            own.Add(Stored(Query, way));
        return QueryText.Beyond(Query with { Conditions = own }, MostRows);
    }

    /// <summary>The question by one of its ways: the other indexes would lead to more rows than that.</summary>
    public ListQuery By(Condition? way) => Aside(Query, [.. Query.Conditions.Where(condition => way is not null && condition != way && IsLed(Query, condition))]);

    /// <summary>The conditions of a question that bound where its rows lie, as its events have them.</summary>
    public static IEnumerable<Condition> PlacesOf(ListQuery query) =>
        query.Conditions.Where(condition => IsPlace(query, condition)).Select(condition => condition.Column == "id" ? condition : condition with { Column = "block_time" });

    // A time is a span of ids, where it is bounded by a value; all rows but those of one time, or of several that lie apart, are no span.
    private static bool IsPlace(ListQuery query, Condition condition) =>
        (condition.Column == "id" || condition.Column == query.Resource.TimeColumn) && condition.Operator is ("=" or "<" or "<=" or ">" or ">=");

    private static bool IsOfIds(Condition condition) => condition is { Column: "id", Operator: "IN" };

    private static bool IsLed(ListQuery query, Condition condition) =>
        condition.Operator is "=" or "IN" && query.Resource.Indexed.Any(column => column.Name == condition.Column);

    private static Condition Stored(ListQuery query, Condition condition) =>
        condition with { Column = query.Resource.Indexed.First(column => column.Name == condition.Column).Stored };

    private static ListQuery Aside(ListQuery query, List<Condition> conditions) =>
        query with { Conditions = [.. query.Conditions.Select(condition => conditions.Contains(condition) ? condition with { IsAside = true } : condition)] };
}
