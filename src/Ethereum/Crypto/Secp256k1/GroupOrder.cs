using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>Arithmetic modulo n, the number of points of secp256k1. Public values only: nothing here runs in constant time.</summary>
internal static class GroupOrder
{
    private static readonly ModularInverse Inverse = new(N);

    /// <summary>n.</summary>
    public static UInt256 N => new(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, ulong.MaxValue);

    /// <summary>(n − 1) / 2, the greatest s of a signature in its low form.</summary>
    public static UInt256 Half => new(0xDFE92F46681B20A0, 0x5D576E7357A4501D, ulong.MaxValue, 0x7FFFFFFFFFFFFFFF);

    // 2^256 modulo n.
    private static UInt256 Fold => new(0x402DA1732FC9BEBF, 0x4551231950B75FC4, 1);

    /// <summary>Whether a number is a private key or part of a signature: from 1 to n − 1.</summary>
    public static bool Contains(UInt256 value) => !value.IsZero && value < N;

    /// <summary>Any number below 2^256, modulo n.</summary>
    public static UInt256 Reduce(UInt256 value)
    {
        // n exceeds half of 2^256.
        UInt256.SubtractUnderflows(value, N, out var less);
        return value < N ? value : less;
    }

    /// <summary>−x for an x below n.</summary>
    public static UInt256 Negate(UInt256 value)
    {
        UInt256.SubtractUnderflows(N, value, out var negated);
        return value.IsZero ? value : negated;
    }

    public static UInt256 Add(UInt256 left, UInt256 right) =>
        UInt256.AddOverflows(left, right, out var sum) ? unchecked(sum + Fold) : Reduce(sum);

    public static UInt256 Multiply(UInt256 left, UInt256 right)
    {
        UInt256.Multiply(left, right, out var low, out var high);
        // high · 2^256 is worth high · Fold, which is 127 bits shorter: three rounds at the most.
        while (!high.IsZero)
        {
            UInt256.Multiply(high, Fold, out var folded, out high);
            if (UInt256.AddOverflows(low, folded, out low))
                high = unchecked(high + 1UL);
        }

        return Reduce(low);
    }

    /// <summary>1 / x for an x from 1 to n − 1.</summary>
    public static UInt256 Invert(UInt256 value) => Inverse.Invert(value);
}
