// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {HubClaims} from "./HubClaims.sol";
import {Word, Words} from "./Words.sol";
import {Finding, Verdict} from "../interfaces/IEvidenceVerifier.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Refusal, Request, Settlement, Stage} from "../types/Request.sol";

/// @notice Settling: whether an answer is accepted, and what it earns. Nothing here calls a stranger.
abstract contract HubSettlement is HubClaims {
    /// What an answer is worth and until when it can be contested, by its assurance.
    struct Conditions {
        uint40 until;
        uint256 lien;
        uint8 role;
    }

    /// Settles one request, or says why not and changes nothing.
    function _settle(Submission calldata submission, uint40 time)
        internal
        returns (Refusal refusal, RequestId id, Settlement memory settlement)
    {
        Request calldata asked = submission.ask.request;
        id = _idOf(submission.ask);
        Word word = _state.words[id];
        refusal = asked.assurance == Assurance.Proven
            ? Refusal.WrongAssurance
            : Admission.judge(_state, submission, id, word, _claimTime(asked.assurance), time);
        if (refusal != Refusal.None) return (refusal, id, settlement);
        bytes32 rootLabel;
        (refusal, rootLabel) = _judgeEvidence(submission, id);
        if (refusal != Refusal.None) return (refusal, id, settlement);
        Conditions memory conditions = _conditionsOf(asked, time);
        refusal = _lock(submission, conditions, time);
        if (refusal != Refusal.None) return (refusal, id, settlement);

        settlement = _settlementOf(submission, asked.assurance, rootLabel, conditions.lien);
        Stage stage = submission.outputCommit == Admission.FAILURE ? Stage.Failed : Stage.Settled;
        // The tip of a failure goes back with the rest of the fee.
        uint8 flags = stage == Stage.Failed ? Words.TIP_SPENT : 0;
        _state.words[id] = Words.settled(stage, flags, conditions.until, Words.hashOf(settlement));
        _closeClaims(asked, id, word, submission.node, submission.payee, time);
        _pay(submission, stage, conditions.until);
        _tellSettled(submission, id, conditions.until, settlement);
    }

    function _judgeEvidence(Submission calldata submission, RequestId id) private view returns (Refusal, bytes32 rootLabel) {
        Verdict memory verdict = _verdictOn(submission, id, submission.ask.request.assurance);
        return (verdict.finding == Finding.Holds ? Refusal.None : Refusal.EvidenceRefused, verdict.rootLabel);
    }

    function _conditionsOf(Request calldata asked, uint40 time) private view returns (Conditions memory conditions) {
        conditions.role = Admission.roleFor(asked.assurance);
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

    /// The fee is final with the answer. A failure earns a share of it, and the rest goes back at once.
    function _pay(Submission calldata submission, Stage stage, uint40 until) private {
        uint256 fee = submission.ask.request.fee;
        if (stage == Stage.Failed) {
            uint256 share = fee * _failureShare / 10_000;
            _state.accounts[submission.ask.requester] += fee - share + submission.ask.request.deliveryTip;
            fee = share;
        }
        _state.earnings[submission.payee][_hourEnd(until)] += fee;
    }
}
