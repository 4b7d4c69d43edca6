using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>What is shown to a verifier: a proof's bytes, and what they are said to state.</summary>
internal sealed record Forgery(IReadOnlyList<ProofStatement> Statements, byte[] Proof);

/// <summary>Forgeries of one kind.</summary>
/// <param name="Name">As the page has it.</param>
/// <param name="IsControl">Whether these hold: proofs that are right, by which one sees that verifiers do not refuse everything.</param>
/// <param name="Make">Makes one; the same random numbers give the same.</param>
internal sealed record ForgeryKind(string Name, bool IsControl, Func<Random, Forgery> Make);
