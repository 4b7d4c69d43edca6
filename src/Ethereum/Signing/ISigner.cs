using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>Whoever can sign for one account: a key in this process, or a service that keeps it elsewhere.</summary>
public interface ISigner
{
    /// <summary>The account that the signatures are by.</summary>
    Address Address { get; }

    /// <summary>
    /// Signs a digest as it is, without a prefix: the caller answers for what it is a digest of. The signature is in its low form
    /// (EIP-2), by <see cref="Address"/>.
    /// </summary>
    ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken);
}
