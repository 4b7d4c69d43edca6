using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>An encoded row as the same JSON that the API gives for it.</summary>
internal static class EncodedRowJson
{
    public static IReadOnlyDictionary<string, JsonElement> Of(ReadOnlySpan<byte> row, IReadOnlyList<Column> columns)
    {
        var reader = new RowReader(row);
        reader.StartRow();
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            var json = reader.TryRead(out var field) ? TextOf(column, field) : "null";
            using var document = JsonDocument.Parse(json);
            values.Add(column.Name, document.RootElement.Clone());
        }

        return values;
    }

    private static string TextOf(Column column, ReadOnlySpan<byte> field) => column.Kind switch
    {
        ColumnKind.Integer => Number(column, BinaryPrimitives.ReadInt64BigEndian(field)),
        ColumnKind.Boolean => field[0] != 0 ? "true" : "false",
        ColumnKind.Amount => $"\"{UInt256.FromBigEndian(field)}\"",
        ColumnKind.SignedAmount => $"\"{ValueText.SignedOf(field.ToArray())}\"",
        ColumnKind.Json => Encoding.UTF8.GetString(field),
        ColumnKind.Text => JsonSerializer.Serialize(Encoding.UTF8.GetString(field), TextJson.Default.String),
        _ => $"\"{Hex.Encode(field)}\"",
    };

    private static string Number(Column column, long number)
    {
        var text = column.Name == "id" ? new RowId(number).ToString() : number.ToString(CultureInfo.InvariantCulture);
        return column.Name == "id" || number is < -RowJson.LargestExact or > RowJson.LargestExact ? $"\"{text}\"" : text;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TextJson : System.Text.Json.Serialization.JsonSerializerContext;
