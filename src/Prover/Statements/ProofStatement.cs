using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Statements;

/// <summary>What a proof says about one receipt: the committed model gives this output for this input. As the contracts have it.</summary>
/// <param name="ProofCommitment">The version's: keccak256(descriptor ‖ W).</param>
/// <param name="InputCommit">The hash of the input's canonical encoding.</param>
/// <param name="OutputCommit">The hash of the output's canonical encoding.</param>
/// <param name="ReceiptDigest">Goes into the transcript, so that a copied proof pays its maker.</param>
public sealed record ProofStatement(Hash32 ProofCommitment, Hash32 InputCommit, Hash32 OutputCommit, Hash32 ReceiptDigest);

/// <summary>Where a proof is to be verified: it holds nowhere else.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Verifier">The contract that verifies.</param>
public sealed record ProofContext(ChainId ChainId, Address Verifier);
