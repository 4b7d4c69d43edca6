using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Keys;

/// <summary>Who signed a digest, in any form that the contracts take: the twin of <c>SignerRecovery</c> in Solidity. 65 or 64 bytes are of secp256k1, 128 of P-256.</summary>
public static class SignerRecovery
{
    public static bool TryRecover(Hash32 digest, ReadOnlySpan<byte> signature, out Address signer)
    {
        if (signature.Length == P256.SignatureLength)
            return P256.TryRecoverAddress(digest, signature, out signer);
        signer = default;
        return Signature.TryParseEither(signature, out var parsed) && Secp256k1.TryRecoverAddress(digest, parsed, out signer);
    }
}
