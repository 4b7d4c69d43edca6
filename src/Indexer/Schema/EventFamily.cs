using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;

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
    /// <param name="announcedBy">Where the contracts are announced, instead of <paramref name="addresses"/>.</param>
    /// <param name="balances">Balances to be kept of one of the tables.</param>
    public EventFamily(
        string name, IReadOnlyList<EventTable> tables, IReadOnlyCollection<Address> addresses, BlockNumber firstBlock, Announcement? announcedBy = null,
        BalanceRule? balances = null)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameLetters))
            throw new ArgumentException($"A family is called by lower-case letters, digits and underscores, not '{name}'.", nameof(name));
        if (tables.CountBy(table => table.Topic0).Any(topic => topic.Value > 1))
            throw new ArgumentException($"Two tables of {name} want the same event.", nameof(tables));
        if (announcedBy is not null && addresses.Count > 0)
            throw new ArgumentException($"The contracts of {name} are either named or announced.", nameof(addresses));
        if (balances is not null && !tables.Contains(balances.Transfers))
            throw new ArgumentException($"{name} has no table {balances.Transfers} to keep balances of.", nameof(balances));
        (Name, Tables, FirstBlock, AnnouncedBy, Balances) = (name, tables, firstBlock, announcedBy, balances);
        Addresses = [.. addresses.Distinct().Order()];
        Undecoded = new UndecodedTable(name);
        Fingerprint = FingerprintOf();
    }

    public string Name { get; }

    public IReadOnlyList<EventTable> Tables { get; }

    /// <summary>Ascending; empty means every contract.</summary>
    public IReadOnlyList<Address> Addresses { get; }

    public BlockNumber FirstBlock { get; }

    /// <summary>Where its contracts are announced; null where they are known beforehand.</summary>
    public Announcement? AnnouncedBy { get; }

    /// <summary>The balances that are kept; null for none.</summary>
    public BalanceRule? Balances { get; }

    /// <summary>
    /// Whether what is made of a block depends on the ones before it. Such a family is stored in the order of the chain: while it is filled in, the
    /// head waits with it.
    /// </summary>
    public bool IsInOrder => AnnouncedBy is not null || Balances is not null;

    /// <summary>How many families stand before it, each announcing the next one's contracts.</summary>
    internal int Depth => AnnouncedBy is { } announcement ? 1 + announcement.Source.Depth : 0;

    /// <summary>Logs that carry an event's signature, and are no such event.</summary>
    public UndecodedTable Undecoded { get; }

    /// <summary>A hash over everything that decides which rows there are: two databases with the same one hold the same rows.</summary>
    public Hash32 Fingerprint { get; }

    /// <summary>What to ask the chain for: where contracts are announced, the events of all, of which those are taken.</summary>
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

        if (AnnouncedBy is { } announcement)
            text.Append("announced by ").Append(announcement.Source.Fingerprint).Append(' ').Append(announcement.Table).Append(' ').Append(announcement.Column).Append('\n');
        if (Balances is { } balances)
            text.Append("balances ").Append(balances.Description).Append('\n');
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
