using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>Whether an account's key made a signature. Accounts that are contracts (EIP-1271) are not asked.</summary>
public static class SignatureVerification
{
    /// <summary>
    /// True if the signature of this digest is by that account. A signature that is none at all is by nobody, not even by the zero address;
    /// one in its upper form (EIP-2) does not count unless it is allowed.
    /// </summary>
    public static bool IsBy(this Signature signature, Address account, Hash32 digest, HighS highS = HighS.Refused) =>
        Secp256k1.TryRecoverAddress(digest, signature, out var signer, highS) && signer == account;
}
