using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.IndexerClient;

/// <summary>A row, each of whose values was read as what its column holds. Texts are strangers', and may say anything.</summary>
public abstract class IndexRow
{
    private readonly object?[] _values;

    private protected IndexRow(IReadOnlyList<RowColumn> columns, object?[] values) => (Columns, _values) = (columns, values);

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The value of a column by its place; null where there is none.</summary>
    public object? this[int place] => _values[place];

    /// <summary>A value as the API writes it; null where there is none.</summary>
    public string? TextOf(int place) => _values[place] switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        Address address => address.ToLowerHex(),
        ReadOnlyMemory<byte> bytes => Hex.Encode(bytes.Span),
        JsonElement json => json.GetRawText(),
        var other => other.ToString(),
    };

    /// <summary>Reads a row; a column that the indexer does not tell, or tells as something else, is a <see cref="JsonException"/>.</summary>
    internal static object?[] Read(JsonElement json, IReadOnlyList<RowColumn> columns)
    {
        var values = new object?[columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var column = columns[i];
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(column.Name, out var value))
                throw new JsonException($"It tells no {column.Name}.");
            values[i] = value.ValueKind == JsonValueKind.Null ? null : ValueOf(column, value) ?? throw new JsonException($"What it tells as {column.Name} is none.");
            if (values[i] is null && !column.IsNullable)
                throw new JsonException($"It tells no {column.Name}.");
        }

        return values;
    }

    private static object? ValueOf(RowColumn column, JsonElement value)
    {
        switch (column.Type)
        {
            case RowType.Json:
                return value.Clone();
            case RowType.Boolean:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
            case RowType.Integer when value.ValueKind == JsonValueKind.Number:
                return value.TryGetInt64(out var number) ? number : null;
        }

        if (value.ValueKind != JsonValueKind.String)
            return null;
        var text = value.GetString()!;
        return column.Type switch
        {
            RowType.Id or RowType.Text => text,
            RowType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            RowType.Amount => UInt256.TryParse(text, out var amount) ? amount : null,
            RowType.SignedAmount => Int256.TryParse(text, out var signed) ? signed : null,
            RowType.Address => Address.TryParse(text, out var address) ? address : null,
            RowType.Hash => Hash32.TryParse(text, out var hash) ? hash : null,
            // Without the cast nothing would become no bytes.
            _ => BytesOf(text) is { } bytes ? (object)(ReadOnlyMemory<byte>)bytes : null,
        };
    }

    private static byte[]? BytesOf(string text)
    {
        var bytes = new byte[Math.Max(0, (text.Length - 2) / 2)];
        return Hex.TryDecode(text, bytes) ? bytes : null;
    }
}
