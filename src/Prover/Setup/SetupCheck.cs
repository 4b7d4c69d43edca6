using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Pairings;

namespace OpenGradient.Prover.Setup;

/// <summary>Shows that points are the powers of one number: a check in the exponent, with random weights that no file can foresee.</summary>
internal static class SetupCheck
{
    private const int SliceLength = 1 << 19;
    private const int WeightBytes = 16;

    /// <summary>What is wrong with powers, or null.</summary>
    /// <param name="powers">[1], [τ], [τ²], …</param>
    /// <param name="table">[τ]₂, [τ²]₂, [τ⁴]₂, …: in the group already.</param>
    /// <param name="work">Cancellable.</param>
    /// <param name="sliceLength">How many powers are weighed at a time.</param>
    /// <param name="progress">From 0 to 1.</param>
    public static string? FindFault(
        ReadOnlyMemory<G1Affine> powers, IReadOnlyList<G2Affine> table, Work work, int sliceLength = SliceLength, IProgress<double>? progress = null)
    {
        if (FindFaultyPoint(powers, work) is { } fault)
            return fault;
        if (!powers.Span[0].Equals(G1Affine.Generator))
            return "The powers do not begin with the generator.";
        if (table.Count == 0)
            return "There is no power of G₂.";

        // Σ ρᵢ·[τ^(i+1)] paired with 1 is Σ ρᵢ·[τ^i] paired with τ, for random ρ of 128 bits: one in 2^128 false powers passes.
        // Slice by slice: the weights of all powers at once would take as much memory as the powers.
        G1 lower = default;
        G1 upper = default;
        var weights = new Fr[Math.Min(powers.Length - 1, sliceLength)];
        var buffer = new UInt256[weights.Length];
        var room = new BucketRoom();
        for (var done = 0; done < powers.Length - 1; done += weights.Length)
        {
            var slice = weights.AsSpan(0, Math.Min(weights.Length, powers.Length - 1 - done));
            DrawWeights(slice);
            lower += MultiScalarSum.Of(powers[done..], slice, buffer, room, work);
            upper += MultiScalarSum.Of(powers[(done + 1)..], slice, buffer, room, work);
            progress?.Report((double)(done + slice.Length) / (powers.Length - 1));
        }

        if (!Pairing.IsOne([((-upper).ToAffine(), VerifierSetup.PreparedOne), (lower.ToAffine(), new PreparedG2(table[0]))]))
            return "The powers of G₁ are not those of [τ]₂.";
        for (var k = 0; k < table.Count; k++)
        {
            var power = powers.Span[1 << k];
            if (!Pairing.IsOne([(-power, VerifierSetup.PreparedOne), (G1Affine.Generator, new PreparedG2(table[k]))]))
                return $"[τ^{1 << k}]₂ is not the power that it should be.";
        }

        return null;
    }

    /// <summary>What is wrong with a verifier's powers of G₂, or null: powers of G₁ show them, as they show them to the contract.</summary>
    /// <param name="table">[τ]₂, [τ²]₂, [τ⁴]₂, …: in the group already.</param>
    /// <param name="witnesses">[τ], [τ²], [τ⁴], …: one for each power after the first.</param>
    public static string? FindFaultOfTable(ReadOnlySpan<G2Affine> table, ReadOnlySpan<G1Affine> witnesses)
    {
        if (witnesses.Length != table.Length - 1)
            return $"It has {table.Length - 1} powers of G₂ beside [τ]₂, and {witnesses.Length} of G₁ to show them: they must be as many.";
        if (table[0].X == G2Affine.Generator.X)
            return "τ is 1 or −1, so that everybody knows it.";
        var power = new PreparedG2(table[0]);
        for (var k = 0; k < witnesses.Length; k++)
        {
            if (table[k + 1].Equals(G2Affine.Generator))
                return $"τ^{2 << k} is 1, so that everybody knows τ.";
            // The witness has the exponent of this power, and the next power its square.
            var square = new PreparedG2(table[k + 1]);
            if (!Pairing.IsOne([(-witnesses[k], VerifierSetup.PreparedOne), (G1Affine.Generator, power)]))
                return $"[τ^{1 << k}]₁ is not the power that it should be.";
            if (!Pairing.IsOne([(witnesses[k], power), (-G1Affine.Generator, square)]))
                return $"[τ^{2 << k}]₂ is not the power that it should be.";
            power = square;
        }

        return null;
    }

    // What a look at each point by itself shows.
    private static string? FindFaultyPoint(ReadOnlyMemory<G1Affine> powers, Work work)
    {
        var faults = 0;
        var firstOne = int.MaxValue;
        var gate = new Lock();
        work.ForRanges(powers.Length, 4096, (from, to) =>
        {
            var span = powers.Span;
            for (var i = from; i < to; i++)
            {
                ref readonly var point = ref span[i];
                if (!point.IsOnCurve || point.IsInfinity)
                    Interlocked.Increment(ref faults);
                if (i == 0 || !point.Equals(G1Affine.Generator))
                    continue;
                lock (gate)
                    firstOne = Math.Min(firstOne, i);
            }
        });
        // With a τ of 1 a ceremony begins. Everything else is right about the powers of a root of one, but that such roots are few and everybody knows them.
        return faults > 0 ? "A power of G₁ is not on the curve, or infinity."
            : firstOne == 1 ? "τ^1 is 1, so that everybody knows τ: nobody has contributed to these powers yet."
            : firstOne < int.MaxValue ? $"τ^{firstOne} is 1, so that everybody knows τ."
            : null;
    }

    private static void DrawWeights(Span<Fr> weights)
    {
        // The system's generator takes longer for a call than for the bytes.
        Span<byte> bytes = new byte[WeightBytes * 1024];
        for (var i = 0; i < weights.Length; i++)
        {
            var offset = WeightBytes * i % bytes.Length;
            if (offset == 0)
                RandomNumberGenerator.Fill(bytes);
            weights[i] = Fr.FromUInt256(UInt256.FromShortBigEndian(bytes.Slice(offset, WeightBytes)));
        }
    }
}
