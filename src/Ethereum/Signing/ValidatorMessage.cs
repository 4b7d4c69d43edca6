using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>Data for one contract that will check the signature (EIP-191, version 0x00), which it names so that no other accepts it.</summary>
public static class ValidatorMessage
{
    /// <summary>What is signed: 0x19 ‖ 0x00 ‖ the validator ‖ the data.</summary>
    public static Hash32 Digest(Address validator, ReadOnlySpan<byte> data) => PrefixedHash.Of([0x19, 0x00], validator.Bytes, data);
}
