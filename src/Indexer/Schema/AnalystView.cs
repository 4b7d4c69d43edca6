using OpenGradient.Contracts.Hub;
using OpenGradient.Database;

namespace OpenGradient.Indexer.Schema;

/// <summary>A view for people: what several events say about one thing, as of now. The same text on both engines, but for <c>:failure</c>, the output of an answer that says there is none.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The column that names the thing.</param>
/// <param name="Families">Which families it looks at.</param>
/// <param name="Columns">Its columns; the first is the id of the event that began the thing.</param>
/// <param name="Select">What it selects.</param>
public sealed record AnalystView(string Name, string Key, IReadOnlyList<string> Families, IReadOnlyList<Column> Columns, string Select)
{
    /// <summary>Tables in which the rows are found of which a column is so that no index has.</summary>
    public IReadOnlyList<Shortcut> Shortcuts { get; init; } = [];

    /// <summary>What it selects, with what each engine writes in its own way.</summary>
    public string SelectFor(Engine engine)
    {
        var failure = Convert.ToHexStringLower(HubDomain.Failure.Bytes);
        return Select.Replace(":failure", engine == Engine.Sqlite ? $"X'{failure}'" : $"'\\x{failure}'::BYTEA", StringComparison.Ordinal);
    }
}
