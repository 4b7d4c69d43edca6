using System.Globalization;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

public static partial class AbiCodec
{
    internal static UInt256 ToUnsigned(AbiValue value, AbiType type) => value switch
    {
        AbiValue.UInt number => number.Value,
        AbiValue.Int { Value.IsNegative: false } number => number.Value.Bits,
        AbiValue.Int number => throw new AbiException(string.Empty, $"{number.Value} does not fit {type}."),
        _ => throw Mismatch(type, value),
    };

    internal static Int256 ToSigned(AbiValue value, AbiType type) => value switch
    {
        AbiValue.Int number => number.Value,
        AbiValue.UInt number when number.Value.BitLength < 256 => Int256.FromBits(number.Value),
        AbiValue.UInt number => throw new AbiException(string.Empty, $"{number.Value} does not fit {type}."),
        _ => throw Mismatch(type, value),
    };

    internal static AbiException Mismatch(AbiType type, AbiValue value) =>
        new(string.Empty, $"A value of type {type} is expected, and this is {value.GetType().Name}.");

    internal static ReadOnlySpan<AbiValue> ItemsOf(AbiValue value, AbiType type) => value switch
    {
        AbiValue.Array array => array.Items.AsSpan(),
        AbiValue.Tuple tuple => tuple.Items.AsSpan(),
        _ => throw Mismatch(type, value),
    };

    internal static void CheckCount(int expected, int given, AbiType type)
    {
        if (expected != given)
            throw new AbiException(string.Empty, $"{type} has {expected} values, not {given}.");
    }

    /// <summary>Encodes a value of one word.</summary>
    internal static void EncodeWord(AbiType type, AbiValue value, Span<byte> word)
    {
        var writer = new AbiWriter(word, word.Length);
        Write(ref writer, type, value);
    }

    private static void Write(ref AbiWriter writer, AbiType type, AbiValue value)
    {
        switch (type, value)
        {
            case (AbiType.UInt to, _):
                writer.WriteUInt256(ToUnsigned(value, type), to.Bits, string.Empty);
                break;
            case (AbiType.Int to, _):
                writer.WriteInt256(ToSigned(value, type), to.Bits, string.Empty);
                break;
            case (AbiType.Bool, AbiValue.Bool from):
                writer.WriteBool(from.Value);
                break;
            case (AbiType.Address, AbiValue.Address from):
                writer.WriteAddress(from.Value);
                break;
            case (AbiType.FixedBytes to, AbiValue.Bytes from):
                writer.WriteLeftAligned(from.Value.Span, to.Length, string.Empty);
                break;
            case (AbiType.Function, AbiValue.Bytes from):
                writer.WriteLeftAligned(from.Value.Span, AbiType.Function.Length, string.Empty);
                break;
            case (AbiType.Bytes, AbiValue.Bytes from):
                writer.WriteBytes(from.Value.Span);
                break;
            case (AbiType.String, AbiValue.String from):
                writer.WriteBytes(from.Utf8.Span);
                break;
            case (AbiType.Array to, _):
                WriteArray(ref writer, to, ItemsOf(value, type));
                break;
            case (AbiType.FixedArray to, _):
                WriteFixedArray(ref writer, to, ItemsOf(value, type));
                break;
            case (AbiType.Tuple to, _):
                WriteTuple(ref writer, to, ItemsOf(value, type));
                break;
            default:
                throw Mismatch(type, value);
        }
    }

    private static void WriteArray(ref AbiWriter writer, AbiType.Array type, ReadOnlySpan<AbiValue> items)
    {
        var outer = writer.EnterList(items.Length, type.Element.HeadBytes);
        WriteItems(ref writer, type.Element, items);
        writer.Leave(outer);
    }

    private static void WriteFixedArray(ref AbiWriter writer, AbiType.FixedArray type, ReadOnlySpan<AbiValue> items)
    {
        CheckCount(type.Length, items.Length, type);
        if (!type.IsDynamic)
        {
            WriteItems(ref writer, type.Element, items);
            return;
        }

        var outer = writer.EnterTuple(type.BodyBytes);
        WriteItems(ref writer, type.Element, items);
        writer.Leave(outer);
    }

    private static void WriteTuple(ref AbiWriter writer, AbiType.Tuple type, ReadOnlySpan<AbiValue> items)
    {
        if (!type.IsDynamic)
        {
            WriteMembers(ref writer, type, items);
            return;
        }

        var outer = writer.EnterTuple(type.BodyBytes);
        WriteMembers(ref writer, type, items);
        writer.Leave(outer);
    }

    private static void WriteItems(ref AbiWriter writer, AbiType element, ReadOnlySpan<AbiValue> items)
    {
        var i = 0;
        try
        {
            for (; i < items.Length; i++)
                Write(ref writer, element, items[i]);
        }
        catch (AbiException wrong)
        {
            throw wrong.Within($"[{i}]");
        }
    }

    private static void WriteMembers(ref AbiWriter writer, AbiType.Tuple type, ReadOnlySpan<AbiValue> items)
    {
        var components = type.Components;
        CheckCount(components.Count, items.Length, type);
        var i = 0;
        try
        {
            for (; i < items.Length; i++)
                Write(ref writer, components[i].Type, items[i]);
        }
        catch (AbiException wrong)
        {
            throw wrong.Within(StepTo(components[i].Name, i));
        }
    }

    internal static string StepTo(string name, int index) =>
        name.Length > 0 ? name : index.ToString(CultureInfo.InvariantCulture);
}
