using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Rows;

/// <summary>Lists of an event as JSON: the same bytes for the same list, always.</summary>
internal static class JsonLists
{
    /// <summary>Beyond this a number is no longer exact where JSON is read as most do.</summary>
    public const ulong LargestExact = 1UL << 53;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Read(ref AbiReader reader, AbiType type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(ref reader, type, json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(ref AbiReader reader, AbiType type, Utf8JsonWriter json)
    {
        switch (type)
        {
            case AbiType.UInt { Bits: <= 64 } number:
                Write(reader.ReadUInt64(number.Bits), json);
                break;
            case AbiType.UInt number:
                json.WriteStringValue(reader.ReadUInt256(number.Bits).ToString());
                break;
            case AbiType.Int number:
                json.WriteStringValue(reader.ReadInt256(number.Bits).ToString());
                break;
            case AbiType.Bool:
                json.WriteBooleanValue(reader.ReadBool());
                break;
            case AbiType.Address:
                json.WriteStringValue(reader.ReadAddress().ToLowerHex());
                break;
            case AbiType.FixedBytes bytes:
                json.WriteStringValue(Hex.Encode(reader.ReadFixedBytes(bytes.Length).Bytes));
                break;
            case AbiType.Bytes:
                json.WriteStringValue(Hex.Encode(reader.ReadBytes()));
                break;
            case AbiType.String:
                json.WriteStringValue(Encoding.UTF8.GetString(reader.ReadBytes()).Replace('\0', '\uFFFD'));
                break;
            case AbiType.Array array:
                var list = reader.EnterList(array.Element.HeadBytes, out var count);
                WriteItems(ref reader, array.Element, count, json);
                reader.Leave(list);
                break;
            case AbiType.FixedArray { IsDynamic: true } array:
                var tail = reader.EnterTuple(array.Length * array.Element.HeadBytes);
                WriteItems(ref reader, array.Element, array.Length, json);
                reader.Leave(tail);
                break;
            case AbiType.FixedArray array:
                WriteItems(ref reader, array.Element, array.Length, json);
                break;
            case AbiType.Tuple { IsDynamic: true } tuple:
                var outer = reader.EnterTuple(tuple.Components.Sum(member => member.Type.HeadBytes));
                WriteMembers(ref reader, tuple, json);
                reader.Leave(outer);
                break;
            case AbiType.Tuple tuple:
                WriteMembers(ref reader, tuple, json);
                break;
            default:
                throw new ArgumentException($"{type} has no JSON.", nameof(type));
        }
    }

    private static void Write(ulong number, Utf8JsonWriter json)
    {
        if (number <= LargestExact)
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(number.ToString());
    }

    private static void WriteItems(ref AbiReader reader, AbiType element, int count, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var i = 0; i < count && reader.Fault == AbiFault.None; i++)
            Write(ref reader, element, json);
        json.WriteEndArray();
    }

    private static void WriteMembers(ref AbiReader reader, AbiType.Tuple tuple, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, type) in tuple.Components)
        {
            json.WritePropertyName(name);
            Write(ref reader, type, json);
        }

        json.WriteEndObject();
    }
}
