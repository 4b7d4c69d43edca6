// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../../src/interfaces/IEvidenceVerifier.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {RequestId, VersionId} from "../../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../../src/types/Receipt.sol";
import {Request, RequestFlags, Stage, Terms} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {AnswerSamples} from "../../support/court/AnswerSamples.sol";
import {Entry} from "../ledger/Books.sol";
import {Acting} from "./Acting.sol";

/// @notice What a node brings, and whether it must be accepted.
abstract contract Answers is Acting {
    bytes4 private constant REQUEST = bytes4(
        keccak256(
            "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes,(bytes32[],address[]))"
        )
    );
    uint256 internal constant RIGHT = 0;
    uint256 internal constant NEAR = 1;
    uint256 internal constant FAR = 2;
    uint8 private constant WITHOUT_BYTES = RequestFlags.PRIVATE | RequestFlags.OUTPUT_OFF_CHAIN;

    function _request(Request memory asked, bytes memory input, Terms memory terms) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(REQUEST, asked, input, terms);
    }

    /// The right answer to a request.
    function _outputOf(Entry storage entry) internal view returns (bytes memory) {
        return _variant(entry, RIGHT);
    }

    /// The right answer or another one. Of floats one that is near agrees with it, of anything else none does.
    function _variant(Entry storage entry, uint256 variant) internal view returns (bytes memory) {
        uint256 number = 1 + uint256(entry.ask.request.inputCommit) % 1000;
        if (variant == FAR) number += 5;
        if (_kindOf(entry) != SemanticsKind.Float) return abi.encode(variant == NEAR ? number + 1 : number);
        // Half of the relative tolerance away.
        return AnswerSamples.float(int256(number * 1e18 + (variant == NEAR ? number * 5e12 : 0)));
    }

    function _kindOf(Entry storage entry) internal view returns (SemanticsKind) {
        return models.termsOf(entry.ask.request.versionId).kind;
    }

    function _answer(Entry storage entry, address node, bytes memory output) internal view returns (Submission memory answer) {
        answer = _unsigned(entry, node);
        answer.outputCommit = keccak256(output);
        if (entry.ask.request.flags & WITHOUT_BYTES == 0) answer.output = output;
        answer.evidence = _evidence(entry, answer, entry.ask.request.assurance);
    }

    /// That the input cannot be run.
    function _failure(Entry storage entry, address node) internal view returns (Submission memory answer) {
        answer = _unsigned(entry, node);
        answer.outputCommit = FAILURE;
        answer.evidence = _evidence(entry, answer, entry.ask.request.assurance);
    }

    /// Signed by the node's own key, or by its enclave's. A proof is no part of a submission.
    function _evidence(Entry storage entry, Submission memory answer, Assurance assurance) internal view returns (bytes memory) {
        if (assurance == Assurance.Proven) return "";
        bytes32 digest = hub.digestOf(_receiptOf(entry, answer, assurance));
        if (assurance == Assurance.Signed) return _sign(answer.node, digest);
        return _signWith(_enclaveKey(answer.node, answer.keyEpoch), digest);
    }

    function _receiptOf(Entry storage entry, Submission memory answer, Assurance assurance)
        internal
        view
        returns (InferenceReceipt memory)
    {
        return InferenceReceipt({
            requestId: RequestId.unwrap(entry.id),
            versionId: VersionId.unwrap(answer.ask.request.versionId),
            inputCommit: answer.ask.request.inputCommit,
            outputCommit: answer.outputCommit,
            assurance: assurance,
            node: answer.node,
            payee: answer.payee,
            keyEpoch: answer.keyEpoch,
            issuedAt: answer.issuedAt,
            expiresAt: answer.expiresAt,
            evidenceHash: answer.evidenceHash
        });
    }

    /// The fake proof for submissions: it absorbs each receipt, as a real one does.
    function _prove(Submission[] memory answers, bytes32[] memory digests) internal view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](answers.length);
        for (uint256 i = 0; i < answers.length; ++i) {
            statements[i] = ProofStatement({
                proofCommitment: models.proofCommitmentOf(answers[i].ask.request.versionId),
                inputCommit: answers[i].ask.request.inputCommit,
                outputCommit: answers[i].outputCommit,
                receiptDigest: digests[i]
            });
        }
        return abi.encode(keccak256(abi.encode(statements)));
    }

    /// Whether an answer that is right and rightly signed is accepted now, at the end of all that can be said against it.
    function _mustSettle(Entry storage entry, address node) internal view returns (bool) {
        Request storage asked = entry.ask.request;
        if (asked.assurance == Assurance.Proven || asked.quorum != 0) return false;
        return _isTimely(entry) && _isEntitled(entry, node) && _hasEvidence(entry, node) && _canLock(entry, node);
    }

    function _isTimely(Entry storage entry) internal view returns (bool) {
        bool isOpen = entry.stage == Stage.Open || entry.stage == Stage.Claimed;
        return isOpen && _now() <= entry.ask.request.deadline && !_isPaused();
    }

    /// `Signed` by nobody but the assignee in its time and until another claims, the holder of a claim that stands, or the one whose place a claim takes
    /// that does not stand yet; other evidence by anybody whom no such right of another keeps out.
    function _isEntitled(Entry storage entry, address node) internal view returns (bool) {
        Request storage asked = entry.ask.request;
        if (asked.assignee != address(0) && _now() <= asked.exclusiveUntil) return node == asked.assignee;
        bool isStronger = asked.assurance != Assurance.Signed;
        if (entry.stage != Stage.Claimed) return isStronger || node == asked.assignee;
        if (_time() <= entry.since) return node == entry.displaced;
        return node == entry.claimant || (isStronger && _time() > entry.since + _claimTimeOf(entry));
    }

    function _hasEvidence(Entry storage entry, address node) internal view returns (bool) {
        return entry.ask.request.assurance != Assurance.Attested || _isAttested(node, entry.terms.acceptedWorkloads);
    }

    function _isAttested(address node, bytes32[] memory acceptedWorkloads) internal view returns (bool) {
        address signer = keys.signerOf(node, keys.epochOf(node));
        if (signer == address(0) || !keys.isValidAt(signer, _now())) return false;
        if (acceptedWorkloads.length == 0) return true;
        for (uint256 i = 0; i < acceptedWorkloads.length; ++i) {
            if (acceptedWorkloads[i] == keys.workloadOf(signer)) return true;
        }
        return false;
    }

    function _mayClaim(Entry storage entry, address node) internal view returns (bool) {
        Request storage asked = entry.ask.request;
        if (!_isTimely(entry) || asked.quorum != 0 || _isYanked(entry) || _hasLostItsKey(entry, node, _now())) return false;
        if (!nodes.hasRole(node, _roleFor(asked.assurance))) return false;
        if (node != asked.assignee && _now() <= asked.exclusiveUntil) return false;
        uint256 claims = entry.claims;
        uint256 funds = accounts[node];
        if (entry.stage == Stage.Claimed) {
            if (_time() <= entry.since + _claimTimeOf(entry)) return false;
            bool isExcused = _isClaimExcused(entry);
            if (isExcused && entry.claimant == node) funds += entry.bond;
            if (!isExcused) ++claims;
        }
        return claims < 8 && funds >= _bondOf(entry, claims) && _now() + _waitOf(entry, node) <= asked.deadline;
    }

    /// How long a claim of this node would not stand yet.
    function _waitOf(Entry storage entry, address node) private view returns (uint40 wait) {
        address former = entry.stage == Stage.Claimed ? entry.claimant : entry.ask.request.assignee;
        wait = _bondTime() - _time();
        if (former != address(0) && former != node) wait += GRACE;
    }

    function _isYanked(Entry storage entry) internal view returns (bool) {
        return models.statusOf(entry.ask.request.versionId) == VersionStatus.Yanked;
    }

    function _roleFor(Assurance assurance) internal pure returns (uint8) {
        if (assurance == Assurance.Proven) return Roles.PROVER;
        return assurance == Assurance.Attested ? Roles.TEE : Roles.INFERENCE;
    }

    /// An honest node that has the role for a request.
    function _servantOf(Entry storage entry, uint256 from) internal view returns (address node) {
        for (uint256 i = 0; i < HONEST; ++i) {
            node = nodeList[(from + i) % HONEST];
            if (nodes.hasRole(node, _roleFor(entry.ask.request.assurance)) && _hasEvidence(entry, node)) return node;
        }
    }

    function _canLock(Entry storage entry, address node) internal view returns (bool) {
        Request storage asked = entry.ask.request;
        uint256 lien = uint256(asked.fee) * SIGNED_LIEN_FEES;
        if (asked.assurance == Assurance.Attested) lien = uint256(asked.fee) * ATTESTED_LIEN_FEES;
        else if (asked.minLien != 0) lien = asked.minLien;
        bool hasRole = nodes.hasRole(node, _roleFor(asked.assurance));
        return hasRole && (lien + LIEN_UNIT - 1) / LIEN_UNIT * LIEN_UNIT <= nodes.freeStakeOf(node, _time());
    }

    function _unsigned(Entry storage entry, address node) internal view returns (Submission memory answer) {
        answer.ask = entry.ask;
        answer.terms = entry.terms;
        answer.node = node;
        answer.payee = nodes.payeeOf(node);
        answer.issuedAt = _now();
        answer.expiresAt = _now() + 1 hours;
        if (entry.ask.request.assurance == Assurance.Attested) _nameKey(answer);
    }

    /// The receipt of an attested answer names the node's present key.
    function _nameKey(Submission memory answer) internal view {
        answer.keyEpoch = keys.epochOf(answer.node);
        answer.evidenceHash = keccak256(abi.encode(answer.node, answer.keyEpoch));
    }
}
