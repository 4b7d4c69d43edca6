using System.Data.Common;
using System.Text;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>A query as SQL: names come from definitions, values are parameters.</summary>
internal sealed class QueryText
{
    private readonly List<object> _values = [];
    private readonly StringBuilder _text = new();

    /// <summary>The rows of a list, one more than its limit, so that it is known whether more follow.</summary>
    public static QueryText Page(ListQuery query) => Rows(query, limit: query.Limit + 1);

    /// <summary>All rows, or the first of them; with one more value behind their columns, if any.</summary>
    public static QueryText Rows(ListQuery query, int? limit, string? also = null)
    {
        var text = new QueryText();
        text._text.Append("SELECT ").AppendJoin(", ", query.Resource.Columns.Select(column => column.Name).Concat(also is null ? [] : [also]));
        text.From(query).Where(query).InKeyOrder(query);
        if (limit is { } most)
            text._text.Append(" LIMIT ").Append(text.Parameter((long)most));
        return text;
    }

    /// <summary>The row of a resource's events that is so many rows on from where a list begins; its conditions are those that the events themselves have.</summary>
    public static QueryText Beyond(ListQuery query, int rows)
    {
        var text = new QueryText();
        if (query.Resource.Events is [var only])
            text.Append($"SELECT id FROM {only}").Where(query);
        else
            text.Append("SELECT id FROM (").FirstOfEach(query.Resource.Events.Select(events => (events, query)), rows + 1, query.Descending).Append(") AS found");
        text.InOrder(query.Descending)._text.Append(" LIMIT 1 OFFSET ").Append(text.Parameter((long)rows));
        return text;
    }

    /// <summary>Of what is not ordered by id: the row that is so many on from where a list begins, and the one behind it.</summary>
    public static QueryText LastKey(ListQuery query, int rows)
    {
        var text = new QueryText();
        text._text.Append("SELECT ").AppendJoin(", ", query.Resource.Order.Select(column => column.Name));
        text.From(query).Where(query).InKeyOrder(query)._text.Append(" LIMIT 2 OFFSET ").Append(text.Parameter(rows - 1L));
        return text;
    }

    /// <summary>Where the rows are; of a view as of some block, what makes them as it was then.</summary>
    public QueryText From(ListQuery query)
    {
        if (query is { End: { } end, Resource.View: { } view })
            _text.Append(" FROM (").Append(view.SelectBefore(Parameter(end), Parameter(HubDomain.Failure.ToArray()))).Append(") AS then_and_there");
        else
            _text.Append(" FROM ").Append(query.Resource.Source);
        return this;
    }

    public QueryText Append(string text)
    {
        _text.Append(text);
        return this;
    }

    public QueryText Where(ListQuery query)
    {
        var word = " WHERE ";
        foreach (var condition in query.Conditions)
        {
            var (column, op, values) = condition;
            _text.Append(word).Append(condition.IsAside ? "COALESCE(" : "").Append(column).Append(' ').Append(op);
            if (op == "IN")
                _text.Append(" (").AppendJoin(", ", values.Select(Parameter)).Append(')');
            else if (values.Count == 1)
                _text.Append(' ').Append(Parameter(values[0]));
            // It is as true, and neither engine looks for it in an index, or takes the row of an outer join for one that has to be there.
            _text.Append(condition.IsAside ? ", FALSE)" : "");
            word = " AND ";
        }

        if (query.Among is { } among)
        {
            _text.Append(word).Append("id IN (SELECT id FROM (");
            FirstOfEach(
                among.Values.Select(value => (query.Resource.Events[0], query with { Among = null, Conditions = [.. Looks.PlacesOf(query), new Condition(among.Column, "=", [value])] })),
                query.Limit + 1, query.Descending);
            Append(") AS found").InOrder(query.Descending)._text.Append(" LIMIT ").Append(Parameter(query.Limit + 1L)).Append(')');
            word = " AND ";
        }

        foreach (var (shortcut, value) in query.Shortcuts)
        {
            // PostgreSQL may take what is IN a question for a condition, and go through all rows for it; of a list it has its index, and the rows in their order, so that a page ends early.
            _text.Append(word).Append(query.Engine == Engine.Postgres ? "id = ANY (ARRAY(" : "id IN (").Append("SELECT r.id FROM ").Append(shortcut.Table).Append(" x JOIN ").Append(shortcut.Of).Append(" r ON r.").Append(shortcut.Key).Append(" = x.").Append(shortcut.Key);
            if (value is not null)
                _text.Append(" WHERE x.").Append(shortcut.Column).Append(" = ").Append(Parameter(value));
            _text.Append(query.Engine == Engine.Postgres ? "))" : ")");
            word = " AND ";
        }

        if (query.AfterKey is { } key)
        {
            Append(word).Compared(query, key, query.Descending ? "<" : ">");
            word = " AND ";
        }
        else if (query.After is { } after)
        {
            _text.Append(word).Append("id ").Append(query.Descending ? '<' : '>').Append(' ').Append(Parameter(after));
            word = " AND ";
        }

        if (query.Beyond is { } beyond)
            _text.Append(word).Append("id ").Append(query.Descending ? '>' : '<').Append(' ').Append(Parameter(beyond));
        if (query.LastKey is { } last)
            Append(word).Compared(query, last, query.Descending ? ">=" : "<=");

        return this;
    }

    // Of a column that has one value the others are compared alone: an engine finds a place in an index by columns, and by a row of them only where it begins with that row.
    private QueryText Compared(ListQuery query, IReadOnlyList<object> key, string op)
    {
        var parts = query.Resource.Order.Zip(key).Where(part => !query.Conditions.Any(
            condition => condition is { Operator: "=", IsAside: false, Values: [byte[] value] } && condition.Column == part.First.Name && part.Second is byte[] known && value.AsSpan().SequenceEqual(known))).ToList();
        if (parts.Count == 0)
            parts = [.. query.Resource.Order.Zip(key)];
        _text.Append('(').AppendJoin(", ", parts.Select(part => part.First.Name)).Append(") ").Append(op).Append(" (").AppendJoin(", ", parts.Select(part => Parameter(part.Second))).Append(')');
        return this;
    }

    // The first rows of each of several questions, each of one event and in one order. A row that two of them find counts once.
    private QueryText FirstOfEach(IEnumerable<(string Events, ListQuery Query)> questions, int rows, bool descending)
    {
        var word = "";
        foreach (var (events, query) in questions)
        {
            Append(word).Append($"SELECT id FROM (SELECT id FROM {events}").Where(query).InOrder(descending).Append(" LIMIT ").Append(Parameter((long)rows)).Append(") AS first_rows");
            word = " UNION ";
        }

        return this;
    }

    private QueryText InKeyOrder(ListQuery query)
    {
        _text.Append(" ORDER BY ").AppendJoin(", ", query.Resource.Order.Select(column => query.Descending ? column.Name + " DESC" : column.Name));
        return this;
    }

    private QueryText InOrder(bool descending) => Append(descending ? " ORDER BY id DESC" : " ORDER BY id");

    public string Parameter(object value)
    {
        _values.Add(value);
        return $"@p{_values.Count - 1}";
    }

    public DbCommand ToCommand(DatabaseSession session)
    {
        var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
#pragma warning disable CA2100 // Names are from the definitions of tables and views; all that comes from outside is a parameter.
        command.CommandText = _text.ToString();
#pragma warning restore CA2100
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = _values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public override string ToString() => _text.ToString();
}
