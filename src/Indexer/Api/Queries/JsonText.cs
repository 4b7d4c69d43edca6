using System.Buffers;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>Single values as JSON, as rows have them.</summary>
internal sealed class JsonText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;

    public JsonText() => _json = new Utf8JsonWriter(_buffer);

    public string Of(DbDataReader row, int place, Column column)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        RowJson.WriteValue(_json, row, place, column);
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();
}
