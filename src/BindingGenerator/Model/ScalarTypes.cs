using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>
/// Which C# type stands for a type of one word: the smallest of C#'s own integers that holds it up to 64 bits, then <c>UInt256</c> and
/// <c>Int256</c>. Where the C# type holds more than the ABI's, the writer checks the range.
/// </summary>
internal static class ScalarTypes
{
    private const string HashTopic = "{0}";

    public static BoundScalar? Find(AbiType type) => type switch
    {
        AbiType.UInt number => Unsigned(number),
        AbiType.Int number => Signed(number),
        AbiType.Bool => new BoundScalar(type, "bool", "ReadBool()", "WriteBool({0})", "EventTopic.Of({0})"),
        AbiType.Address => new BoundScalar(type, "Address", "ReadAddress()", "WriteAddress({0})", "EventTopic.Of({0})"),
        AbiType.FixedBytes { Length: 32 } => Hash(type),
        AbiType.FixedBytes bytes => new BoundScalar(
            type,
            "FixedBytes",
            $"ReadFixedBytes({bytes.Length})",
            $"WriteFixedBytes({{0}}, {bytes.Length})",
            $"EventTopic.Of({{0}}, {bytes.Length})"),
        AbiType.Function => new BoundScalar(type, "ExternalFunction", "ReadFunction()", "WriteFunction({0})", "EventTopic.Of({0})"),
        AbiType.Bytes => new BoundScalar(type, "ReadOnlyMemory<byte>", "ReadMemory()", "WriteBytes({0}.Span)", Topic: null),
        AbiType.String => new BoundScalar(type, "string", "ReadString()", "WriteString({0})", Topic: null),
        _ => null,
    };

    /// <summary>A <c>bytes32</c>, or the hash that an event keeps of what does not fit a topic.</summary>
    public static BoundScalar Hash(AbiType type) => new(type, "Hash32", "ReadBytes32()", "WriteBytes32({0})", HashTopic);

    private static BoundScalar Unsigned(AbiType.UInt type)
    {
        var (csharp, reading) = type.Bits switch
        {
            8 => ("byte", "ReadUInt8()"),
            16 => ("ushort", "ReadUInt16()"),
            24 => ("uint", "ReadUInt32(24)"),
            32 => ("uint", "ReadUInt32()"),
            < 64 => ("ulong", $"ReadUInt64({type.Bits})"),
            64 => ("ulong", "ReadUInt64()"),
            256 => ("UInt256", "ReadUInt256()"),
            _ => ("UInt256", $"ReadUInt256({type.Bits})"),
        };
        var writing = type.Bits switch
        {
            64 => "WriteUInt64({0})",
            < 64 => $"WriteUInt64({{0}}, {type.Bits})",
            256 => "WriteUInt256({0})",
            _ => $"WriteUInt256({{0}}, {type.Bits})",
        };
        return new BoundScalar(type, csharp, reading, writing, $"EventTopic.OfUInt({{0}}, {type.Bits})");
    }

    private static BoundScalar Signed(AbiType.Int type)
    {
        var (csharp, reading) = type.Bits switch
        {
            8 => ("sbyte", "ReadInt8()"),
            16 => ("short", "ReadInt16()"),
            24 => ("int", "ReadInt32(24)"),
            32 => ("int", "ReadInt32()"),
            < 64 => ("long", $"ReadInt64({type.Bits})"),
            64 => ("long", "ReadInt64()"),
            256 => ("Int256", "ReadInt256()"),
            _ => ("Int256", $"ReadInt256({type.Bits})"),
        };
        var writing = type.Bits switch
        {
            64 => "WriteInt64({0})",
            < 64 => $"WriteInt64({{0}}, {type.Bits})",
            256 => "WriteInt256({0})",
            _ => $"WriteInt256({{0}}, {type.Bits})",
        };
        return new BoundScalar(type, csharp, reading, writing, $"EventTopic.OfInt({{0}}, {type.Bits})");
    }
}
