using System.Text.Json;

namespace OpenGradient.Indexer.Schema;

/// <summary>What a column holds, and how it is stored on either engine, compared and shown.</summary>
public enum ColumnKind
{
    /// <summary>A whole number of up to 63 bits. A larger one, which only a <c>uint64</c> can be, is stored as 2^63 - 1.</summary>
    Integer,

    Boolean,

    /// <summary>An unsigned number of up to 256 bits: 32 bytes, big-endian, so that bytes sort as numbers do.</summary>
    Amount,

    /// <summary>A signed number of up to 256 bits: 32 bytes of two's complement with the sign's bit flipped, so that bytes sort as numbers do.</summary>
    SignedAmount,

    /// <summary>Twenty bytes.</summary>
    Address,

    /// <summary>Thirty-two bytes.</summary>
    Hash,

    /// <summary>Any bytes.</summary>
    Bytes,

    /// <summary>Text; what is ill-formed in it, and every zero character, is U+FFFD.</summary>
    Text,

    /// <summary>A list as JSON: numbers beyond 2^53 and all bytes as text.</summary>
    Json,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">As it is called in SQL and JSON.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsNullable">Whether it may hold nothing.</param>
public sealed record Column(string Name, ColumnKind Kind, bool IsNullable = false)
{
    /// <summary>The name as JSON has it.</summary>
    public JsonEncodedText NameInJson { get; } = JsonEncodedText.Encode(Name);

    /// <summary>All values that there are, as they are written; null where there may be any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The type in SQLite's STRICT tables.</summary>
    public string SqliteType => Kind switch
    {
        ColumnKind.Integer or ColumnKind.Boolean => "INTEGER",
        ColumnKind.Text or ColumnKind.Json => "TEXT",
        _ => "BLOB",
    };

    public string PostgresType => Kind switch
    {
        ColumnKind.Integer => "BIGINT",
        ColumnKind.Boolean => "BOOLEAN",
        // By its bytes, as SQLite compares it, and not by a language's rules.
        ColumnKind.Text or ColumnKind.Json => "TEXT COLLATE \"C\"",
        _ => "BYTEA",
    };
}
