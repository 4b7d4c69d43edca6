using OpenGradient.Database;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>
/// How a page of balances finds its rows: along the key, which begins with the contract, or along what leads to one account's. Where anything else is asked it looks at so
/// many rows on the way and ends there, as pages of views do: else one that wants few, or none, would go through all holders.
/// </summary>
internal static class BalanceLooks
{
    /// <summary>The same question of so many rows, from where its page begins.</summary>
    /// <param name="session">Of one consistent state.</param>
    /// <param name="query">What is wanted of balances.</param>
    /// <param name="mostRows">How many rows.</param>
    /// <param name="isIndexed">Whether the index by account is there.</param>
    public static async Task<ListQuery> WithinAsync(DatabaseSession session, ListQuery query, int mostRows, bool isIndexed)
    {
        var way = WayOf(query, isIndexed);
        var along = query with { Conditions = [.. query.Conditions.Where(way.Contains).Select(condition => IsBegin(query, condition) ? condition with { IsAside = true } : condition)] };
        if (way.Count == query.Conditions.Count)
            return along;
        var last = await LastAsync(session, along, mostRows);
        return query with
        {
            Conditions = [.. query.Conditions.Select(condition => way.Contains(condition) && !IsBegin(query, condition) && (last is null || condition.Operator == "=") ? condition : condition with { IsAside = true })],
            LastKey = last,
        };
    }

    // One value of the contract or of the account, and bounds of what orders the rows with it: a second value of the same only lets through.
    private static HashSet<Condition> WayOf(ListQuery query, bool isIndexed)
    {
        var (contract, account) = (query.Resource.Order[0].Name, query.Resource.Order[1].Name);
        var way = new HashSet<Condition>(ReferenceEqualityComparer.Instance);
        var (one, holder) = (Equal(contract), Equal(account));
        if (one is not null)
            way.Add(one);
        if (holder is not null && (one is not null || isIndexed))
            way.Add(holder);
        if (way.Count < 2)
            way.UnionWith(query.Conditions.Where(condition => condition.Column == (one is null ? contract : account) && condition.Operator is "<" or "<=" or ">" or ">="));
        return way;

        Condition? Equal(string column) => query.Conditions.FirstOrDefault(condition => condition.Column == column && condition.Operator == "=");
    }

    // Behind a cursor nothing lies before where a list begins. An engine takes one of several bounds, and by that one it would go through all pages before.
    private static bool IsBegin(ListQuery query, Condition condition) =>
        query.AfterKey is not null && (query.Descending ? condition.Operator is "<" or "<=" : condition.Operator is ">" or ">=");

    // The last row that is looked at; null where all are.
    private static async Task<IReadOnlyList<object>?> LastAsync(DatabaseSession session, ListQuery along, int mostRows)
    {
        await using var command = QueryText.LastKey(along, mostRows).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        if (!await rows.ReadAsync(session.Cancellation))
            return null;
        object[] last = [rows.GetValue(0), rows.GetValue(1)];
        return await rows.ReadAsync(session.Cancellation) ? last : null;
    }
}
