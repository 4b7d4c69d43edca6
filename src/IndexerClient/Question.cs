using System.Globalization;
using System.Text;

namespace OpenGradient.IndexerClient;

/// <summary>What of a resource is wanted, in the API's one grammar for lists, figures and exports.</summary>
public sealed record Question
{
    private static readonly string[] Operators = ["eq", "ne", "lt", "le", "gt", "ge", "in", "null"];

    /// <summary>Everything, newest first.</summary>
    public static Question All { get; } = new();

    /// <summary>Names with their operators, and values, such as <c>fee.ge</c> and <c>1000</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Conditions { get; init; } = [];

    public bool IsAscending { get; init; }

    /// <summary>How many rows a page has; the indexer's own number without one.</summary>
    public int? Limit { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }

    public Question Where(string column, string value) => this with { Conditions = [.. Conditions, KeyValuePair.Create(column, value)] };

    /// <param name="column">Which column, or <c>block</c>.</param>
    /// <param name="comparison">One of <c>eq ne lt le gt ge in null</c>.</param>
    /// <param name="value">What it is compared with.</param>
    public Question Where(string column, string comparison, string value) =>
        Operators.Contains(comparison, StringComparer.Ordinal)
            ? Where($"{column}.{comparison}", value)
            : throw new ArgumentException($"A comparison is one of {string.Join(", ", Operators)}.", nameof(comparison));

    /// <summary>Reads a condition as people write it, <c>column=value</c> or <c>column.op=value</c>; null where it is none. The indexer knows the columns.</summary>
    public Question? With(string condition)
    {
        var equals = condition.IndexOf('=', StringComparison.Ordinal);
        return equals < 1 ? null : Where(condition[..equals].Trim(), condition[(equals + 1)..].Trim());
    }

    /// <summary>A page: conditions, order, and which page. Nothing else that is asked for has pages, and is refused with them.</summary>
    internal string ToPage() => ToConditions(Order, ("limit", Limit?.ToString(CultureInfo.InvariantCulture)), ("cursor", Cursor));

    /// <summary>All rows, in order.</summary>
    internal string ToRows(string format) => ToConditions(Order, ("format", format));

    /// <summary>The conditions alone, for what has no order.</summary>
    internal string ToConditions(params IEnumerable<(string Name, string? Value)> others)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Conditions)
            Add(name, value);
        foreach (var (name, value) in others)
        {
            if (value is not null)
                Add(name, value);
        }

        return text.ToString();

        void Add(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
    }

    private (string Name, string? Value) Order => ("order", IsAscending ? "asc" : null);
}

/// <summary>Over what time rows are counted, and what of them is measured.</summary>
/// <param name="Every"><c>minute</c>, <c>hour</c>, <c>day</c> or <c>week</c>.</param>
/// <param name="Value">A column of numbers; null only counts.</param>
/// <param name="By">A column by which groups are made.</param>
public sealed record Counting(string Every, string? Value = null, string? By = null);
