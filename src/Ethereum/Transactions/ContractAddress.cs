using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>Where a contract will be, known before it is created.</summary>
public static class ContractAddress
{
    private const int AddressStart = Hash32.ByteLength - Address.ByteLength;

    /// <summary>The address of what a transaction without a recipient, or the opcode CREATE, creates.</summary>
    /// <param name="creator">The sender, or the contract that executes CREATE.</param>
    /// <param name="nonce">The transaction's nonce, or the contract's before it creates.</param>
    public static Address Create(Address creator, ulong nonce)
    {
        using var writer = new RlpWriter();
        writer.StartList();
        writer.Write(creator);
        writer.Write(nonce);
        writer.EndList();
        return new Address(writer.ToHash().Bytes[AddressStart..]);
    }

    /// <summary>
    /// The address of what the opcode CREATE2 creates (EIP-1014): it depends on the code that makes it, and on no nonce.
    /// </summary>
    public static Address Create2(Address creator, Hash32 salt, ReadOnlySpan<byte> initCode) =>
        Create2(creator, salt, Keccak256.Hash(initCode));

    /// <inheritdoc cref="Create2(Address, Hash32, ReadOnlySpan{byte})"/>
    public static Address Create2(Address creator, Hash32 salt, Hash32 initCodeHash)
    {
        Span<byte> message = stackalloc byte[1 + Address.ByteLength + Hash32.ByteLength + Hash32.ByteLength];
        message[0] = 0xFF;
        creator.CopyTo(message[1..]);
        salt.CopyTo(message[(1 + Address.ByteLength)..]);
        initCodeHash.CopyTo(message[(1 + Address.ByteLength + Hash32.ByteLength)..]);
        return new Address(Keccak256.Hash(message).Bytes[AddressStart..]);
    }
}
