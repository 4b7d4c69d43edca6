using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// Encodes JSON values by their declared types. One buffer serves as a stack: a structure or array puts its words at the end, hashes them and
/// takes them away again, so that memory follows the deepest path and not the document.
/// </summary>
internal sealed class StructEncoder(string root)
{
    private const int WordLength = UInt256.ByteLength;

    // The largest number that every JSON reader sees as it is written; above it JavaScript would sign another one.
    private const long LargestSafeNumber = (1L << 53) - 1;

    private readonly List<(string? Name, int Index)> _path = [];
    private byte[] _words = new byte[32 * WordLength];
    private int _length;

    public Hash32 HashStruct(StructType type, JsonElement value)
    {
        var start = _length;
        PushStruct(type, value);
        return PopHash(start);
    }

    /// <summary>The words themselves: the type's hash, then a word for each field.</summary>
    public byte[] EncodeStruct(StructType type, JsonElement value)
    {
        var start = _length;
        PushStruct(type, value);
        _length = start;
        return _words.AsSpan(start, (type.Fields.Count + 1) * WordLength).ToArray();
    }

    private void PushStruct(StructType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Refusal($"an object of type {type.Name} is expected, not {NameOf(value.ValueKind)}.");

        type.TypeHash.CopyTo(Push(WordLength));
        foreach (var field in type.Fields)
        {
            var fieldValue = Find(value, field.Name)
                ?? throw Refusal($"the field '{field.Name}' of type {field.Type.Text} is missing.");

            _path.Add((field.Name, 0));
            PushValue(field.Type, fieldValue);
            _path.RemoveAt(_path.Count - 1);
        }

        // What is not in the type is not in the hash: a person would read what nobody signs.
        if (value.GetPropertyCount() != type.Fields.Count)
            throw Refusal($"the field '{Quoted.Short(ExtraField(type, value))}' is not part of the type {type.Name}, and would not be signed.");
    }

    private void PushValue(FieldType type, JsonElement value)
    {
        switch (type.Kind)
        {
            case FieldKind.Struct:
                HashStruct(type.Struct!, value).CopyTo(Push(WordLength));
                break;
            case FieldKind.Array:
                HashArray(type, value).CopyTo(Push(WordLength));
                break;
            case FieldKind.String:
                HashText(type, value).CopyTo(Push(WordLength));
                break;
            case FieldKind.Bytes:
                HashBytes(type, value).CopyTo(Push(WordLength));
                break;
            case FieldKind.FixedBytes:
                var bytes = Push(WordLength);
                bytes.Clear();
                if (!Hex.TryDecode(HexTextOf(type, value), bytes[..type.Size]))
                    throw Refusal($"{type.Size} bytes are expected for {type.Text}: 0x and {type.Size * 2} hexadecimal digits.");
                break;
            case FieldKind.Address:
                PushAddress(type, value);
                break;
            case FieldKind.Bool:
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    throw Refusal($"true or false is expected, not {NameOf(value.ValueKind)}.");
                PushWord(value.ValueKind == JsonValueKind.True ? UInt256.One : UInt256.Zero);
                break;
            case FieldKind.Unsigned:
                PushWord(UnsignedOf(type, value));
                break;
            case FieldKind.Signed:
                PushWord(SignedOf(type, value).Bits);
                break;
            default:
                throw new InvalidOperationException($"No encoding for {type.Kind}.");
        }
    }

    private Hash32 HashArray(FieldType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Refusal($"an array is expected for {type.Text}, not {NameOf(value.ValueKind)}.");
        if (type.Length is { } length && value.GetArrayLength() != length)
            throw Refusal($"{type.Text} has exactly {length} elements; here are {value.GetArrayLength()}.");

        var start = _length;
        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            _path.Add((null, index++));
            PushValue(type.Element!, element);
            _path.RemoveAt(_path.Count - 1);
        }

