using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Proving;

/// <summary>
/// The end that both forms share: f·X̃ = (Z^C − r)·Q' + v·Z^(C−1) + A is divided already, and opened at the point that the first messages give.
/// </summary>
internal sealed class Opening(PublicFold fold, Hash32 hash, ReadOnlyMemory<G1Affine> powers, PointMultiples? multiples, int columns, int longest, Work work)
{
    private readonly UInt256[] _buffer = MultiScalarSum.BufferFor(longest);
    private readonly BucketRoom _room = new();
    private Fr[] _reversed = [];

    /// <summary>[Â], Â being the remainder's lower part in reverse. That it can be committed to so is what bounds the degree of A.</summary>
    public byte[] CommitRemainder(Fr[] remainder)
    {
        if (remainder[^1] != fold.V)
            throw new InvalidOperationException("The remainder is not what the accumulators say: they are not the model's.");
        _reversed = remainder[..^1];
        Array.Reverse(_reversed);
        return Commit(_reversed);
    }

    public byte[] Commit(ReadOnlySpan<Fr> polynomial, IProgress<double>? progress = null) => SumOf(polynomial, progress).ToAffine().ToBytes();

    /// <summary>All messages: those before ζ as given, then a, π₁ and π₂.</summary>
    /// <param name="messages">The messages before ζ.</param>
    /// <param name="x">The coefficients of X.</param>
    /// <param name="combine">Gives α·f − β·Q' for the α and β it is given; it may write over Q'.</param>
    /// <param name="progress">From 0 to 1.</param>
    public byte[] Finish(byte[] messages, ReadOnlySpan<Fr> x, Func<Fr, Fr, Fr[]> combine, IProgress<double>? progress = null)
    {
        var zeta = Transcript.Challenge(Transcript.Next(hash, messages));
        // A verifier refuses zero, which no one will ever see.
        if (zeta.IsZero)
            throw new InvalidOperationException("The challenge is zero.");
        var a = Polynomials.Evaluate(_reversed, zeta);
        Polynomials.DivideByRoot(_reversed, zeta);
        var second = Commit(_reversed);

        var f = combine(zeta * Polynomials.Evaluate(x, zeta), Fr.One - (fold.R * zeta.Power(new UInt256((ulong)columns))));
        f[0] -= (zeta * fold.V) + (zeta.Squared() * a);
        Polynomials.DivideByReversedRoot(f, zeta);
        var first = Commit(f, progress);

        var value = new byte[Fr.ByteLength];
        a.Write(value);
        return [.. messages, .. value, .. first, .. second];
    }

    private G1 SumOf(ReadOnlySpan<Fr> polynomial, IProgress<double>? progress) => multiples is not null && polynomial.Length <= multiples.Count
        ? multiples.Sum(polynomial, _buffer, _room, work)
        : MultiScalarSum.Of(powers, polynomial, _buffer, _room, work, progress);
}
