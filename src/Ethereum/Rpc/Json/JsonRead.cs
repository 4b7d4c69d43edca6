using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Reads values straight from UTF-8. Every refusal is a <see cref="JsonException"/> that names the field; nothing is believed about a
/// token before it was looked at.
/// </summary>
internal static class JsonRead
{
    /// <summary>
    /// Goes to the value of an object's next field, or past the object's end. Names with escapes count as unknown: no node writes them, and
    /// a name that two parsers could read differently is not to be trusted.
    /// </summary>
    public static bool TryReadField(this ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        ReadToken(ref reader);
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }

        name = reader.ValueIsEscaped ? default : reader.ValueSpan;
        ReadToken(ref reader);
        return true;
    }

    public static void ExpectObject(this ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Malformed(what, "is not an object");
    }

    public static void ExpectArray(this ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Malformed(what, "is not an array");
    }

    /// <summary>Goes to an array's next item, or to the array's end.</summary>
    public static bool TryReadItem(this ref Utf8JsonReader reader)
    {
        ReadToken(ref reader);
        return reader.TokenType != JsonTokenType.EndArray;
    }

    public static List<T> ReadArray<T>(this ref Utf8JsonReader reader, string what, int limit, RpcResultReader<T> readItem)
    {
        reader.ExpectArray(what);
        var items = new List<T>();
        while (reader.TryReadItem())
        {
            if (items.Count == limit)
                throw Malformed(what, $"has more than {limit} items");
            items.Add(readItem(ref reader));
        }

        return items;
    }

    public static bool IsNull(this ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    public static ulong ReadUInt64(this ref Utf8JsonReader reader, string what) =>
        Quantity.TryParse(Text(ref reader, what), out ulong value) ? value : throw NotAQuantity(what);

    public static uint ReadUInt32(this ref Utf8JsonReader reader, string what) =>
        Quantity.TryParse(Text(ref reader, what), out uint value) ? value : throw NotAQuantity(what);

    public static byte ReadByte(this ref Utf8JsonReader reader, string what) =>
        Quantity.TryParse(Text(ref reader, what), out ulong value) && value <= byte.MaxValue ? (byte)value : throw NotAQuantity(what);

    public static UInt256 ReadUInt256(this ref Utf8JsonReader reader, string what) =>
        Quantity.TryParse(Text(ref reader, what), out UInt256 value) ? value : throw NotAQuantity(what);

    public static UInt256 ReadPaddedUInt256(this ref Utf8JsonReader reader, string what) =>
        Quantity.TryParsePadded(Text(ref reader, what), out var value) ? value : throw NotAQuantity(what);

    public static Wei ReadWei(this ref Utf8JsonReader reader, string what) => new(reader.ReadUInt256(what));

    public static BlockNumber ReadBlockNumber(this ref Utf8JsonReader reader, string what) => new(reader.ReadUInt64(what));

    public static Hash32 ReadHash(this ref Utf8JsonReader reader, string what) =>
        TryDecode(Text(ref reader, what), out Hash32 hash) ? hash : throw Malformed(what, "is not 32 bytes of hexadecimal");

    public static Address ReadAddress(this ref Utf8JsonReader reader, string what) =>
        TryDecode(Text(ref reader, what), out Address address) ? address : throw Malformed(what, "is not an address");

    public static Bloom ReadBloom(this ref Utf8JsonReader reader, string what)
    {
        Span<byte> bytes = stackalloc byte[Bloom.ByteLength];
        if (!Hex.TryDecode(Text(ref reader, what), bytes))
            throw Malformed(what, "is not 256 bytes of hexadecimal");
        return bytes.ContainsAnyExcept((byte)0) ? Bloom.FromBytes(bytes) : Bloom.Empty;
    }

    public static byte[] ReadBytes(this ref Utf8JsonReader reader, string what)
    {
        var digits = Digits(ref reader, what);
        if (digits.SequenceEqual("0x"u8))
            return [];
        var bytes = GC.AllocateUninitializedArray<byte>((digits.Length - 2) / 2);
        return Hex.TryDecode(digits, bytes) ? bytes : throw NotBytes(what);
    }

    /// <summary>As <see cref="ReadBytes(ref Utf8JsonReader, string)"/>, in memory that is shared.</summary>
    public static ReadOnlyMemory<byte> ReadBytes(this ref Utf8JsonReader reader, string what, LogMemory memory) =>
        TryDecode(Text(ref reader, what), memory, out var bytes) ? bytes : throw NotBytes(what);

    public static bool TryDecode(ReadOnlySpan<byte> digits, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash32.ByteLength];
        var isHash = Hex.TryDecode(digits, bytes);
        hash = isHash ? new Hash32(bytes) : default;
        return isHash;
    }

    public static bool TryDecode(ReadOnlySpan<byte> digits, out Address address)
    {
        Span<byte> bytes = stackalloc byte[Address.ByteLength];
        var isAddress = Hex.TryDecode(digits, bytes);
        address = isAddress ? new Address(bytes) : default;
        return isAddress;
    }

    public static bool TryDecode(ReadOnlySpan<byte> digits, LogMemory memory, out ReadOnlyMemory<byte> decoded)
    {
        decoded = default;
        if (!IsWhole(digits))
            return false;
        var bytes = memory.TakeBytes((digits.Length - 2) / 2);
        decoded = bytes;
        return Hex.TryDecode(digits, bytes.Span);
    }

    public static bool ReadBoolean(this ref Utf8JsonReader reader, string what) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Malformed(what, "is neither true nor false"),
    };

    public static double ReadDouble(this ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Malformed(what, "is not a number");

    /// <summary>Text for people, shortened; a surrogate or byte sequence that is not text is refused.</summary>
    public static string ReadText(this ref Utf8JsonReader reader, string what) => RpcText.Shortened(reader.ReadWholeText(what));

    /// <summary>Text whose secrets must be found before it is shortened.</summary>
    public static string ReadWholeText(this ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Malformed(what, "is not a text");
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw Malformed(what, "is not valid text");
        }
    }

    public static JsonException Malformed(string what, string fault) => new($"{what} {fault}.");

    public static JsonException Missing(string what, string fields) => new($"{what} lacks {fields}.");

    public static JsonException Twice(string what, ReadOnlySpan<byte> name) =>
        new($"{what} has the field {RpcText.Shortened(Encoding.UTF8.GetString(name))} twice.");

    /// <summary>Reads a token that must be there: the text is whole, so that its end inside a value is a fault of the text.</summary>
    private static void ReadToken(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new JsonException("The answer ends in the middle.");
    }

    private static ReadOnlySpan<byte> Digits(ref Utf8JsonReader reader, string what)
    {
        var text = Text(ref reader, what);
        return IsWhole(text) ? text : throw NotBytes(what);
    }

    private static bool IsWhole(ReadOnlySpan<byte> digits) => digits.Length >= 2 && digits.Length % 2 == 0;

    // No value that is read here ever needs an escape; one that has some is refused rather than unescaped.
    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
            ? reader.ValueSpan
            : throw Malformed(what, reader.TokenType == JsonTokenType.Null ? "is null" : "is not a plain text");

    private static JsonException NotBytes(string what) => Malformed(what, "is not whole bytes of hexadecimal");

    private static JsonException NotAQuantity(string what) => Malformed(what, "is not a quantity");
}
