using System.Text.RegularExpressions;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;

namespace OpenGradient.Indexer.Schema;

/// <summary>A view for people: what several events say about one thing, as of now. The same text on both engines, but for <c>:failure</c>, the output of an answer that says there is none.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The column that names the thing.</param>
/// <param name="Families">Which families it looks at.</param>
/// <param name="Columns">Its columns; the first is the id of the event that began the thing.</param>
/// <param name="Select">What it selects. Whether there is an event is asked by its greatest id: an <c>EXISTS</c> has PostgreSQL read all events there are, for a page of a few rows.</param>
public sealed partial record AnalystView(string Name, string Key, IReadOnlyList<string> Families, IReadOnlyList<Column> Columns, string Select)
{
    /// <summary>Tables in which the rows are found of which a column is so that no index has.</summary>
    public IReadOnlyList<Shortcut> Shortcuts { get; init; } = [];

    /// <summary>The events of which it has a row each.</summary>
    public required IReadOnlyList<string> Of { get; init; }

    /// <summary>Its columns that an index of each of those events leads to.</summary>
    public required IReadOnlyList<IndexedColumn> Indexed { get; init; }

    /// <summary>
    /// What it selected when there was nothing yet from some id on. What it puts together it finds by questions of their own, each of which begins with the table that it
    /// asks (<c>WHERE x.…</c>): those are told where to end. Its own rows have to be left out beside it, by their id.
    /// </summary>
    /// <param name="end">That id, as the question has it.</param>
    /// <param name="failure">The output of an answer that says there is none, as the question has it.</param>
    public string SelectBefore(string end, string failure) =>
        Asked().Replace(Select, $"WHERE ${{of}}.id < {end} AND ${{of}}.").Replace(":failure", failure, StringComparison.Ordinal);

    [GeneratedRegex("\\bWHERE (?<of>[a-z]+)\\.", RegexOptions.None, 1000)]
    private static partial Regex Asked();

    /// <summary>What it selects, with what each engine writes in its own way.</summary>
    public string SelectFor(Engine engine)
    {
        var failure = Convert.ToHexStringLower(HubDomain.Failure.Bytes);
        return Select.Replace(":failure", engine == Engine.Sqlite ? $"X'{failure}'" : $"'\\x{failure}'::BYTEA", StringComparison.Ordinal);
    }
}

/// <summary>A column that an index leads to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stored">What the event calls it.</param>
public sealed record IndexedColumn(string Name, string Stored)
{
    /// <summary>One that the event calls the same.</summary>
    public IndexedColumn(string name)
        : this(name, name)
    {
    }
}
