using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

/// <summary>Random types and values that fit them, from a seed.</summary>
internal sealed class RandomAbi(int seed)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz ÄßñЖ中🙂";

    private readonly Random _random = new(seed);

    /// <summary>Parameters of random types; <c>function</c> is left out, because neither peer takes it.</summary>
    public AbiType.Tuple Parameters(int most, int depth) =>
        new([.. Enumerable.Range(0, _random.Next(1, most + 1)).Select(i => new AbiParameter($"p{i}", Type(depth)))]);

    public AbiType Type(int depth) => _random.Next(depth > 0 ? 12 : 7) switch
    {
        0 => new AbiType.UInt(8 * _random.Next(1, 33)),
        1 => new AbiType.Int(8 * _random.Next(1, 33)),
        2 => new AbiType.Bool(),
        3 => new AbiType.Address(),
        4 => new AbiType.FixedBytes(_random.Next(1, 33)),
        5 => new AbiType.Bytes(),
        6 => new AbiType.String(),
        7 or 8 => new AbiType.Array(Type(depth - 1)),
        9 => new AbiType.FixedArray(Type(depth - 1), _random.Next(1, 4)),
        _ => Parameters(4, depth - 1),
    };

    public AbiValue Value(AbiType type) => type switch
    {
        AbiType.UInt number => Bits(number.Bits),
        AbiType.Int number => Signed(number.Bits),
        AbiType.Bool => _random.Next(2) == 0,
        AbiType.Address => new Address(Bytes(20)),
        AbiType.FixedBytes bytes => Bytes(bytes.Length),
        AbiType.Function => Bytes(AbiType.Function.Length),
        AbiType.Bytes => Bytes(Length()),
        AbiType.String => Text(Length()),
        AbiType.Array array => AbiValue.ArrayOf([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(array.Element))]),
        AbiType.FixedArray array => AbiValue.ArrayOf([.. Enumerable.Range(0, array.Length).Select(_ => Value(array.Element))]),
        AbiType.Tuple tuple => Values(tuple),
        _ => throw new InvalidOperationException(type.Name),
    };

    public AbiValue.Tuple Values(AbiType.Tuple tuple) => AbiValue.TupleOf([.. tuple.Components.Select(c => Value(c.Type))]);

    /// <summary>A value as JSON, numbers as decimal text.</summary>
    public static JsonNode Json(AbiValue value) => value switch
    {
        AbiValue.Bool flag => JsonValue.Create(flag.Value),
        AbiValue.String text => JsonValue.Create(text.Text),
        AbiValue.Address address => JsonValue.Create(address.Value.ToLowerHex()),
        AbiValue.Array array => new JsonArray([.. array.Items.Select(Json)]),
        AbiValue.Tuple tuple => new JsonArray([.. tuple.Items.Select(Json)]),
        _ => JsonValue.Create(value.ToString()),
    };

    /// <summary>A parameter as the JSON of an interface.</summary>
    public static JsonObject Json(AbiParameter parameter)
    {
        var suffix = string.Empty;
        var type = parameter.Type;
        while (type is AbiType.Array or AbiType.FixedArray)
        {
            suffix = (type is AbiType.FixedArray array ? $"[{array.Length}]" : "[]") + suffix;
            type = type is AbiType.FixedArray inner ? inner.Element : ((AbiType.Array)type).Element;
        }

        var json = new JsonObject { ["name"] = parameter.Name };
        if (type is AbiType.Tuple tuple)
            json["components"] = new JsonArray([.. tuple.Components.Select(Json)]);
        json["type"] = (type is AbiType.Tuple ? "tuple" : type.Name) + suffix;
        return json;
    }

    // Ends of the range come up often: that is where mistakes are.
    private UInt256 Bits(int bits) => _random.Next(6) switch
    {
        0 => UInt256.Zero,
        1 => UInt256.MaxValue >> (256 - bits),
        2 => UInt256.One << (bits - 1),
        _ => UInt256.FromBigEndian(Bytes(32)) >> (256 - _random.Next(1, bits + 1)),
    };

    private Int256 Signed(int bits)
    {
        var magnitude = Int256.FromBits(Bits(bits) >> 1);
        return _random.Next(2) == 0 ? magnitude : unchecked(-magnitude - Int256.One);
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Text(int length)
    {
        var runes = Letters.EnumerateRunes().ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < length; i++)
            text.Append(runes[_random.Next(runes.Length)].ToString());
        return text.ToString();
    }

    private int Length() => _random.Next(4) == 0 ? _random.Next(2) * 32 : _random.Next(70);
}