        return PopHash(start);
    }

    private Hash32 HashText(FieldType type, JsonElement value)
    {
        var text = TextOf(type, value);
        var start = _length;
        Encoding.UTF8.GetBytes(text, Push(Encoding.UTF8.GetByteCount(text)));
        return PopHash(start);
    }

    // Others read 0X in other ways, or not at all: one takes it for text, and would sign another digest.
    private string HexTextOf(FieldType type, JsonElement value)
    {
        var text = TextOf(type, value);
        return text.StartsWith("0X", StringComparison.Ordinal)
            ? throw Refusal("hexadecimal digits start with 0x, not 0X.")
            : text;
    }

    private Hash32 HashBytes(FieldType type, JsonElement value)
    {
        var text = HexTextOf(type, value);
        var start = _length;
        if (text.Length < 2 || text.Length % 2 != 0 || !Hex.TryDecode(text, Push((text.Length - 2) / 2)))
            throw Refusal("bytes are expected: 0x and an even number of hexadecimal digits.");
        return PopHash(start);
    }

    private void PushAddress(FieldType type, JsonElement value)
    {
        var text = HexTextOf(type, value);
        if (!Address.TryParse(text, out var address))
        {
            throw Refusal(
                $"'{Quoted.Short(text)}' is not an address: 0x and 40 hexadecimal digits, with the checksum of EIP-55 if their case is mixed.");
        }

        var word = Push(WordLength);
        word.Clear();
        address.CopyTo(word[^Address.ByteLength..]);
    }

    private UInt256 UnsignedOf(FieldType type, JsonElement value)
    {
        UInt256 number;
        if (value.ValueKind == JsonValueKind.Number)
        {
            var small = SafeNumberOf(type, value);
            number = small >= 0 ? (UInt256)small : throw OutOfRange(type, small.ToString(CultureInfo.InvariantCulture));
        }
        else if (!UInt256.TryParse(IntegerTextOf(type, value), out number))
        {
            throw NotInteger(type, value);
        }

        return number.BitLength <= type.Size ? number : throw OutOfRange(type, number.ToString());
    }

    private Int256 SignedOf(FieldType type, JsonElement value)
    {
        Int256 number;
        if (value.ValueKind == JsonValueKind.Number)
        {
            number = SafeNumberOf(type, value);
        }
        else
        {
            // -0x1 has no settled meaning: some read it as a number, others refuse it.
            var text = IntegerTextOf(type, value);
            if (text.StartsWith("-0x", StringComparison.OrdinalIgnoreCase) || !Int256.TryParse(text, out number))
                throw NotInteger(type, value);
        }

        // The highest bit is the sign: ~n of a negative number is the magnitude less one, so that −2^(size−1) fits and 2^(size−1) doesn't.
        var significant = (number.IsNegative ? ~number.Bits : number.Bits).BitLength;
        return significant < type.Size ? number : throw OutOfRange(type, number.ToString());
    }

    private long SafeNumberOf(FieldType type, JsonElement value)
    {
        if (!value.TryGetInt64(out var number))
            throw Refusal($"the number is no integer, or too large: write a {type.Text} as a text of decimal digits.");
        if (number is > LargestSafeNumber or < -LargestSafeNumber)
            throw Refusal($"a number beyond 2^53 is read differently by different programs: write this {type.Text} as a text.");
        return number;
    }

    private string IntegerTextOf(FieldType type, JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? HexTextOf(type, value)
            : throw Refusal($"a number, or a text with one, is expected for {type.Text}, not {NameOf(value.ValueKind)}.");

    private string TextOf(FieldType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Refusal($"a text is expected for {type.Text}, not {NameOf(value.ValueKind)}.");
        return JsonText.TryRead(value, out var text) ? text : throw Refusal("the text is not valid Unicode.");
    }

    private TypedDataException NotInteger(FieldType type, JsonElement value) =>
        Refusal($"'{Quoted.Short(TextOf(type, value))}' is not a number for {type.Text}: decimal digits, or hexadecimal ones after 0x.");

    private TypedDataException OutOfRange(FieldType type, string number) => Refusal($"{number} does not fit {type.Text}.");

    private TypedDataException Refusal(string problem)
    {
        var path = new StringBuilder(root);
        foreach (var (name, index) in _path)
            _ = name is null ? path.Append('[').Append(index).Append(']') : path.Append('.').Append(name);
        return new TypedDataException(path.ToString(), problem);
    }

    // A name that is no Unicode is noticed only when it is compared with one that starts as it does. In whole documents the parser has
    // refused such names before; a value that comes by itself may have them.
    private JsonElement? Find(JsonElement value, string name)
    {
        try
        {
            return value.TryGetProperty(name, out var found) ? found : null;
        }
        catch (InvalidOperationException)
        {
            throw Refusal("the name of a property is not valid Unicode.");
        }
    }

    private static string ExtraField(StructType type, JsonElement value)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            // A name that occurs twice counts as extra too: which of the two values would be signed, nobody can tell.
            var name = JsonText.NameOf(property, type.Name);
            if (!seen.Add(name) || !type.Fields.Any(field => string.Equals(field.Name, name, StringComparison.Ordinal)))
                return name;
        }

        throw new InvalidOperationException("No field is extra.");
    }

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "nothing",
        _ => "true or false",
    };

    private void PushWord(UInt256 word) => word.WriteBigEndian(Push(WordLength));

    // What this returns is valid until the next push, which may move the buffer.
    private Span<byte> Push(int length)
    {
        var start = _length;
        _length += length;
        if (_length > _words.Length)
            Array.Resize(ref _words, Math.Max(_length, _words.Length * 2));
        return _words.AsSpan(start, length);
    }

    private Hash32 PopHash(int start)
    {
        var hash = Keccak256.Hash(_words.AsSpan(start, _length - start));
        _length = start;
        return hash;
    }
}
