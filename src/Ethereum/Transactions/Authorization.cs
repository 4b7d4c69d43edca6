using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>What an account signs to have the code of another run as its own (EIP-7702).</summary>
/// <param name="ChainId">
/// Where it holds; zero is every chain. 256 bits and not a <see cref="Primitives.ChainId"/>, since a transaction stays valid with an
/// authorisation for a chain that no one can have.
/// </param>
/// <param name="Delegate">Whose code; <see cref="Address.Zero"/> ends the delegation.</param>
/// <param name="Nonce">
/// The nonce that the account must have when it is applied: one more than the transaction's where it sends that itself.
/// </param>
public sealed record Authorization(UInt256 ChainId, Address Delegate, ulong Nonce)
{
    // Sets these messages apart from all transactions.
    private const byte Magic = 0x05;

    /// <summary>The hash that the account signs.</summary>
    public Hash32 SigningDigest()
    {
        using var writer = new RlpWriter();
        writer.StartList();
        WriteFields(writer);
        writer.EndList();
        return writer.ToHash([Magic]);
    }

    public SignedAuthorization Sign(PrivateKey key) => WithSignature(key.Sign(SigningDigest()));

    /// <summary>
    /// Joins the authorisation with a signature of its <see cref="SigningDigest"/> that was made elsewhere. It is not checked here.
    /// </summary>
    public SignedAuthorization WithSignature(Signature signature) =>
        new(this, signature.YParity ? (byte)1 : (byte)0, signature.R, signature.S);

    internal void WriteFields(RlpWriter writer)
    {
        writer.Write(ChainId);
        writer.Write(Delegate);
        writer.Write(Nonce);
    }
}

/// <summary>
/// An authorisation as a transaction carries it. The signature is kept as it was found: a transaction may carry one that holds for no
/// account.
/// </summary>
public sealed record SignedAuthorization(Authorization Authorization, byte YParity, UInt256 R, UInt256 S)
{
    /// <summary>The account that signed; false if none can have, or if the signature's s is not in the lower half.</summary>
    public bool TryRecoverAuthority(out Address authority)
    {
        authority = default;
        return YParity <= 1
            && Secp256k1.TryRecoverAddress(Authorization.SigningDigest(), new Signature(R, S, YParity == 1), out authority);
    }

    internal static List<SignedAuthorization> ReadList(ref RlpReader fields)
    {
        var list = fields.ReadList();
        List<SignedAuthorization> authorizations = [];
        while (!list.IsAtEnd)
        {
            var item = list.ReadList();
            authorizations.Add(new SignedAuthorization(
                new Authorization(item.ReadUInt256(), item.ReadAddress(), item.ReadUInt64()),
                item.ReadByte(),
                item.ReadUInt256(),
                item.ReadUInt256()));
            item.ReadEnd();
        }

        return authorizations;
    }

    internal void Write(RlpWriter writer)
    {
        writer.StartList();
        Authorization.WriteFields(writer);
        writer.Write((ulong)YParity);
        writer.Write(R);
        writer.Write(S);
        writer.EndList();
    }
}
