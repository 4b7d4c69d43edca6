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
import {Ask, Refusal, Request, RequestFlags, Settlement, Stage} from "../types/Request.sol";

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
        Ask calldata ask = submission.ask;
        id = requestIdOf(ask);
        Word word = _words[id];
        refusal = _judge(submission, id, word, time);
        if (refusal != Refusal.None) return (refusal, id, settlement);
        bytes32 rootLabel;
        (refusal, rootLabel) = _judgeEvidence(submission);
        if (refusal != Refusal.None) return (refusal, id, settlement);

        Conditions memory conditions = _conditionsOf(ask.request, time);
        refusal = _lock(submission.receipt, conditions, time);
        if (refusal != Refusal.None) return (refusal, id, settlement);

        settlement = _record(submission, id, conditions, rootLabel);
        _endClaim(ask.request, id, word, submission.receipt);
        _pay(ask, settlement, conditions.until);
    }

    /// Everything about a submission that costs no call: is it about this request, in time, and the node's to make?
    function _judge(Submission calldata submission, RequestId id, Word word, uint40 time) private view returns (Refusal) {
        Request calldata asked = submission.ask.request;
        Receipt calldata receipt = submission.receipt;
        Stage stage = word.stage();
        if (stage != Stage.Open && stage != Stage.Claimed) return Refusal.NotOpen;
        if (block.timestamp > asked.deadline) return Refusal.DeadlinePassed;
        if (asked.assurance != receipt.assurance || asked.assurance == Assurance.Proven) return Refusal.WrongAssurance;
        if (
            receipt.requestId != RequestId.unwrap(id) || receipt.versionId != VersionId.unwrap(asked.versionId)
                || receipt.inputCommit != asked.inputCommit
        ) return Refusal.ReceiptMismatch;
        if (receipt.expiresAt < block.timestamp) return Refusal.ReceiptExpired;
        if (RequestLib.hashOf(submission.terms) != asked.termsHash) return Refusal.TermsMismatch;
        if (!_isEntitled(asked, receipt.node, word, time)) return Refusal.NotEntitled;
        return _isOutputThere(asked, receipt, submission.output) ? Refusal.None : Refusal.OutputMismatch;
    }

    function _judgeEvidence(Submission calldata submission) private view returns (Refusal, bytes32 rootLabel) {
        IEvidenceVerifier verifier = submission.receipt.assurance == Assurance.Attested ? _attestedVerifier : _signedVerifier;
        Verdict memory verdict = verifier.verify(
            submission.receipt, digestOf(submission.receipt), submission.evidence, submission.terms.acceptedWorkloads
        );
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

    function _isOutputThere(Request calldata asked, Receipt calldata receipt, bytes calldata output) private pure returns (bool) {
        if (output.length == 0) {
            return asked.flags & RequestFlags.OUTPUT_OFF_CHAIN != 0 || receipt.outputCommit == FAILURE;
        }
        return keccak256(output) == receipt.outputCommit;
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
    function _lock(Receipt calldata receipt, Conditions memory conditions, uint40 time) private returns (Refusal) {
        if (_nodes.payeeOf(receipt.node) != receipt.payee) return Refusal.WrongPayee;
        try _nodes.lockLien(receipt.node, conditions.role, conditions.lien, conditions.until, time) {
            return Refusal.None;
        } catch {
            return Refusal.LienRefused;
        }
    }

    function _record(Submission calldata submission, RequestId id, Conditions memory conditions, bytes32 rootLabel)
        private
        returns (Settlement memory settlement)
    {
        bool isFailure = submission.receipt.outputCommit == FAILURE;
        settlement = Settlement({
            receipt: submission.receipt,
            rootLabel: rootLabel,
            lien: conditions.lien,
            settledAt: uint40(block.timestamp),
            revision: 0,
            isFailure: isFailure
        });
        _words[id] = Words.settled(isFailure ? Stage.Failed : Stage.Settled, 0, conditions.until, Words.hashOf(settlement));
        emit Settled(id, submission.receipt.node, conditions.until, settlement, submission.evidence, submission.output);
    }

    /// The settler's own bond comes back; one that another let run out is forfeited; what such claims left goes to the payee.
    function _endClaim(Request calldata asked, RequestId id, Word word, Receipt calldata receipt) private {
        uint8 claims = word.claims();
        if (word.stage() == Stage.Claimed) {
            uint256 bond = _baseBond(asked) << claims;
            if (word.node() == receipt.node) {
                _accounts[receipt.node] += bond;
            } else {
                _forfeit(id, word.node(), bond);
                ++claims;
            }
        }

        if (claims > 0) _accounts[receipt.payee] += _leftBy(_baseBond(asked), claims);
    }

    function _pay(Ask calldata ask, Settlement memory settlement, uint40 until) private {
        uint256 fee = ask.request.fee;
        if (settlement.isFailure) {
            uint256 share = fee * _failureShare / 10_000;
            _accounts[ask.requester] += fee - share + ask.request.deliveryTip;
            fee = share;
        }
        _earnings[settlement.receipt.payee][_hourEnd(until)] += fee;
    }
}
