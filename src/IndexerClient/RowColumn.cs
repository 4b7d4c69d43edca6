namespace OpenGradient.IndexerClient;

/// <summary>What a column holds.</summary>
public enum RowType
{
    /// <summary>A row's id: <c>block-log</c>.</summary>
    Id,

    Integer,

    Boolean,

    Amount,

    SignedAmount,

    Address,

    Hash,

    Bytes,

    Text,

    Json,
}

/// <summary>A column of a resource.</summary>
public sealed record RowColumn(string Name, RowType Type, bool IsNullable);
