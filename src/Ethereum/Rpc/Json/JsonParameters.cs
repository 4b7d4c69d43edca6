using System.Buffers;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Writes the parameters of calls as nodes want them: quantities without leading zeros, bytes as whole pairs of digits.</summary>
internal static class JsonParameters
{
    private static readonly byte[] Nothing = "[]"u8.ToArray();

    public static ReadOnlyMemory<byte> None => Nothing;

    public static ReadOnlyMemory<byte> Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            write(json, state);
            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The block as the methods that read state take it: a hash in the object form of EIP-1898.</summary>
    public static void WriteStateBlock(this Utf8JsonWriter json, BlockTag block)
    {
        if (block.Hash is { } hash)
        {
            json.WriteStartObject();
            json.WriteString("blockHash"u8, hash.ToString());
            json.WriteEndObject();
        }
        else
        {
            json.WriteStringValue(block.ToString());
        }
    }

    public static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        const int Small = 256;
        var length = 2 + (bytes.Length * 2);
        var rented = length > Small ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc byte[Small] : rented;
        "0x"u8.CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        json.WriteStringValue(text[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    public static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        json.WritePropertyName(name);
        json.WriteHex(bytes);
    }

    public static void WriteQuantity(this Utf8JsonWriter json, UInt256 value) => json.WriteStringValue(Hex.EncodeQuantity(value));

    public static void WriteQuantity(this Utf8JsonWriter json, ReadOnlySpan<byte> name, UInt256 value) =>
        json.WriteString(name, Hex.EncodeQuantity(value));
}
