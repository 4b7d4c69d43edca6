using OpenGradient.Database;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Balances;

/// <summary>
/// A table of what everyone holds, kept beside a table of transfers: of each contract and account the sum of what came less what went. Sums are
/// of 256 bits and wrap as the chain's do; the account from which a token is minted, the zero address as a rule, is below zero by what there is.
/// </summary>
public sealed class BalanceRule
{
    /// <param name="name">The table's name.</param>
    /// <param name="transfers">The table of transfers.</param>
    /// <param name="from">Its column with who gives.</param>
    /// <param name="to">Its column with who gets.</param>
    /// <param name="value">Its column with how much.</param>
    public BalanceRule(string name, EventTable transfers, string from, string to, string value)
    {
        (Name, Transfers) = (name, transfers);
        (FromPlace, ToPlace, ValuePlace) = (Find(from, ColumnKind.Address), Find(to, ColumnKind.Address), Find(value, ColumnKind.Amount));
    }

    public string Name { get; }

    public EventTable Transfers { get; }

    /// <summary>The table's columns: how much as of now, and which row said so last; and the same as of the last final block, from which a reorganisation counts anew.</summary>
    public static IReadOnlyList<Column> Columns { get; } =
    [
        new("emitter", ColumnKind.Address),
        new("account", ColumnKind.Address),
        new("balance", ColumnKind.SignedAmount),
        new("id", ColumnKind.Integer),
        new("final_balance", ColumnKind.SignedAmount),
        new("final_id", ColumnKind.Integer),
    ];

    internal int FromPlace { get; }

    internal int ToPlace { get; }

    internal int ValuePlace { get; }

    /// <summary>Part of the family's fingerprint.</summary>
    internal string Description => $"{Name} {Transfers.Name} {FromPlace} {ToPlace} {ValuePlace}";

    /// <summary>The columns of a transfer that a sum needs, in the order in which <see cref="BalanceChanges"/> takes them.</summary>
    internal string TransferColumns =>
        $"id, emitter, {Transfers.Columns[FromPlace].Name}, {Transfers.Columns[ToPlace].Name}, {Transfers.Columns[ValuePlace].Name}";

    /// <summary>What leads to all that one account holds: the key begins with the contract.</summary>
    internal SecondaryIndex ByAccount => new($"{Name}_by_account", $"CREATE INDEX IF NOT EXISTS {Name}_by_account ON {Name} (account, emitter)");

    internal string Create(Engine engine)
    {
        var columns = string.Join(",\n  ", Columns.Select(column => $"{column.Name} {(engine == Engine.Sqlite ? column.SqliteType : column.PostgresType)} NOT NULL"));
        return
            $"""
            CREATE TABLE IF NOT EXISTS {Name} (
              {columns},
              PRIMARY KEY (emitter, account)
            ){(engine == Engine.Sqlite ? " STRICT, WITHOUT ROWID" : "")}
            """;
    }

    private int Find(string name, ColumnKind kind)
    {
        for (var i = 0; i < Transfers.Columns.Count; i++)
        {
            if (Transfers.Columns[i].Name == name && Transfers.Columns[i].Kind == kind)
                return i;
        }

        throw new ArgumentException($"{Transfers} has no column {name} of kind {kind}.", nameof(name));
    }
}
