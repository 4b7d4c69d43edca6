using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Sql;

/// <summary>What became of a question in SQL.</summary>
internal abstract record SqlAnswer
{
    private SqlAnswer()
    {
    }

    /// <summary>The rows, as JSON.</summary>
    public sealed record Rows(byte[] Body) : SqlAnswer;

    /// <summary>It was not run, or ended: it is not allowed, makes no sense, or took too long.</summary>
    public sealed record Refused(string Reason) : SqlAnswer;
}

/// <summary>Runs questions in SQL of strangers.</summary>
internal interface ISqlConsole
{
    /// <summary>Why no question is taken; null when they are.</summary>
    string? Closed { get; }

    /// <summary>Runs one <c>SELECT</c> where nothing can be changed, and nothing but rows can be read.</summary>
    Task<SqlAnswer> RunAsync(string sql, CancellationToken cancellationToken);
}

/// <summary>Gathers an answer up to its limits.</summary>
internal sealed class SqlRows(int maxRows, int maxBytes) : IDisposable
{
    private const long LargestExact = 1L << 53;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Utf8JsonWriter? _json;
    private int _rows;
    private bool _truncated;

    private Utf8JsonWriter Json => _json ??= new Utf8JsonWriter(_buffer);

    public void Start(IEnumerable<string> columns)
    {
        Json.WriteStartObject();
        Json.WriteStartArray("columns");
        foreach (var column in columns)
            Json.WriteStringValue(column);
        Json.WriteEndArray();
        Json.WriteStartArray("rows");
    }

    /// <summary>Begins a row; false when there is no room for another.</summary>
    /// <param name="size">The bytes of its texts and blobs, which are read only when there is room for them.</param>
    public bool StartRow(long size)
    {
        if (_rows == maxRows || Json.BytesCommitted + Json.BytesPending + size > maxBytes)
        {
            _truncated = true;
            return false;
        }

        _rows++;
        Json.WriteStartArray();
        return true;
    }

    public void Write(object? value)
    {
        switch (value)
        {
            case null or DBNull:
                Json.WriteNullValue();
                break;
            case long number when number is < -LargestExact or > LargestExact:
                Json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case long number:
                Json.WriteNumberValue(number);
                break;
            case int number:
                Json.WriteNumberValue(number);
                break;
            case bool truth:
                Json.WriteBooleanValue(truth);
                break;
            case double number when double.IsFinite(number):
                Json.WriteNumberValue(number);
                break;
            case byte[] bytes:
                Json.WriteStringValue(Hex.Encode(bytes));
                break;
            default:
                Json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    public void EndRow() => Json.WriteEndArray();

    public byte[] Finish()
    {
        Json.WriteEndArray();
        Json.WriteNumber("row_count", _rows);
        Json.WriteBoolean("truncated", _truncated);
        Json.WriteEndObject();
        Json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _json?.Dispose();
}
