using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// The hashes of EIP-712 for structures that are known when the program is written: the type's text is hashed once and kept, the fields are
/// written by a <see cref="StructWriter"/>. Structures that arrive as JSON are for <see cref="TypedDataDocument"/>.
/// </summary>
public static class Eip712
{
    /// <summary>
    /// The hash of a type's text, such as <c>Mail(Person from,string contents)Person(string name,address wallet)</c>: the structure itself,
    /// then those it refers to, in alphabetical order, all without spaces that the standard does not have.
    /// </summary>
    public static Hash32 TypeHash(string encodedType) => Keccak256.Hash(StrictUtf8.Encoding.GetBytes(encodedType));

    /// <summary>What is signed: the structure, bound to the domain.</summary>
    public static Hash32 Digest(Hash32 domainSeparator, Hash32 structHash)
    {
        Span<byte> message = stackalloc byte[2 + (2 * Hash32.ByteLength)];
        WritePrefix(message, domainSeparator);
        structHash.CopyTo(message[(2 + Hash32.ByteLength)..]);
        return Keccak256.Hash(message);
    }

    /// <summary>What is signed when the domain itself is the message (a primary type of <c>EIP712Domain</c>).</summary>
    public static Hash32 DomainDigest(Hash32 domainSeparator)
    {
        Span<byte> message = stackalloc byte[2 + Hash32.ByteLength];
        WritePrefix(message, domainSeparator);
        return Keccak256.Hash(message);
    }

    // EIP-191: 0x19 keeps a message from being a transaction, version 0x01 says that it is a structure.
    private static void WritePrefix(Span<byte> message, Hash32 domainSeparator)
    {
        message[0] = 0x19;
        message[1] = 0x01;
        domainSeparator.CopyTo(message[2..]);
    }
}
