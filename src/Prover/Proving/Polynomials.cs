namespace OpenGradient.Prover.Proving;

/// <summary>Divisions of polynomials by linear ones, and their values. Coefficients stand from the lowest power up.</summary>
internal static class Polynomials
{
    public static Fr Evaluate(ReadOnlySpan<Fr> polynomial, in Fr at)
    {
        var value = Fr.Zero;
        for (var i = polynomial.Length - 1; i >= 0; i--)
            value = (value * at) + polynomial[i];
        return value;
    }

    /// <summary>(f − f(z)) / (Z − z). What stands for f is overwritten; the last place comes to zero.</summary>
    public static void DivideByRoot(Span<Fr> polynomial, in Fr root)
    {
        var carry = Fr.Zero;
        for (var i = polynomial.Length - 1; i >= 0; i--)
        {
            var coefficient = polynomial[i];
            polynomial[i] = carry;
            carry = coefficient + (carry * root);
        }
    }

    /// <summary>f / (ζZ − 1) for an f that is zero at 1/ζ; from the lowest power up it takes no inverse. The last place comes to zero.</summary>
    public static void DivideByReversedRoot(Span<Fr> polynomial, in Fr zeta)
    {
        var quotient = Fr.Zero;
        foreach (ref var coefficient in polynomial)
        {
            quotient = (quotient * zeta) - coefficient;
            coefficient = quotient;
        }

        if (!quotient.IsZero)
            throw new InvalidOperationException("The polynomial is not zero where it should be: the proof's relation does not hold.");
    }
}
