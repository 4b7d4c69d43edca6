namespace OpenGradient.Indexer.Schema;

/// <summary>
/// An event without which no row of a view can have a value in a column: where there are few of them the rows are found from there, and not by looking at all rows.
/// </summary>
/// <param name="Column">The view's column; the table has it, too, unless a single value is meant.</param>
/// <param name="Value">The value; null where the table's own column says it.</param>
/// <param name="Table">The event.</param>
/// <param name="Of">The event whose rows the view's are.</param>
/// <param name="Key">What both say that they are about.</param>
public sealed record Shortcut(string Column, string? Value, string Table, string Of, string Key);
