using System.Collections.Immutable;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Proving;

/// <summary>One inference to be proven.</summary>
/// <param name="Input">As many bytes as the model has inputs.</param>
/// <param name="ReceiptDigest">The digest of its receipt, the evidence's hash in it zero.</param>
public sealed record InferenceToProve(ReadOnlyMemory<byte> Input, Hash32 ReceiptDigest);

/// <summary>A proof, and what it says about each inference, in their order.</summary>
public sealed record Proof(ReadOnlyMemory<byte> Bytes, ImmutableArray<ProofStatement> Statements);
