using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>Signs with a key in this process. Takes the key over, and disposes of it with itself.</summary>
public sealed class LocalSigner(PrivateKey key) : ISigner, IDisposable
{
    public Address Address => key.Address;

    public ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Signature>(cancellationToken)
            : ValueTask.FromResult(key.Sign(digest));

    public void Dispose() => key.Dispose();

    public override string ToString() => $"the local signer for {Address}";
}
