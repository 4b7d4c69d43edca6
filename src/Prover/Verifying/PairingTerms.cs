using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Pairings;

namespace OpenGradient.Prover.Verifying;

/// <summary>What a proof comes to: it holds if e(First, [1]₂) = e(Tau, [τ]₂) · e(Power, [τ^C]₂), the last for the long form alone.</summary>
internal sealed record PairingTerms(G1 First, G1 Tau, G1 Power, PreparedG2? PowerOfTau);

/// <summary>A proof that was read: its terms, and the last hash of its transcript, from which several proofs are folded into one.</summary>
internal sealed record ReadProof(PairingTerms Terms, Ethereum.Primitives.Hash32 LastHash, ProofTrace Trace);

/// <summary>The numbers on the way, for finding where two verifiers part.</summary>
internal sealed record ProofTrace(Ethereum.Primitives.Hash32 Hash, Fr R, Fr Gamma, Fr Delta, Fr V, Fr Zeta, Fr XAtZeta, Fr Kappa, Fr Mu);
