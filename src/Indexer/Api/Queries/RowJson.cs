using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>Rows as JSON and as CSV. Numbers beyond 2^53 are text, bytes are hexadecimal in lower case, ids are <c>block-log</c>.</summary>
internal static class RowJson
{
    public const long LargestExact = 1L << 53;

    // Longer ones are few, and may take an array.
    private const int ShortBytes = 96;
    private const int MaxDigits = 78;

    public static void Write(Utf8JsonWriter json, DbDataReader row, IReadOnlyList<Column> columns)
    {
        json.WriteStartObject();
        for (var i = 0; i < columns.Count; i++)
        {
            json.WritePropertyName(columns[i].NameInJson);
            WriteValue(json, row, i, columns[i]);
        }

        json.WriteEndObject();
    }

    /// <summary>A row as the values of its JSON, and how many bytes that is.</summary>
    public static (IReadOnlyDictionary<string, JsonElement> Values, int Bytes) Read(DbDataReader row, IReadOnlyList<Column> columns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, row, columns);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return (document.RootElement.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.Clone(), StringComparer.Ordinal), buffer.WrittenCount);
    }

    /// <summary>A value as one field of a CSV file; nothing where there is none.</summary>
    public static string TextOf(DbDataReader row, int place, Column column)
    {
        if (IsNull(row, place, column))
            return "";
        var text = PlainTextOf(row, place, column);
        return column.Kind is ColumnKind.Text or ColumnKind.Json ? Quoted(text) : text;
    }

    /// <summary>A value that is there, as it is written.</summary>
    public static string PlainTextOf(DbDataReader row, int place, Column column)
    {
        return column.Kind switch
        {
            ColumnKind.Integer when column.Name == "id" => new RowId(row.GetInt64(place)).ToString(),
            ColumnKind.Integer => row.GetInt64(place).ToString(CultureInfo.InvariantCulture),
            ColumnKind.Boolean => row.GetBoolean(place) ? "true" : "false",
            ColumnKind.Amount => UInt256.FromBigEndian(BytesAt(row, place)).ToString(),
            ColumnKind.SignedAmount => ValueText.SignedOf(BytesAt(row, place)).ToString(),
            ColumnKind.Text or ColumnKind.Json => row.GetString(place),
            _ => Hex.Encode(BytesAt(row, place)),
        };
    }

    public static void WriteValue(Utf8JsonWriter json, DbDataReader row, int place, Column column)
    {
        if (IsNull(row, place, column))
        {
            json.WriteNullValue();
            return;
        }

        switch (column.Kind)
        {
            case ColumnKind.Integer when column.Name != "id" && row.GetInt64(place) is var number && number is >= -LargestExact and <= LargestExact:
                json.WriteNumberValue(number);
                break;
            case ColumnKind.Boolean:
                json.WriteBooleanValue(row.GetBoolean(place));
                break;
            case ColumnKind.Json:
                json.WriteRawValue(row.GetString(place));
                break;
            case ColumnKind.Text:
                json.WriteStringValue(row.GetString(place));
                break;
            case ColumnKind.Amount:
                Span<char> digits = stackalloc char[MaxDigits];
                UInt256.FromBigEndian(BytesAt(row, place)).TryFormat(digits, out var count, "D", CultureInfo.InvariantCulture);
                json.WriteStringValue(digits[..count]);
                break;
            case ColumnKind.Integer or ColumnKind.SignedAmount:
                json.WriteStringValue(PlainTextOf(row, place, column));
                break;
            default:
                WriteHex(json, BytesAt(row, place));
                break;
        }
    }

    // Most of a page is hexadecimal: it is written as it is, in its quotes, and not looked through for what would have to be escaped.
    private static void WriteHex(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        var length = 4 + (bytes.Length * 2);
        var text = bytes.Length <= ShortBytes ? stackalloc byte[4 + (ShortBytes * 2)] : new byte[length];
        text[0] = (byte)'"';
        Hex.TryEncode(bytes, text[1..], out var written);
        text[written + 1] = (byte)'"';
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    // To ask whether a value is there costs about as much as to read it: what always is, is not asked for.
    private static bool IsNull(DbDataReader row, int place, Column column) => column.IsNullable && row.IsDBNull(place);

    private static byte[] BytesAt(DbDataReader row, int place) => row.GetFieldValue<byte[]>(place);

    // A field that a spreadsheet would take for a formula begins with an apostrophe: these texts are by strangers.
    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().ContainsAny("\",\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
