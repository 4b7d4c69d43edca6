// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CourtBase} from "./CourtBase.sol";
import {Admission} from "../hub/Admission.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";
import {Finding, IProofVerifier, ProofStatement} from "../interfaces/IEvidenceVerifier.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {Ask, Request, Settlement} from "../types/Request.sol";
import {SemanticsKind, VersionTerms} from "../types/Version.sol";

/// @notice Challenges that a proof decides.
abstract contract CourtProofs is CourtBase {
    bytes32 internal constant CHALLENGE_TAG = keccak256("OpenGradient.Relayer.Challenge.Proof.1");
    bytes32 internal constant CONTRADICTION_TAG = keccak256("OpenGradient.Relayer.Contradiction.1");
    string private constant REASON = "contradicted by a proof";

    /// @inheritdoc IChallengeCourt
    function challengeWithProof(Ask calldata ask, Settlement calldata settlement, bytes32 provenOutput, bytes calldata proof)
        external
    {
        RequestId id = _idOf(ask);
        _requireContradiction(ask.request, settlement.outputCommit, provenOutput, challengeDigestOf(id, msg.sender), proof);
        emit ChallengedByProof(id, msg.sender, provenOutput);

        _hub.contest(ask, settlement);
        _hub.overturn(ask, settlement, msg.sender, provenOutput);
        if (ask.request.assurance != Assurance.Attested) return;
        // The key may have been revoked before: the answer is wrong all the same.
        address signer = _keys.signerOf(settlement.node, settlement.keyEpoch);
        if (signer != address(0) && _keys.keyOf(signer).revokedAt == 0) _revoke(id, settlement.node, signer, provenOutput);
    }

    /// @inheritdoc IChallengeCourt
    function contradict(Submission calldata submission, bytes32 provenOutput, bytes calldata proof) external {
        RequestId id = _idOf(submission.ask);
        _requireContradiction(submission.ask.request, submission.outputCommit, provenOutput, contradictionDigestOf(id), proof);
        Finding finding = _findingOn(submission, id);
        require(finding == Finding.Holds, ReceiptRefused(finding));

        _revoke(id, submission.node, _keys.signerOf(submission.node, submission.keyEpoch), provenOutput);
    }

    /// @inheritdoc IChallengeCourt
    function challengeDigestOf(RequestId requestId, address challenger) public view returns (bytes32) {
        return keccak256(abi.encode(CHALLENGE_TAG, block.chainid, address(this), requestId, challenger));
    }

    /// @inheritdoc IChallengeCourt
    function contradictionDigestOf(RequestId requestId) public view returns (bytes32) {
        return keccak256(abi.encode(CONTRADICTION_TAG, block.chainid, address(this), requestId));
    }

    /// Holds a proof of another output than was given against the request. The failure to give any is another output too.
    function _requireContradiction(
        Request calldata asked,
        bytes32 outputCommit,
        bytes32 provenOutput,
        bytes32 digest,
        bytes calldata proof
    ) private view {
        require(
            provenOutput != outputCommit && provenOutput != FAILURE && provenOutput != bytes32(0),
            NoContradiction(outputCommit, provenOutput)
        );
        VersionId versionId = asked.versionId;
        VersionTerms memory terms = _models.termsOf(versionId);
        require(terms.kind == SemanticsKind.Integer && terms.proofVerifier != address(0), NotProvable(versionId));

        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: _models.proofCommitmentOf(versionId),
            inputCommit: asked.inputCommit,
            outputCommit: provenOutput,
            receiptDigest: digest
        });
        require(IProofVerifier(terms.proofVerifier).verifyProof(statements, proof), ProofRefused());
    }

    /// What the receipt's evidence shows now, whatever workload the request would have accepted.
    function _findingOn(Submission calldata submission, RequestId id) private view returns (Finding) {
        Receipt memory receipt = Admission.receiptOf(submission, id, Assurance.Attested);
        return _attestedVerifier.verify(receipt, _hub.digestOf(receipt), submission.evidence, new bytes32[](0)).finding;
    }

    function _revoke(RequestId id, address node, address signer, bytes32 provenOutput) private {
        emit KeyContradicted(id, node, signer, provenOutput);
        _keys.revokeKey(signer, REASON);
    }
}
