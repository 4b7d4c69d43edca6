using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>One comparison of a column with values.</summary>
/// <param name="Column">Which.</param>
/// <param name="Operator">As in SQL; <c>IN</c> takes several values, <c>IS NULL</c> and <c>IS NOT NULL</c> none.</param>
/// <param name="Values">As they are stored.</param>
internal sealed record Condition(string Column, string Operator, IReadOnlyList<object> Values)
{
    /// <summary>Whether it only lets rows through that are found by something else: no index is used for it, and no table is begun with because of it.</summary>
    public bool IsAside { get; init; }
}

/// <summary>
/// What of a resource is wanted. Lists, exports, streams and buckets share its grammar: <c>column=value</c>, or <c>column.op=value</c> with
/// <c>eq ne lt le gt ge in null</c>; <c>block</c> stands for the number of the block; <c>as_of=block</c> leaves out what came later.
/// </summary>
internal sealed record ListQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;
    public const int MaxConditions = 20;

    /// <summary>A page, or one look of a stream, ends with the row that passes this.</summary>
    public const int MaxPageBytes = 4 << 20;

    public const int MaxValues = 100;

    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["eq"] = "=",
        ["ne"] = "<>",
        ["lt"] = "<",
        ["le"] = "<=",
        ["gt"] = ">",
        ["ge"] = ">=",
        ["in"] = "IN",
        ["null"] = "NULL",
    };

    private static readonly HashSet<string> OwnNames = new(StringComparer.Ordinal) { "limit", "cursor", "order", "as_of" };

    public required Resource Resource { get; init; }

    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    public int Limit { get; init; } = DefaultLimit;

    public bool Descending { get; init; } = true;

    /// <summary>The id of the last row that was seen.</summary>
    public long? After { get; init; }

    /// <summary>Of what is not ordered by id, the values of the last row that order it.</summary>
    public IReadOnlyList<object>? AfterKey { get; init; }

    /// <summary>By which tables the rows are found that the conditions let through, each with the value that its column has there, if that says it.</summary>
    public IReadOnlyList<(Shortcut Shortcut, object? Value)> Shortcuts { get; init; } = [];

    /// <summary>On which engine they are looked for.</summary>
    public Engine Engine { get; init; }

    /// <summary>The id from which on there was nothing yet as of the block that is asked about; null for as it is now.</summary>
    public long? End { get; init; }

    /// <summary>The id of the first row behind those that are looked at; null where all are.</summary>
    public long? Beyond { get; init; }

    /// <summary>Of what is not ordered by id, the values of the last row that is looked at; null where all are.</summary>
    public IReadOnlyList<object>? LastKey { get; init; }

    /// <summary>One of several values, by which the first rows of each are found, and of those the first of all; null where rows are found otherwise.</summary>
    public Condition? Among { get; init; }

    /// <summary>Reads a query string; false with what is wrong with it.</summary>
    /// <param name="resource">What is asked for.</param>
    /// <param name="parameters">Names and values in their order.</param>
    /// <param name="others">Names that mean something to who asks.</param>
    /// <param name="query">What was read.</param>
    /// <param name="fault">Why not.</param>
    public static bool TryParse(
        Resource resource, IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlySet<string> others,
        [NotNullWhen(true)] out ListQuery? query, [NotNullWhen(false)] out string? fault)
    {
        query = new ListQuery { Resource = resource };
        fault = null;
        string? cursor = null;
        var conditions = new List<Condition>();
        foreach (var (name, value) in parameters)
        {
            if (others.Contains(name))
                continue;
            fault = name switch
            {
                "limit" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
                    ? Do(ref query, query with { Limit = limit }) : $"limit is a number from 1 to {MaxLimit}.",
                "order" => value is "asc" or "desc" ? Do(ref query, query with { Descending = value == "desc" }) : "order is asc or desc.",
                "cursor" => Keep(out cursor, value),
                "as_of" when resource.IsBalances => "as_of is for what happened and what came of it: a balance is as it is now.",
                "as_of" when query.End is not null => "as_of is one block, and stands here twice.",
                "as_of" => AddBlock(conditions, "le", value) ?? Do(ref query, query with { End = (long)conditions[^1].Values[0] }),
                _ => Add(resource, conditions, name, value),
            };
            fault ??= conditions.Count > MaxConditions ? $"More than {MaxConditions} conditions are too many." : null;
            if (fault is not null)
                return false;
        }

        query = query with { Conditions = conditions };
        if (cursor is not null)
        {
            query = PageCursor.Read(query, cursor) ?? query;
            if (query is { After: null, AfterKey: null })
                fault = "This cursor is not one of this list in this order.";
        }

        return fault is null;
    }

    private static string? Add(Resource resource, List<Condition> conditions, string name, string value)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (columnName, op) = dot < 0 ? (name, "eq") : (name[..dot], name[(dot + 1)..]);
        if (columnName == "block")
            return AddBlock(conditions, op, value);
        if (resource.Find(columnName) is not { } column)
            return $"{resource.Path} has no {Shown(columnName)}: it has {string.Join(", ", resource.Columns.Select(known => known.Name))}.";
        if (!Operators.TryGetValue(op, out var sql))
            return $"{Shown(op)} is none of {string.Join(", ", Operators.Keys)}.";
        if (sql == "NULL")
        {
            if (value is not ("true" or "false"))
                return $"{name} is true or false.";
            conditions.Add(new Condition(column.Name, value == "true" ? "IS NULL" : "IS NOT NULL", []));
            return null;
        }

        if (column.Kind == ColumnKind.Boolean && sql is not ("=" or "<>"))
            return $"{column.Name} is true or false, and neither is more.";
        var texts = sql == "IN" ? value.Split(',') : [value];
        // One of one value is that value.
        sql = sql == "IN" && texts.Length == 1 ? "=" : sql;
        if (texts.Length > MaxValues)
            return $"{name} takes {MaxValues} values at most.";
        var values = new List<object>(texts.Length);
        foreach (var text in texts)
        {
            if (!ValueText.TryParse(column, text, out var parsed, out var fault) || !ValueText.IsKnown(column, sql, text, out fault))
                return $"{column.Name} {fault}, and '{Shown(text)}' is not.";
            values.Add(parsed);
        }

        conditions.Add(new Condition(column.Name, sql, values));
        return null;
    }

    private static string? AddBlock(List<Condition> conditions, string op, string value)
    {
        if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= RowId.MaxBlock)
            return $"A block is a number below {RowId.MaxBlock}, and '{Shown(value)}' is not.";
        object first = RowId.FirstOf(new(number)).Value, next = RowId.FirstOf(new(number + 1)).Value;
        if (op is "eq" or "ge" or "lt")
            conditions.Add(new Condition("id", op == "lt" ? "<" : ">=", [first]));
        if (op is "eq" or "le" or "gt")
            conditions.Add(new Condition("id", op == "gt" ? ">=" : "<", [next]));
        return op is "eq" or "ge" or "lt" or "le" or "gt" ? null : "A block is compared by eq, lt, le, gt or ge.";
    }

    private static string? Do(ref ListQuery query, ListQuery next)
    {
        query = next;
        return null;
    }

    private static string? Keep(out string? kept, string value)
    {
        kept = value;
        return null;
    }

    /// <summary>What was asked, as far as a fault repeats it.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <summary>Names that are no columns; a column of such a name could not be asked for.</summary>
    public static bool IsOwn(string name) => OwnNames.Contains(name) || name == "block";
}
