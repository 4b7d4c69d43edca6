using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;

namespace OpenGradient.Indexer.Schema;

/// <summary>
/// A table with a row for each log of one event. Everything about it follows from the event's declaration: its columns, how a log becomes a
/// row, and its part of the fingerprint of its family.
/// </summary>
public sealed class EventTable
{
    /// <summary>What every table of events begins with.</summary>
    public static IReadOnlyList<Column> BaseColumns { get; } =
    [
        new("id", ColumnKind.Integer),
        new("block_time", ColumnKind.Integer),
        new("transaction_index", ColumnKind.Integer),
        new("transaction_hash", ColumnKind.Hash),
        new("emitter", ColumnKind.Address),
    ];

    /// <param name="name">The table's name.</param>
    /// <param name="declaration">The event as Solidity declares it, with structs written out as tuples.</param>
    /// <param name="indexes">The secondary indexes, each as its columns.</param>
    public EventTable(string name, string declaration, params IReadOnlyList<string> indexes)
    {
        Name = name;
        Declaration = declaration;
        Event = AbiEvent.Parse(declaration);
        if (Event.Topic0 is not { } topic0)
            throw new ArgumentException($"{Event} is anonymous: its logs cannot be told from others.", nameof(declaration));
        Topic0 = topic0;
        var plan = EventPlan.For(Event);
        Plan = plan;
        Columns = [.. BaseColumns, .. plan.Columns];
        Indexes = indexes;
        if (indexes.FirstOrDefault(index => Columns.All(column => column.Name != index)) is { } missing)
            throw new ArgumentException($"{name} has no column {missing} to be indexed by.", nameof(indexes));
    }

    public string Name { get; }

    /// <summary>The event as Solidity declares it.</summary>
    public string Declaration { get; }

    /// <summary>The rows of blocks that the chain has replaced.</summary>
    public string OrphanName => "orphaned_" + Name;

    public AbiEvent Event { get; }

    public Hash32 Topic0 { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Columns that are indexed once a back-fill is over, each with the row's id behind it.</summary>
    public IReadOnlyList<string> Indexes { get; }

    internal EventPlan Plan { get; }

    public override string ToString() => Name;
}
