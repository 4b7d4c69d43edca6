// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Receipt} from "../types/Receipt.sol";

/// @notice Whether evidence holds, and why not.
enum Finding {
    Holds,
    /// The evidence is not of the form that this verifier reads.
    Malformed,
    /// The signature is not the node's, or its key signs for another node.
    WrongSigner,
    /// The key is not registered, not yet active, expired or revoked.
    KeyNotValid,
    /// The key's workload is none that the request accepts.
    WorkloadNotAccepted,
    /// The key stands under a development root.
    EmulatedRoot,
    /// The receipt names another key epoch than the key has.
    WrongEpoch,
    /// The proof does not hold.
    ProofInvalid,
    /// The receipt claims another assurance than this verifier checks.
    WrongAssurance,
    /// The receipt names other evidence than what stands behind its key.
    WrongEvidenceHash
}

/// @param finding What was found.
/// @param rootLabel The label of the root of trust; zero where none is involved, or no valid key was found.
struct Verdict {
    Finding finding;
    bytes32 rootLabel;
}

/// @title Checks the evidence behind one receipt
/// @dev Pure judgement: no state is changed. It never reverts on hostile evidence, it says what it found.
interface IEvidenceVerifier {
    /// @param receipt The receipt, as it was signed.
    /// @param digest Its EIP-712 digest on the hub that asks.
    /// @param evidence As the assurance has it: for `Signed` and `Attested` a signature.
    /// @param acceptedWorkloads Where it is not empty, the answer must come from one of these; evidence that shows no workload does not do.
    function verify(Receipt calldata receipt, bytes32 digest, bytes calldata evidence, bytes32[] calldata acceptedWorkloads)
        external
        view
        returns (Verdict memory);
}

/// @notice What a proof says about one receipt: the committed model gives this output for this input.
struct ProofStatement {
    bytes32 proofCommitment;
    bytes32 inputCommit;
    bytes32 outputCommit;
    /// The receipt's digest goes into the proof's transcript, so that a copied proof pays its maker.
    bytes32 receiptDigest;
}

/// @title Checks one proof for one or many receipts of one version
interface IProofVerifier {
    /// @return Whether the proof holds for all statements. Never reverts on a hostile proof.
    function verifyProof(ProofStatement[] calldata statements, bytes calldata proof) external view returns (bool);

    /// @notice Whether somebody can make proofs of what is not so: a stand-in, or a verifier whose setup's secret is known. Where value is met it is not
    /// registered.
    function isDevelopment() external view returns (bool);
}
