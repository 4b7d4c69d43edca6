using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>Signing by whoever holds the key: in this process or out of it.</summary>
public static class TransactionSigning
{
    /// <summary>Has a transaction signed. The signature is not checked here: a signer that is not trusted is asked for its sender afterwards.</summary>
    public static async ValueTask<SignedTransaction> SignAsync(
        this ISigner signer, Transaction transaction, CancellationToken cancellationToken = default) =>
        transaction.WithSignature(await signer.SignAsync(transaction.SigningDigest(), cancellationToken));
}
