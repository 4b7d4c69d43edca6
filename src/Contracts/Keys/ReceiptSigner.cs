using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Contracts.Keys;

/// <summary>Whoever signs receipts for one account, on a curve that the contracts know.</summary>
public interface IReceiptSigner
{
    Address Address { get; }

    /// <summary>Signs a digest: the shortest form that <see cref="SignerRecovery"/> reads.</summary>
    ValueTask<ReadOnlyMemory<byte>> SignAsync(Hash32 digest, CancellationToken cancellationToken);
}

/// <summary>Signs on secp256k1, by a key that stays its owner's.</summary>
public sealed class Secp256k1ReceiptSigner(ISigner signer) : IReceiptSigner
{
    public Address Address => signer.Address;

    public async ValueTask<ReadOnlyMemory<byte>> SignAsync(Hash32 digest, CancellationToken cancellationToken) =>
        (await signer.SignAsync(digest, cancellationToken)).ToCompactBytes();
}

/// <summary>Signs on P-256, by a key that stays its owner's. It counts on chains that have the precompile of EIP-7951.</summary>
public sealed class P256ReceiptSigner(P256Key key) : IReceiptSigner
{
    public Address Address => key.Address;

    public ValueTask<ReadOnlyMemory<byte>> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(key.Sign(digest));
    }
}
