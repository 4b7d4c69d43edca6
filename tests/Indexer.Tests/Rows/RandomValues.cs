using System.Buffers.Binary;
using System.Text;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Tests.Rows;

/// <summary>Values of any type, and what they are as fields of a row, made apart from the code under test.</summary>
internal static class RandomValues
{
    public static AbiValue Of(AbiType type, Random random) => type switch
    {
        AbiType.UInt number => new AbiValue.UInt(UInt256.FromBigEndian(Padded(Bytes(random, number.Bits / 8)))),
        AbiType.Bool => AbiValue.Bool.Of(random.Next(2) == 1),
        AbiType.Address => new AbiValue.Address(new Address(Bytes(random, 20))),
        AbiType.FixedBytes bytes => new AbiValue.Bytes(Bytes(random, bytes.Length)),
        AbiType.Bytes => new AbiValue.Bytes(Bytes(random, random.Next(70))),
        AbiType.String => new AbiValue.String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "aé漢\"\\"[random.Next(5)])))),
        AbiType.Array array => new AbiValue.Array([.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(array.Element, random))]),
        AbiType.Tuple tuple => new AbiValue.Tuple([.. tuple.Components.Select(member => Of(member.Type, random))]),
        _ => throw new NotSupportedException(type.Name),
    };

    /// <summary>The fields of a row, as hexadecimal.</summary>
    public static IEnumerable<string> Flatten(AbiType type, AbiValue value)
    {
        if (type is AbiType.Tuple tuple)
            return tuple.Components.Zip(((AbiValue.Tuple)value).Items, (member, item) => (member.Type, item)).SelectMany(pair => Flatten(pair.Type, pair.item));
        return [Field(type, value)];
    }

    private static string Field(AbiType type, AbiValue value) => (type, value) switch
    {
        (AbiType.UInt { Bits: <= 64 }, AbiValue.UInt number) => Convert.ToHexStringLower(Int64((long)Math.Min(ulong.Parse(number.Value.ToString()), long.MaxValue))),
        (_, AbiValue.UInt number) => Convert.ToHexStringLower(number.Value.ToBigEndian()),
        (_, AbiValue.Bool truth) => truth == AbiValue.Bool.Of(true) ? "01" : "00",
        (_, AbiValue.Address address) => Convert.ToHexStringLower(address.Value.Bytes),
        (_, AbiValue.Bytes bytes) => Convert.ToHexStringLower(bytes.Value.Span),
        (_, AbiValue.String text) => Convert.ToHexStringLower(text.Utf8.Span),
        (AbiType.Array array, AbiValue.Array list) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes("[" + string.Join(',', list.Items.Select(item => Json(array.Element, item))) + "]")),
        _ => throw new NotSupportedException(type.Name),
    };

    private static string Json(AbiType type, AbiValue value) => (type, value) switch
    {
        (AbiType.UInt, AbiValue.UInt number) => $"\"{number.Value}\"",
        (_, AbiValue.Address address) => $"\"{address.Value.ToLowerHex()}\"",
        (_, AbiValue.Bytes bytes) => $"\"{Hex.Encode(bytes.Value.Span)}\"",
        (_, AbiValue.String text) => "\"" + Encoding.UTF8.GetString(text.Utf8.Span).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        (AbiType.Tuple tuple, AbiValue.Tuple items) => "{" + string.Join(',', tuple.Components.Zip(items.Items, (member, item) => $"\"{member.Name}\":{Json(member.Type, item)}")) + "}",
        _ => throw new NotSupportedException(type.Name),
    };

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Padded(byte[] bytes) => [.. new byte[32 - bytes.Length], .. bytes];

    private static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
