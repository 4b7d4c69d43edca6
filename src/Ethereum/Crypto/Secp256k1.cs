using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>Whether the upper of the two forms of a signature, (r, s) and (r, n − s), is accepted.</summary>
public enum HighS
{
    /// <summary>Only s ≤ n / 2 counts, as EIP-2 asks of transactions: one signature cannot be turned into another.</summary>
    Refused,

    /// <summary>Both forms count, as in the <c>ecrecover</c> precompile.</summary>
    Allowed,
}

/// <summary>
/// What can be computed of ECDSA over secp256k1 from public values: recovery and verification. It is fast and its time depends on the
/// values, which is right as all of them are public; whatever needs a secret is in <see cref="PrivateKey"/>.
/// </summary>
public static class Secp256k1
{
    /// <summary>n, the number of points: r, s and private keys are from 1 to n − 1.</summary>
    public static UInt256 Order => GroupOrder.N;

    /// <summary>The greatest s of a signature in its low form: (n − 1) / 2.</summary>
    public static UInt256 GreatestLowS => GroupOrder.Half;

    /// <summary>
    /// Finds the key that signed. Gives false where the signature is no signature at all: r or s out of range, an s in the upper half that
    /// is not allowed, an r that is no point's, or a result at infinity. A wrong signature gives some other key.
    /// </summary>
    public static bool TryRecover(Hash32 digest, Signature signature, out PublicKey key, HighS highS = HighS.Refused)
    {
        if (!TryRecoverPoint(digest, signature, highS, out var point))
        {
            key = default;
            return false;
        }

        key = new PublicKey(point);
        return true;
    }

    /// <inheritdoc cref="TryRecover"/>
    /// <summary>Finds the address of the key that signed.</summary>
    public static bool TryRecoverAddress(Hash32 digest, Signature signature, out Address address, HighS highS = HighS.Refused)
    {
        var recovered = TryRecover(digest, signature, out var key, highS);
        address = recovered ? key.ToAddress() : default;
        return recovered;
    }

    /// <summary>Whether the key signed the digest. The recovery bit of the signature does not count.</summary>
    public static bool Verify(PublicKey key, Hash32 digest, Signature signature, HighS highS = HighS.Refused)
    {
        if (!IsInRange(signature, highS))
            return false;

        var sum = CommitmentOf(key.ToPoint(), digest, signature.R, signature.S);
        return !sum.IsInfinity && sum.HasXModuloOrder(signature.R);
    }

    /// <summary>
    /// Finds the recovery bit of a signature by the key that made it: the parity of the ephemeral point's y. Gives false where the key did
    /// not make it, or where r is that point's x minus n, which one bit cannot tell and no one will ever see (one in 2^127).
    /// </summary>
    internal static bool TryFindParity(PublicKey key, Hash32 digest, UInt256 r, UInt256 s, out bool yParity)
    {
        yParity = false;
        if (!GroupOrder.Contains(r) || !GroupOrder.Contains(s))
            return false;

        var sum = CommitmentOf(key.ToPoint(), digest, r, s);
        if (sum.IsInfinity)
            return false;

        var point = sum.ToAffine();
        yParity = point.Y.IsOdd;
        return point.X.ToUInt256() == r;
    }

    private static bool IsInRange(Signature signature, HighS highS) =>
        GroupOrder.Contains(signature.R) && GroupOrder.Contains(signature.S)
        && (highS == HighS.Allowed || signature.S <= GroupOrder.Half);

    private static bool TryRecoverPoint(Hash32 digest, Signature signature, HighS highS, out AffinePoint point)
    {
        point = default;
        // r is below n, and n below p, so r is the ephemeral point's x itself: x ≥ n would need a second bit, which Ethereum does not have.
        if (!IsInRange(signature, highS) || !AffinePoint.TryFromX(signature.R, signature.YParity, out var ephemeral))
            return false;

        // s·R = z·G + r·Q, so Q = −(z / r)·G + (s / r)·R.
        var inverse = GroupOrder.Invert(signature.R);
        var z = GroupOrder.Reduce(digest.ToUInt256());
        var sum = LinearCombination.Compute(
            GroupOrder.Negate(GroupOrder.Multiply(z, inverse)), ephemeral, GroupOrder.Multiply(signature.S, inverse));
        if (sum.IsInfinity)
            return false;

        point = sum.ToAffine();
        return true;
    }

    // The ephemeral point that the signer must have had: (z / s)·G + (r / s)·Q.
    private static JacobianPoint CommitmentOf(in AffinePoint key, Hash32 digest, UInt256 r, UInt256 s)
    {
        var inverse = GroupOrder.Invert(s);
        var z = GroupOrder.Reduce(digest.ToUInt256());
        return LinearCombination.Compute(GroupOrder.Multiply(z, inverse), key, GroupOrder.Multiply(r, inverse));
    }
}
