using System.Buffers;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// The encodings without heads and tails that contracts hash: <c>abi.encodePacked</c>, and what an event hashes of an indexed value that
/// does not fit a topic. They cannot be decoded.
/// </summary>
public static class AbiPacked
{
    private const int WordLength = AbiReader.WordLength;

    /// <summary>
    /// Encodes as <c>abi.encodePacked</c> does: each value in as many bytes as its type has, arrays as words without their length. Structs, and
    /// arrays of strings or bytes, are refused, as solc refuses them.
    /// </summary>
    /// <remarks>
    /// Warning: different values can give the same bytes. <c>("a", "bc")</c> and <c>("ab", "c")</c> do, so hash or sign a packed encoding only
    /// if at most one value is of dynamic length; else use <see cref="AbiCodec"/>.
    /// </remarks>
    public static byte[] Encode(AbiType.Tuple parameters, params ReadOnlySpan<AbiValue> values)
    {
        AbiCodec.CheckCount(parameters.Components.Count, values.Length, parameters);
        var encoded = new ArrayBufferWriter<byte>();
        var i = 0;
        try
        {
            for (; i < values.Length; i++)
            {
                var type = parameters.Components[i].Type;
                RefuseWhatSolcDoes(type, type);
                Append(encoded, type, values[i], padded: false);
            }
        }
        catch (AbiException wrong)
        {
            throw wrong.Within(AbiCodec.StepTo(parameters.Components[i].Name, i));
        }

        return encoded.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The topic of an indexed parameter: the value itself where its type has one word, else the hash of its encoding in place. Use it to ask
    /// a node for events about a value.
    /// </summary>
    public static Hash32 Topic(AbiType type, AbiValue value)
    {
        if (!IsHashedInTopics(type))
        {
            Span<byte> word = stackalloc byte[WordLength];
            AbiCodec.EncodeWord(type, value, word);
            return new Hash32(word);
        }

        if (value is AbiValue.Hashed known)
            return known.Hash;

        var encoded = new ArrayBufferWriter<byte>();

        // Only inside an array or struct are strings and bytes filled up to whole words.
        Append(encoded, type, value, padded: false);
        return Keccak256.Hash(encoded.WrittenSpan);
    }

    /// <summary>Whether an indexed parameter of this type leaves only a hash in the log.</summary>
    internal static bool IsHashedInTopics(AbiType type) =>
        type is AbiType.Bytes or AbiType.String or AbiType.Array or AbiType.FixedArray or AbiType.Tuple;

    private static void Append(ArrayBufferWriter<byte> encoded, AbiType type, AbiValue value, bool padded)
    {
        switch (type, value)
        {
            case (AbiType.Bytes, AbiValue.Bytes bytes):
                AppendBytes(encoded, bytes.Value.Span, padded);
                break;
            case (AbiType.String, AbiValue.String text):
                AppendBytes(encoded, text.Utf8.Span, padded);
                break;
            case (AbiType.Array array, _):
                foreach (var item in AbiCodec.ItemsOf(value, type))
                    Append(encoded, array.Element, item, padded: true);
                break;
            case (AbiType.FixedArray array, _):
                var items = AbiCodec.ItemsOf(value, type);
                AbiCodec.CheckCount(array.Length, items.Length, type);
                foreach (var item in items)
                    Append(encoded, array.Element, item, padded: true);
                break;
            case (AbiType.Tuple tuple, _):
                var members = AbiCodec.ItemsOf(value, type);
                AbiCodec.CheckCount(tuple.Components.Count, members.Length, type);
                for (var i = 0; i < members.Length; i++)
                    Append(encoded, tuple.Components[i].Type, members[i], padded: true);
                break;
            default:
                AppendWord(encoded, type, value, padded);
                break;
        }
    }

    private static void AppendBytes(ArrayBufferWriter<byte> encoded, ReadOnlySpan<byte> bytes, bool padded)
    {
        encoded.Write(bytes);
        if (padded && bytes.Length % WordLength != 0)
            encoded.Write(stackalloc byte[WordLength - (bytes.Length % WordLength)]);
    }

    private static void AppendWord(ArrayBufferWriter<byte> encoded, AbiType type, AbiValue value, bool padded)
    {
        Span<byte> word = stackalloc byte[WordLength];
        AbiCodec.EncodeWord(type, value, word);
        encoded.Write(padded ? word : type switch
        {
            AbiType.UInt number => word[^(number.Bits / 8)..],
            AbiType.Int number => word[^(number.Bits / 8)..],
            AbiType.Bool => word[^1..],
            AbiType.Address => word[^Address.ByteLength..],
            AbiType.FixedBytes bytes => word[..bytes.Length],
            AbiType.Function => word[..AbiType.Function.Length],
            _ => word,
        });
    }

    private static void RefuseWhatSolcDoes(AbiType type, AbiType whole)
    {
        var element = type switch
        {
            AbiType.Array array => array.Element,
            AbiType.FixedArray array => array.Element,
            _ => null,
        };
        if (type is AbiType.Tuple || element is AbiType.Bytes or AbiType.String or AbiType.Array)
            throw new AbiException(string.Empty, $"{whole} has no packed encoding.");
        if (element is not null)
            RefuseWhatSolcDoes(element, whole);
    }
}
