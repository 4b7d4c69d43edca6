using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Schema;

/// <summary>
/// Events that are followed together: which contracts, from which block, into which tables. A family has a state hash of its own, and is
/// back-filled alone when it is added later, or when anything in it changes.
/// </summary>
public sealed class EventFamily
{
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <param name="name">Known by it for good: lower-case letters, digits and underscores.</param>
    /// <param name="tables">Of different events.</param>
    /// <param name="addresses">The contracts; none means every contract.</param>
    /// <param name="firstBlock">No event of it is older.</param>
    public EventFamily(string name, IReadOnlyList<EventTable> tables, IReadOnlyCollection<Address> addresses, BlockNumber firstBlock)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameLetters))
            throw new ArgumentException($"A family is called by lower-case letters, digits and underscores, not '{name}'.", nameof(name));
        if (tables.CountBy(table => table.Topic0).Any(topic => topic.Value > 1))
            throw new ArgumentException($"Two tables of {name} want the same event.", nameof(tables));
        (Name, Tables, FirstBlock) = (name, tables, firstBlock);
        Addresses = [.. addresses.Distinct().Order()];
        Undecoded = new UndecodedTable(name);
        Fingerprint = FingerprintOf();
    }

    public string Name { get; }

    public IReadOnlyList<EventTable> Tables { get; }

    /// <summary>Ascending; empty means every contract.</summary>
    public IReadOnlyList<Address> Addresses { get; }

    public BlockNumber FirstBlock { get; }

    /// <summary>Logs that carry an event's signature, and are no such event.</summary>
    public UndecodedTable Undecoded { get; }

    /// <summary>A hash over everything that decides which rows there are: two databases with the same one hold the same rows.</summary>
    public Hash32 Fingerprint { get; }

    /// <summary>What to ask the chain for.</summary>
    public LogFilter Filter => new(Addresses, [[.. Tables.Select(table => table.Topic0)]]);

    public override string ToString() => Name;

    private Hash32 FingerprintOf()
    {
        var text = new StringBuilder("og-index-family/1\n").Append(Name).Append('\n').Append(FirstBlock).Append('\n');
        foreach (var address in Addresses)
            text.Append(address.ToLowerHex()).Append('\n');
        foreach (var table in Tables)
        {
            text.Append(table.Name).Append(' ').Append(table.Event.Signature);
            foreach (var input in table.Event.Inputs.Components)
                text.Append(input.IsIndexed ? " topic" : " data");
            foreach (var column in table.Columns)
                text.Append(' ').Append(column.Name).Append(':').Append(column.Kind);
            text.Append('\n');
        }

        return new Hash32(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>
/// A family's logs that carry an event's signature and are not encoded as it says. They are kept as they came, so that nothing is lost in silence.
/// </summary>
public sealed class UndecodedTable(string family)
{
    public string Name { get; } = family + "_undecoded";

    public string OrphanName => "orphaned_" + Name;

    public IReadOnlyList<Column> Columns { get; } =
    [
        .. EventTable.BaseColumns,
        new("topics", ColumnKind.Bytes),
        new("data", ColumnKind.Bytes),
        new("fault", ColumnKind.Text),
    ];
}
