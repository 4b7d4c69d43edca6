using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>Values as the topics of a log. A value that does not fit its type throws <see cref="AbiException"/>.</summary>
public static class EventTopic
{
    public static Hash32 Of(Address value) => AbiPacked.Topic(new AbiType.Address(), value);

    public static Hash32 Of(bool value) => AbiPacked.Topic(new AbiType.Bool(), value);

    public static Hash32 OfUInt(UInt256 value, int bits) => AbiPacked.Topic(new AbiType.UInt(bits), value);

    public static Hash32 OfInt(Int256 value, int bits) => AbiPacked.Topic(new AbiType.Int(bits), value);

    public static Hash32 Of(FixedBytes value, int length) => AbiPacked.Topic(new AbiType.FixedBytes(length), value.Bytes.ToArray());

    public static Hash32 Of(ExternalFunction value)
    {
        var bytes = new byte[ExternalFunction.ByteLength];
        value.CopyTo(bytes);
        return AbiPacked.Topic(new AbiType.Function(), bytes);
    }

    /// <summary>A <c>bytes32</c> is its own topic, and so is the hash of a value that does not fit one.</summary>
    public static Hash32 Of(Hash32 value) => value;
}
