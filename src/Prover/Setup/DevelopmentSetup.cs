using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;

namespace OpenGradient.Prover.Setup;

/// <summary>Setups whose secret is known to whoever makes them: for tests and for trying things out, never for anything of value.</summary>
public static class DevelopmentSetup
{
    /// <summary>A setup whose secret follows from a seed, so that everybody has the same.</summary>
    public static ProvingSetup FromSeed(string seed, int length, Work work) =>
        Create($"{SetupOrigin.DevelopmentMark} setup, seed {seed}", TauOf(seed), length, work);

    /// <summary>A setup whose secret is drawn and forgotten. Nobody can show that it was.</summary>
    public static ProvingSetup Random(int length, Work work)
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        return Create($"{SetupOrigin.DevelopmentMark} setup, random", Fr.FromUInt256(UInt256.FromBigEndian(secret)), length, work);
    }

    internal static Fr TauOf(string seed) =>
        Fr.FromUInt256(Keccak256.Hash(Encoding.UTF8.GetBytes("OpenGradient.Relayer.DevelopmentSetup:" + seed)).ToUInt256());

    internal static ProvingSetup Create(string label, Fr tau, int length, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var powers = new G2Affine[VerifierSetup.MaxPowers];
        var power = tau;
        for (var i = 0; i < powers.Length; i++)
        {
            power = power.Squared();
            powers[i] = G2Affine.Generator.Times(power.ToUInt256());
        }

        var origin = SetupOrigin.FromLabel(label);
        var verifier = new VerifierSetup(origin, G2Affine.Generator.Times(tau.ToUInt256()), powers);
        return new ProvingSetup(verifier, PowersOf(tau, length, work));
    }

    private static G1Affine[] PowersOf(Fr tau, int length, Work work)
    {
        // A wider window takes fewer sums a point, and a larger table.
        var windowBits = length < 4096 ? 5 : 12;
        var windows = (256 + windowBits - 1) / windowBits;
        var multiples = MultiplesOfGenerator(windows, windowBits);
        var points = LastingPoints.Allocate(length);
        work.ForRanges(length, PairBatch.Capacity, (start, end) =>
        {
            var batch = new PairBatch();
            var power = tau.Power(new UInt256((ulong)start));
            for (var first = start; first < end; first += PairBatch.Capacity)
            {
                work.CancellationToken.ThrowIfCancellationRequested();
                var sums = points.AsSpan(first, Math.Min(PairBatch.Capacity, end - first));
                var scalars = new UInt256[sums.Length];
                for (var i = 0; i < scalars.Length; i++)
                {
                    scalars[i] = power.ToUInt256();
                    power *= tau;
                }

                for (var window = 0; window < windows; window++)
                {
                    for (var i = 0; i < sums.Length; i++)
                    {
                        var digit = (int)(scalars[i] >> (window * windowBits)).Limb(0) & ((1 << windowBits) - 1);
                        if (digit != 0)
                            batch.Add(sums[i], multiples[(window << windowBits) + digit], i, sums);
                    }

                    batch.Flush(sums);
                }
            }
        });
        return points;
    }

    // digit·2^(window·bits)·G at window·2^bits + digit.
    private static G1Affine[] MultiplesOfGenerator(int windows, int windowBits)
    {
        var multiples = new G1[windows << windowBits];
        G1 step = G1Affine.Generator;
        for (var window = 0; window < windows; window++)
        {
            var first = window << windowBits;
            for (var digit = 1; digit < 1 << windowBits; digit++)
                multiples[first + digit] = multiples[first + digit - 1] + step;
            step = multiples[first + (1 << windowBits) - 1] + step;
        }

        return G1.ToAffine(multiples);
    }
}
