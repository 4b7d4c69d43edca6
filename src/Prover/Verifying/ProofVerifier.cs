using OpenGradient.Ethereum.Crypto;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Pairings;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Verifying;

/// <summary>Verifies proofs as the contract does, without a chain.</summary>
public sealed class ProofVerifier(VerifierSetup setup, ProofContext context)
{
    /// <summary>Whether a proof holds for all its statements, in their order.</summary>
    public ProofVerdict Verify(IReadOnlyList<ProofStatement> statements, ReadOnlyMemory<byte> proof) =>
        ProofReader.TryRead(setup, context, statements, proof, out var read) ?? Judge([read!]);

    /// <summary>
    /// Verifies many proofs with one pairing, each weighted by a power of a challenge that follows from all of them. Where the sum does not hold,
    /// each is verified by itself, so that one bad proof spoils none but its own.
    /// </summary>
    public IReadOnlyList<ProofVerdict> VerifyAll(IReadOnlyList<(IReadOnlyList<ProofStatement> Statements, ReadOnlyMemory<byte> Proof)> proofs)
    {
        var verdicts = new ProofVerdict?[proofs.Count];
        var read = new ReadProof?[proofs.Count];
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = ProofReader.TryRead(setup, context, proofs[i].Statements, proofs[i].Proof, out read[i]);
        var together = Judge([.. read.OfType<ReadProof>()]);
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] ??= together is ProofVerdict.Holds ? together : Judge([read[i]!]);
        return verdicts!;
    }

    internal ProofVerdict Read(IReadOnlyList<ProofStatement> statements, ReadOnlyMemory<byte> proof, out ReadProof? read) =>
        ProofReader.TryRead(setup, context, statements, proof, out read) ?? (ProofVerdict)new ProofVerdict.Holds();

    private ProofVerdict Judge(IReadOnlyList<ReadProof> proofs)
    {
        var rho = Challenge(proofs);
        var weight = Fr.One;
        G1 first = default;
        G1 tau = default;
        var powers = new Dictionary<PreparedG2, G1>(ReferenceEqualityComparer.Instance);
        foreach (var proof in proofs)
        {
            var terms = proof.Terms;
            first += terms.First * weight;
            tau += terms.Tau * weight;
            if (terms.PowerOfTau is { } power)
                powers[power] = powers.GetValueOrDefault(power) + (terms.Power * weight);
            weight *= rho;
        }

        List<(G1Affine, PreparedG2)> pairs = [((-first).ToAffine(), VerifierSetup.PreparedOne), (tau.ToAffine(), setup.PreparedTau)];
        pairs.AddRange(powers.Select(pair => (pair.Value.ToAffine(), pair.Key)));
        return Pairing.IsOne([.. pairs])
            ? new ProofVerdict.Holds()
            : new ProofVerdict.Refused(ProofFault.DoesNotHold, "The opening does not hold.");
    }

    private static Fr Challenge(IReadOnlyList<ReadProof> proofs)
    {
        var hasher = new Keccak256Hasher();
        foreach (var proof in proofs)
            hasher.Append(proof.LastHash.Bytes);
        return Transcript.Challenge(hasher.Finish());
    }
}
