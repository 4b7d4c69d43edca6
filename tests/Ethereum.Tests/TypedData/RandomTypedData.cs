using System.Globalization;
using System.Numerics;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.TypedData;

/// <summary>Documents of random nested types with values that fit them, the same for the same seed.</summary>
internal sealed class RandomTypedData(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<(string Name, List<(string Name, string Type)> Fields)> _structs = [];

    /// <summary>Writes one document.</summary>
    public void Write(Utf8JsonWriter json)
    {
        _structs.Clear();
        var count = _random.Next(1, 6);
        for (var i = 0; i < count; i++)
        {
            var fields = Enumerable.Range(0, _random.Next(1, 6)).Select(field => ($"field{field}", FieldType())).ToList();
            _structs.Add(($"{(char)('A' + _random.Next(26))}Type{i}", fields));
        }

        json.WriteStartObject();
        json.WriteStartObject("types");
        foreach (var (name, fields) in _structs.OrderBy(_ => _random.Next()))
        {
            json.WriteStartArray(name);
            foreach (var field in fields)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteString("type", field.Type);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteString("primaryType", _structs[^1].Name);
        WriteDomain(json);
        json.WritePropertyName("message");
        WriteValue(json, _structs[^1].Name);
        json.WriteEndObject();
    }

    private void WriteDomain(Utf8JsonWriter json)
    {
        json.WriteStartObject("domain");
        if (Coin())
            json.WriteString("name", Text());
        if (Coin())
            json.WriteString("version", "1" + Text());
        if (Coin())
            json.WriteNumber("chainId", _random.Next());
        if (Coin())
            json.WriteString("verifyingContract", Hex.Encode(Bytes(20)));
        if (Coin())
            json.WriteString("salt", Hex.Encode(Bytes(32)));
        json.WriteEndObject();
    }

    // Only structures that exist already can be referred to, so that no type contains itself.
    private string FieldType()
    {
        var type = _random.Next(9) switch
        {
            0 => "address",
            1 => "bool",
            2 => "string",
            3 => "bytes",
            4 => $"bytes{_random.Next(1, 33)}",
            5 => $"uint{_random.Next(1, 33) * 8}",
            6 => $"int{_random.Next(1, 33) * 8}",
            _ => _structs.Count == 0 ? "bool" : _structs[_random.Next(_structs.Count)].Name,
        };
        for (var dimension = _random.Next(6); dimension > 3; dimension--)
            type += Coin() ? "[]" : $"[{_random.Next(1, 4)}]";
        return type;
    }

    private void WriteValue(Utf8JsonWriter json, string type)
    {
        if (type.EndsWith(']'))
        {
            var bracket = type.LastIndexOf('[');
            var digits = type[(bracket + 1)..^1];
            var length = digits.Length == 0 ? _random.Next(4) : int.Parse(digits, CultureInfo.InvariantCulture);
            json.WriteStartArray();
            for (var i = 0; i < length; i++)
                WriteValue(json, type[..bracket]);
            json.WriteEndArray();
        }
        else if (_structs.Find(declared => string.Equals(declared.Name, type, StringComparison.Ordinal)) is { Name: not null } structure)
        {
            json.WriteStartObject();
            foreach (var field in structure.Fields.OrderBy(_ => _random.Next()))
            {
                json.WritePropertyName(field.Name);
                WriteValue(json, field.Type);
            }

            json.WriteEndObject();
        }
        else
        {
            WriteAtomic(json, type);
        }
    }

    private void WriteAtomic(Utf8JsonWriter json, string type)
    {
        switch (type)
        {
            case "address":
                json.WriteStringValue(Coin() ? new Address(Bytes(20)).ToString() : Hex.Encode(Bytes(20)));
                break;
            case "bool":
                json.WriteBooleanValue(Coin());
                break;
            case "string":
                json.WriteStringValue(Text());
                break;
            case "bytes":
                json.WriteStringValue(Hex.Encode(Bytes(_random.Next(80))));
                break;
            case var _ when type.StartsWith("bytes", StringComparison.Ordinal):
                json.WriteStringValue(Hex.Encode(Bytes(Number(type, "bytes"))));
                break;
            case var _ when type.StartsWith("uint", StringComparison.Ordinal):
                WriteInteger(json, Integer(Number(type, "uint")));
                break;
            default:
                // Two's complement of one bit less, below zero half the time: −n − 1 reaches the smallest value.
                var magnitude = Integer(Number(type, "int") - 1);
                WriteInteger(json, Coin() ? magnitude : -magnitude - 1);
                break;
        }
    }

    private void WriteInteger(Utf8JsonWriter json, BigInteger value)
    {
        if (BigInteger.Abs(value) < BigInteger.Pow(2, 53) && Coin())
            json.WriteNumberValue((long)value);
        else if (value.Sign >= 0 && Coin())
            json.WriteStringValue(((UInt256)value).ToString("x"));
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private BigInteger Integer(int bits)
    {
        var largest = BigInteger.Pow(2, bits) - 1;
        return _random.Next(5) switch
        {
            0 => BigInteger.Zero,
            1 => largest,
            2 => BigInteger.Min(largest, _random.Next(1000)),
            _ => new BigInteger(Bytes(32), isUnsigned: true) & largest,
        };
    }

    private string Text()
    {
        string[] pieces = ["a", "Ω", "🦀", "\n", "\"", "\\", " ", "0x12", "é", "漢"];
        return string.Concat(Enumerable.Range(0, _random.Next(12)).Select(_ => pieces[_random.Next(pieces.Length)]));
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private bool Coin() => _random.Next(2) == 0;

    private static int Number(string type, string prefix) => int.Parse(type.AsSpan(prefix.Length), CultureInfo.InvariantCulture);
}
