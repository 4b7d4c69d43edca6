using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Pairings;

namespace OpenGradient.Prover.Setup;

/// <summary>Shows that points are the powers of one number: a check in the exponent, with random weights that no file can foresee.</summary>
internal static class SetupCheck
{
    /// <summary>What is wrong with powers, or null.</summary>
    /// <param name="powers">[1], [τ], [τ²], …</param>
    /// <param name="table">[τ]₂, [τ²]₂, [τ⁴]₂, …: in the group already.</param>
    /// <param name="work">Cancellable.</param>
    public static string? FindFault(ReadOnlyMemory<G1Affine> powers, IReadOnlyList<G2Affine> table, Work work)
    {
        var faults = 0;
        work.ForRanges(powers.Length, 4096, (from, to) =>
        {
            foreach (ref readonly var point in powers.Span[from..to])
            {
                if (!point.IsOnCurve || point.IsInfinity)
                    Interlocked.Increment(ref faults);
            }
        });
        if (faults > 0)
            return "A power of G₁ is not on the curve, or infinity.";
        if (!powers.Span[0].Equals(G1Affine.Generator))
            return "The powers do not begin with the generator.";
        if (table.Count == 0)
            return "There is no power of G₂.";

        // Σ ρᵢ·[τ^(i+1)] paired with 1 is Σ ρᵢ·[τ^i] paired with τ, for random ρ of 128 bits: one in 2^128 false powers passes.
        var weights = RandomWeights(powers.Length - 1);
        var lower = MultiScalarSum.Of(powers[..^1], weights, work).ToAffine();
        var upper = MultiScalarSum.Of(powers[1..], weights, work).ToAffine();
        if (!Pairing.IsOne([(-upper, VerifierSetup.PreparedOne), (lower, new PreparedG2(table[0]))]))
            return "The powers of G₁ are not those of [τ]₂.";
        for (var k = 0; k < table.Count; k++)
        {
            var power = powers.Span[1 << k];
            if (!Pairing.IsOne([(-power, VerifierSetup.PreparedOne), (G1Affine.Generator, new PreparedG2(table[k]))]))
                return $"[τ^{1 << k}]₂ is not the power that it should be.";
        }

        return null;
    }

    private static Fr[] RandomWeights(int count)
    {
        var weights = new Fr[count];
        var bytes = RandomNumberGenerator.GetBytes(16 * count);
        for (var i = 0; i < count; i++)
            weights[i] = Fr.FromUInt256(UInt256.FromShortBigEndian(bytes.AsSpan(16 * i, 16)));
        return weights;
    }
}
