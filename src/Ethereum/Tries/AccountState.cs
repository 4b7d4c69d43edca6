using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

/// <summary>What the state of a chain holds of an account.</summary>
/// <param name="Nonce">Transactions sent, or contracts created.</param>
/// <param name="Balance">What it owns of the chain's own currency.</param>
/// <param name="StorageRoot">The root of the trie of its storage.</param>
/// <param name="CodeHash">The hash of its code; <see cref="EmptyCodeHash"/> if it has none.</param>
public sealed record AccountState(ulong Nonce, Wei Balance, Hash32 StorageRoot, Hash32 CodeHash)
{
    /// <summary>The hash of no bytes: the code of an account that is not a contract.</summary>
    public static Hash32 EmptyCodeHash { get; } = Keccak256.Hash([]);

    public bool HasCode => CodeHash != EmptyCodeHash;

    /// <summary>The encoding that the state trie holds.</summary>
    public byte[] Encode()
    {
        using var writer = new RlpWriter();
        writer.StartList();
        writer.Write(Nonce);
        writer.Write(Balance);
        writer.Write(StorageRoot);
        writer.Write(CodeHash);
        writer.EndList();
        return writer.ToArray();
    }

    /// <summary>Reads the encoding that the state trie holds; throws <see cref="RlpException"/> if it is not one.</summary>
    public static AccountState Decode(ReadOnlySpan<byte> encoding)
    {
        var whole = new RlpReader(encoding);
        var fields = whole.ReadList();
        whole.ReadEnd();
        var account = new AccountState(fields.ReadUInt64(), fields.ReadWei(), fields.ReadHash32(), fields.ReadHash32());
        fields.ReadEnd();
        return account;
    }
}
