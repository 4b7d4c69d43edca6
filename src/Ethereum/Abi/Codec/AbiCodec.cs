using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// Encodes and decodes values whose types are known only at run time. Throws <see cref="AbiException"/>, which says where and why, and nothing
/// else; the Try forms give false instead.
/// </summary>
public static partial class AbiCodec
{
    private const int StackBytes = 512;

    /// <summary>Encodes one value as <c>abi.encode(value)</c> does.</summary>
    public static byte[] Encode(AbiType type, AbiValue value) => EncodeParameters(Single(type), [value]);

    /// <summary>Encodes values as <c>abi.encode(a, b, …)</c> does: the arguments of a function, or the data of an event.</summary>
    public static byte[] EncodeParameters(AbiType.Tuple parameters, params ReadOnlySpan<AbiValue> values)
    {
        var writer = new AbiWriter(stackalloc byte[StackBytes], parameters.BodyBytes);
        WriteMembers(ref writer, parameters, values);
        return writer.ToArray();
    }

    /// <summary>Encodes values after a selector: calldata, or the data of a custom error.</summary>
    public static byte[] EncodeParameters(Selector selector, AbiType.Tuple parameters, params ReadOnlySpan<AbiValue> values)
    {
        var writer = new AbiWriter(stackalloc byte[StackBytes], selector, parameters.BodyBytes);
        WriteMembers(ref writer, parameters, values);
        return writer.ToArray();
    }

    /// <summary>Decodes one value that <c>abi.encode(value)</c> gave.</summary>
    public static AbiValue Decode(AbiType type, ReadOnlySpan<byte> data, AbiDecoding decoding = AbiDecoding.Canonical) =>
        DecodeParameters(Single(type), data, decoding)[0];

    /// <summary>Decodes one value that <c>abi.encode(value)</c> gave.</summary>
    public static bool TryDecode(AbiType type, ReadOnlySpan<byte> data, [NotNullWhen(true)] out AbiValue? value)
    {
        var decoded = TryDecodeParameters(Single(type), data, out var values);
        value = values?[0];
        return decoded;
    }

    /// <summary>Decodes values that <c>abi.encode(a, b, …)</c> gave. For calldata and errors, pass what follows the selector.</summary>
    public static AbiValue.Tuple DecodeParameters(
        AbiType.Tuple parameters, ReadOnlySpan<byte> data, AbiDecoding decoding = AbiDecoding.Canonical)
    {
        var reader = new AbiReader(data, parameters.BodyBytes, decoding);
        var trail = new Trail();
        var values = ReadMembers(ref reader, parameters, trail);
        if (values is not null && reader.End())
            return values;

        throw AbiException.Decoding(trail.ToString(), reader.Fault, reader.FaultPosition);
    }

    /// <inheritdoc cref="DecodeParameters"/>
    public static bool TryDecodeParameters(
        AbiType.Tuple parameters,
        ReadOnlySpan<byte> data,
        [NotNullWhen(true)] out AbiValue.Tuple? values,
        AbiDecoding decoding = AbiDecoding.Canonical)
    {
        var reader = new AbiReader(data, parameters.BodyBytes, decoding);
        values = ReadMembers(ref reader, parameters, trail: null);
        if (values is not null && reader.End())
            return true;

        values = null;
        return false;
    }

    private static AbiType.Tuple Single(AbiType type) => new([new AbiParameter(string.Empty, type)]);
}
