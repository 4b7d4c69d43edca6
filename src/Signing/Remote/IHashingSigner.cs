using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Signing.Remote;

/// <summary>A signer that would rather see what it signs than its digest alone.</summary>
public interface IHashingSigner : ISigner
{
    /// <summary>Signs the Keccak-256 of some bytes, which the signer computes itself.</summary>
    ValueTask<Signature> SignHashOfAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}

/// <summary>Signing transactions by whoever holds the key.</summary>
public static class TransactionSigner
{
    /// <summary>
    /// Has a transaction signed, by its bytes where the signer hashes them itself, and checks that the signature is by the signer's account.
    /// Throws <see cref="SignerException"/> where it is not.
    /// </summary>
    public static async ValueTask<SignedTransaction> SignTransactionAsync(
        this ISigner signer, Transaction transaction, CancellationToken cancellationToken = default)
    {
        var signature = signer is IHashingSigner hashing
            ? await hashing.SignHashOfAsync(transaction.EncodeUnsigned(), cancellationToken)
            : await signer.SignAsync(transaction.SigningDigest(), cancellationToken);
        return signature.IsBy(signer.Address, transaction.SigningDigest())
            ? transaction.WithSignature(signature)
            : throw new SignerException(SignerFault.WrongSignature, $"The signer of {signer.Address} gave a signature that is not by this account.");
    }
}
