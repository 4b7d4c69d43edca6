// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {Encodings} from "./Encodings.sol";
import {HubClaims} from "./HubClaims.sol";
import {Word, Words} from "./Words.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {Roles} from "../interfaces/INodeRegistry.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Refusal, Request, Settlement, Stage} from "../types/Request.sol";

/// @notice Settling: whether an answer is accepted, and what it earns. Nothing here calls a stranger.
abstract contract HubSettlement is HubClaims {
    /// Answers that follow each other in a batch and lock stake of one node in one role until one hour, for one payee. The first locks its
    /// own lien and learns what is free; the others spend that here, and what they spent and earned is written once.
    struct Run {
        /// Active time, and the domain of what is signed: of the whole batch.
        uint40 time;
        bytes32 domain;
        address node;
        address payee;
        uint8 role;
        /// Zero before the first.
        uint40 hourEnd;
        /// What can still be locked, in whole units.
        uint256 free;
        uint256 unit;
        uint256 toLock;
        uint256 earned;
    }

    /// Settles one request, or says why not and changes nothing.
    /// @param settlement Is filled; it was settled where its time is not zero.
    /// @param run The answers before it, which it continues or ends.
    /// @param output The submission's: where it is in calldata is found and checked once.
    function _settle(Submission calldata submission, Settlement memory settlement, Run memory run, bytes calldata output)
        internal
        returns (Refusal refusal, RequestId id)
    {
        Assurance assurance = submission.ask.request.assurance;
        id = _idOf(submission.ask);
        if (assurance == Assurance.Proven) return (Refusal.WrongAssurance, id);
        Word word = _state.words[id];
        refusal = Admission.judge(_state, submission, output, id, word, _claimTimeOfOthers, run.time);
        if (refusal != Refusal.None) return (refusal, id);
        Encodings.take(settlement, submission);
        bytes calldata evidence = submission.evidence;
        {
            bool holds;
            (holds, settlement.rootLabel) = _judgeEvidence(run.domain, submission, settlement, evidence, id, assurance);
            if (!holds) return (Refusal.EvidenceRefused, id);
        }
        (uint40 until, uint8 role) = _setConditions(settlement, submission.ask.request, assurance, run.time);
        if (!_lock(settlement, until, role, run)) return (Refusal.LienRefused, id);

        _complete(settlement, assurance, settlement.rootLabel, settlement.lien);
        _accept(submission, settlement, run, id, word, until);
        Encodings.tellSettled(id, until, settlement, evidence, output);
    }

    /// What all answers of a call have in common.
    function _begin() internal view returns (Run memory run) {
        (run.time, run.domain) = (_runningTime(), _domainSeparatorV4());
    }

    /// Writes what an answer that was found good changes.
    function _accept(
        Submission calldata submission,
        Settlement memory settlement,
        Run memory run,
        RequestId id,
        Word word,
        uint40 until
    ) private {
        bool isFailure = settlement.outputCommit == Admission.FAILURE;
        // The tip of a failure goes back with the rest of the fee.
        _state.words[id] = isFailure
            ? Words.settled(Stage.Failed, Words.TIP_SPENT, until, Words.hashOf(settlement))
            : Words.settled(Stage.Settled, 0, until, Words.hashOf(settlement));
        _closeClaims(submission.ask.request, id, word, settlement.node, settlement.payee, run.time);
        run.earned += isFailure ? _shareOfFailure(submission.ask) : submission.ask.request.fee;
    }

    /// Writes what the answers of a run have locked and earned. It cannot be refused: nobody else was called since the register said what is free.
    function _end(Run memory run) internal {
        if (run.hourEnd == 0) return;
        _state.earnings[run.payee][run.hourEnd] += run.earned;
        if (run.toLock != 0) _nodes.lockLien(run.node, run.role, run.payee, run.toLock, run.hourEnd, run.time);
    }

    /// What an answer locks, in which role, and until when it can be contested, by its assurance.
    function _setConditions(Settlement memory taken, Request calldata asked, Assurance assurance, uint40 time)
        private
        view
        returns (uint40 until, uint8 role)
    {
        // Fees have 128 bits and their multiples 16 more; times are of this age, and windows are days.
        unchecked {
            if (assurance == Assurance.Attested) {
                (until, role) = (time + _attestedHold, Roles.TEE);
                taken.lien = uint256(asked.fee) * _attestedLienFees;
            } else {
                (until, role) = (time + (asked.challengeWindow == 0 ? _defaultWindow : asked.challengeWindow), Roles.INFERENCE);
                taken.lien = asked.minLien == 0 ? uint256(asked.fee) * _signedLienFees : asked.minLien;
            }
        }
    }

    /// The stake is locked last of all checks, since it is the only one that changes anything.
    function _lock(Settlement memory taken, uint40 until, uint8 role, Run memory run) private returns (bool) {
        uint40 hourEnd = _hourEnd(until);
        bool continues = run.hourEnd == hourEnd && run.node == taken.node && run.payee == taken.payee && run.role == role;
        if (continues) {
            // Rounded up one by one, as the register does when it holds one of them. Liens have 144 bits, and what is locked was free before.
            unchecked {
                uint256 amount = (taken.lien + run.unit - 1) / run.unit * run.unit;
                if (amount > run.free) return false;
                run.free -= amount;
                run.toLock += amount;
            }
            return true;
        }

        // What the run before has spent must be locked first: it may be of the same node.
        _end(run);
        run.hourEnd = 0;
        try _nodes.lockLien(taken.node, role, taken.payee, taken.lien, until, run.time) returns (uint256 free, uint256 unit) {
            (run.node, run.payee, run.role, run.hourEnd) = (taken.node, taken.payee, role, hourEnd);
            (run.free, run.unit, run.toLock, run.earned) = (free, unit, 0, 0);
            return true;
        } catch {
            return false;
        }
    }

    /// A failure earns a share of the fee, and the rest goes back at once.
    function _shareOfFailure(Ask calldata ask) private returns (uint256 share) {
        uint256 fee = ask.request.fee;
        share = fee * _failureShare / 10_000;
        _state.accounts[ask.requester] += fee - share + ask.request.deliveryTip;
    }
}
