// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {HubClaims} from "./HubClaims.sol";
import {RequestLib} from "./RequestLib.sol";
import {Word, Words} from "./Words.sol";
import {Finding, IEvidenceVerifier, Verdict} from "../interfaces/IEvidenceVerifier.sol";
import {IInferenceHub, Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Assurance, Receipt, ReceiptLib} from "../types/Receipt.sol";
import {Refusal, Request, RequestFlags, Settlement, Stage} from "../types/Request.sol";

/// @notice Settling: whether an answer is accepted, and what it earns. Nothing here calls a stranger.
abstract contract HubSettlement is HubClaims, EIP712 {
    /// @notice What a receipt commits to in place of an output, when the input cannot be run.
    bytes32 public constant FAILURE = keccak256("OpenGradient.Relayer.Failure");

    /// What an answer is worth and until when it can be contested, by its assurance.
    struct Conditions {
        uint40 until;
        uint256 lien;
        uint8 role;
    }

    constructor() EIP712(ReceiptLib.DOMAIN_NAME, ReceiptLib.DOMAIN_VERSION) {}

    /// @inheritdoc IInferenceHub
    function digestOf(Receipt memory receipt) public view returns (bytes32) {
        return _hashTypedDataV4(ReceiptLib.structHash(receipt));
    }

    /// Settles one request, or says why not and changes nothing.
    function _settle(Submission calldata submission, uint40 time)
        internal
        returns (Refusal refusal, RequestId id, Settlement memory settlement)
    {
        Request calldata asked = submission.ask.request;
        id = requestIdOf(submission.ask);
        Word word = _words[id];
        refusal = _judge(submission, word, time);
        if (refusal != Refusal.None) return (refusal, id, settlement);
        (refusal, settlement.rootLabel) = _judgeEvidence(submission, id);
        if (refusal != Refusal.None) return (refusal, id, settlement);
        Conditions memory conditions = _conditionsOf(asked, time);
        refusal = _lock(submission, conditions, time);
        if (refusal != Refusal.None) return (refusal, id, settlement);

        _fill(settlement, submission, conditions.lien);
        Stage stage = submission.outputCommit == FAILURE ? Stage.Failed : Stage.Settled;
        _words[id] = Words.settled(stage, 0, conditions.until, Words.hashOf(settlement));
        _endClaim(submission, id, word);
        _pay(submission, stage, conditions.until);
        emit Settled(id, submission.node, conditions.until, settlement, submission.evidence, submission.output);
    }

    /// Everything about a submission that costs no call: is the request open, in time, and the node's to settle?
    function _judge(Submission calldata submission, Word word, uint40 time) private view returns (Refusal) {
        Request calldata asked = submission.ask.request;
        Stage stage = word.stage();
        if (stage != Stage.Open && stage != Stage.Claimed) return Refusal.NotOpen;
        if (asked.quorum != 0) return Refusal.QuorumRequired;
        if (block.timestamp > asked.deadline) return Refusal.DeadlinePassed;
        if (asked.assurance == Assurance.Proven) return Refusal.WrongAssurance;
        if (submission.expiresAt < block.timestamp) return Refusal.ReceiptExpired;
        if (RequestLib.hashOf(submission.terms) != asked.termsHash) return Refusal.TermsMismatch;
        if (!_isEntitled(asked, submission.node, word, time)) return Refusal.NotEntitled;
        return _isOutputThere(submission) ? Refusal.None : Refusal.OutputMismatch;
    }

    function _judgeEvidence(Submission calldata submission, RequestId id) private view returns (Refusal, bytes32 rootLabel) {
        Request calldata asked = submission.ask.request;
        Receipt memory receipt = Receipt({
            requestId: RequestId.unwrap(id),
            versionId: VersionId.unwrap(asked.versionId),
            inputCommit: asked.inputCommit,
            outputCommit: submission.outputCommit,
            assurance: asked.assurance,
            node: submission.node,
            payee: submission.payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: submission.evidenceHash
        });
        IEvidenceVerifier verifier = asked.assurance == Assurance.Attested ? _attestedVerifier : _signedVerifier;
        Verdict memory verdict =
            verifier.verify(receipt, digestOf(receipt), submission.evidence, submission.terms.acceptedWorkloads);
        return (verdict.finding == Finding.Holds ? Refusal.None : Refusal.EvidenceRefused, verdict.rootLabel);
    }

    /// `Signed` needs the assignee's time or a claim that an earlier block confirmed: who copies a pending answer has neither. `Attested`
    /// evidence cannot be copied, so that it also settles where nobody stands before it.
    function _isEntitled(Request calldata asked, address node, Word word, uint40 time) private view returns (bool) {
        bool isExclusive = asked.assignee != address(0) && block.timestamp <= asked.exclusiveUntil;
        if (isExclusive) return node == asked.assignee;
        if (word.stage() == Stage.Claimed) {
            // A claimant whose time is over may settle until another takes its place.
            if (node == word.node()) return time > word.since();
            return asked.assurance != Assurance.Signed && time > word.since() + _claimTime(asked.assurance);
        }
        return asked.assurance != Assurance.Signed;
    }

    function _isOutputThere(Submission calldata submission) private pure returns (bool) {
        if (submission.output.length > 0) return keccak256(submission.output) == submission.outputCommit;
        return submission.outputCommit == FAILURE
            || submission.ask.request.flags & (RequestFlags.OUTPUT_OFF_CHAIN | RequestFlags.PRIVATE) != 0;
    }

    function _conditionsOf(Request calldata asked, uint40 time) private view returns (Conditions memory conditions) {
        conditions.role = _roleFor(asked.assurance);
        if (asked.assurance == Assurance.Attested) {
            conditions.until = time + _attestedHold;
            conditions.lien = uint256(asked.fee) * _attestedLienFees;
        } else {
            conditions.until = time + (asked.challengeWindow == 0 ? _defaultWindow : asked.challengeWindow);
            conditions.lien = asked.minLien == 0 ? uint256(asked.fee) * _signedLienFees : asked.minLien;
        }
    }

    /// The stake is locked last of all checks, since it is the only one that changes anything.
    function _lock(Submission calldata submission, Conditions memory conditions, uint40 time) private returns (Refusal) {
        try _nodes.lockLien(submission.node, conditions.role, submission.payee, conditions.lien, conditions.until, time) {
            return Refusal.None;
        } catch {
            return Refusal.LienRefused;
        }
    }

    function _fill(Settlement memory settlement, Submission calldata submission, uint256 lien) private view {
        settlement.outputCommit = submission.outputCommit;
        settlement.node = submission.node;
        settlement.payee = submission.payee;
        settlement.keyEpoch = submission.keyEpoch;
        settlement.issuedAt = submission.issuedAt;
        settlement.expiresAt = submission.expiresAt;
        settlement.evidenceHash = submission.evidenceHash;
        settlement.lien = lien;
        settlement.settledAt = uint40(block.timestamp);
    }

    /// The settler's own bond comes back; one that another let run out is forfeited; what such claims left goes to the payee.
    function _endClaim(Submission calldata submission, RequestId id, Word word) private {
        uint8 claims = word.claims();
        if (word.stage() == Stage.Claimed) {
            uint256 bond = _baseBond(submission.ask.request) << claims;
            if (word.node() == submission.node) {
                _accounts[submission.node] += bond;
            } else {
                _forfeit(id, word.node(), bond);
                ++claims;
            }
        }

        if (claims > 0) _accounts[submission.payee] += _leftBy(_baseBond(submission.ask.request), claims);
    }

    /// The fee is final with the answer. A failure earns a share of it, and the rest goes back at once.
    function _pay(Submission calldata submission, Stage stage, uint40 until) private {
        uint256 fee = submission.ask.request.fee;
        if (stage == Stage.Failed) {
            uint256 share = fee * _failureShare / 10_000;
            _accounts[submission.ask.requester] += fee - share + submission.ask.request.deliveryTip;
            fee = share;
        }
        _earnings[submission.payee][_hourEnd(until)] += fee;
    }
}
