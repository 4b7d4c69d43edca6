// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {RequestId, VersionId} from "../../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../../src/types/Receipt.sol";
import {Request, RequestFlags, Settlement, Stage} from "../../../src/types/Request.sol";
import {GasMeter} from "../world/Strangers.sol";
import {Entry} from "./Books.sol";
import {RequestLedger} from "./RequestLedger.sol";

/// @notice Answers: what they earn, how they are delivered, contested and raised.
abstract contract AnswerLedger is RequestLedger {
    /// What the meter told since it was last looked at: one more than the gas, since zero is nothing.
    uint256 private _measured;

    function _onSettled(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        assertTrue(_isUnended(entry), "An answer to what has ended.");
        assertFalse(wasSettled[entry.id], "A request was settled twice.");
        assertLe(_now(), entry.ask.request.deadline, "An answer after the deadline.");
        assertFalse(_isPaused(), "An answer during a pause.");
        wasSettled[entry.id] = true;
        entry.settledIn = callNumber;
        (entry.until, entry.settlement, entry.evidence, entry.output) = abi.decode(log.data, (uint40, Settlement, bytes, bytes));
        entry.isFailure = entry.settlement.outputCommit == FAILURE;
        _checkSettlement(entry);

        if (entry.bond != 0) _returnBond(entry);
        _credit(entry.settlement.payee, _takeRemains(entry));
        _pay(entry);
        entry.stage = entry.isFailure ? Stage.Failed : Stage.Settled;
    }

    function _onDelivered(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        bool succeeded = abi.decode(log.data, (bool));
        assertTrue(entry.stage == Stage.Settled || entry.stage == Stage.Challenged, "What has no answer was delivered.");
        assertFalse(entry.isDelivered, "An answer was delivered twice.");
        assertFalse(entry.isFailure, "A failure was delivered.");
        entry.isDelivered = succeeded;
        if (!entry.isTipSpent) {
            // With its settlement the payee's, whoever brought it, and later too where the output could be left out; else whoever delivers.
            uint8 withoutOutput = RequestFlags.PRIVATE | RequestFlags.OUTPUT_OFF_CHAIN;
            bool isCopyable = entry.ask.request.flags & withoutOutput != 0 && entry.settlement.revision == 0;
            bool isPayees = entry.settledIn == callNumber || isCopyable;
            address tipped = isPayees ? entry.settlement.payee : _party(log);
            uint256 tip = _takeTip(entry);
            _credit(tipped, tip);
            if (tipped == thief) tipsOfThief += tip;
        }

        if (entry.ask.requester != meter) return;
        assertTrue(succeeded, "A callback that needs little gas failed.");
        uint256 expected = entry.ask.request.callbackGas - GasMeter.COST_OF_ASKING;
        assertEq(_measured, expected + 1, "A callback got other gas than was asked for.");
        _measured = 0;
    }

    function _onMeasured(Vm.Log memory log) internal {
        assertEq(_measured, 0, "A callback without a delivery.");
        _measured = abi.decode(log.data, (uint256)) + 1;
    }

    function _onTipReclaimed(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        assertFalse(entry.isTipSpent, "A tip was spent twice.");
        assertGt(_now(), entry.settlement.settledAt + DELIVERY_TIME, "A tip was given back too early.");
        uint256 tip = _takeTip(entry);
        assertEq(abi.decode(log.data, (uint256)), tip, "Another tip was given back.");
        _credit(entry.ask.requester, tip);
    }

    function _onContested(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        assertTrue(entry.stage == Stage.Settled || entry.stage == Stage.Failed, "What has no answer was contested.");
        assertLt(_time(), entry.until, "What was final was contested.");
        entry.stage = Stage.Challenged;
        _unearn(entry.settlement.payee, _hourEnd(entry.until), _earnedBy(entry));
        inContest += _earnedBy(entry);
    }

    function _onUpheld(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        assertTrue(entry.stage == Stage.Challenged, "What nobody contests was upheld.");
        entry.stage = entry.isFailure ? Stage.Failed : Stage.Settled;
        entry.until = 0;
        inContest -= _earnedBy(entry);
        _credit(entry.settlement.payee, _earnedBy(entry));
    }

    function _onOverturned(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        (uint256 slashed, bool isCorrected, Settlement memory outcome) = abi.decode(log.data, (uint256, bool, Settlement));
        assertTrue(entry.stage == Stage.Challenged, "What nobody contests was overturned.");
        assertEq(slashed, entry.settlement.lien, "A slash is not the answer's lien.");
        inContest -= _earnedBy(entry);
        uint256 back = _earnedBy(entry);
        if (!entry.isTipSpent && !isCorrected) back += _takeTip(entry);
        _credit(entry.ask.requester, back);

        // Three tenths, two tenths, and all that is left of the half that is burned and of rounding.
        (uint256 toChallenger, uint256 toRequester) = (slashed * 30 / 100, slashed * 20 / 100);
        // The court names nobody where the challenger was as wrong as the node.
        if (_party(log) == NOBODY) toChallenger = 0;
        _credit(_party(log), toChallenger);
        _credit(entry.ask.requester, toRequester);
        forfeited += slashed - toChallenger - toRequester;

        entry.stage = isCorrected ? Stage.Settled : Stage.Slashed;
        if (!isCorrected) return;
        assertEq(outcome.revision, entry.settlement.revision + 1, "A correction is not the next revision.");
        entry.settlement = outcome;
        entry.until = 0;
        entry.isFailure = false;
        entry.isDelivered = false;
    }

    function _onRaised(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        (uint40 until, Settlement memory raised) = abi.decode(log.data, (uint40, Settlement));
        Settlement storage former = entry.settlement;
        assertGt(uint8(raised.assurance), uint8(former.assurance), "A raise did not raise.");
        assertTrue(
            raised.payee == former.payee && raised.outputCommit == former.outputCommit && raised.lien == former.lien
                && raised.node == former.node,
            "A raise changed the answer, or whose it is."
        );
        if (raised.assurance == Assurance.Attested) assertEq(until, entry.until, "A raise moved a window.");
        else assertEq(until, 0, "A proven answer is not final.");
        entry.settlement = raised;
        entry.until = until;
    }

    /// What an answer earns its payee: of a failure only a share.
    function _earnedBy(Entry storage entry) internal view returns (uint256) {
        uint256 fee = entry.ask.request.fee;
        return entry.isFailure ? fee * FAILURE_SHARE / 10_000 : fee;
    }

    function _receiptOf(Entry storage entry, Settlement memory settlement) internal view returns (InferenceReceipt memory) {
        Request storage asked = entry.ask.request;
        return InferenceReceipt({
            requestId: RequestId.unwrap(entry.id),
            versionId: VersionId.unwrap(asked.versionId),
            inputCommit: asked.inputCommit,
            outputCommit: settlement.outputCommit,
            assurance: settlement.assurance,
            node: settlement.node,
            payee: settlement.payee,
            keyEpoch: settlement.keyEpoch,
            issuedAt: settlement.issuedAt,
            expiresAt: settlement.expiresAt,
            evidenceHash: settlement.evidenceHash
        });
    }

    function _checkSettlement(Entry storage entry) private {
        Settlement storage settlement = entry.settlement;
        Request storage asked = entry.ask.request;
        bytes32 digest = hub.digestOf(_receiptOf(entry, settlement));
        assertFalse(wasSettledBy[digest], "A receipt settled twice.");
        wasSettledBy[digest] = true;
        assertTrue(settlement.assurance == asked.assurance, "Evidence of another strength than was asked for.");
        assertEq(settlement.settledAt, _now(), "Settled at another time.");
        assertEq(settlement.revision, 0, "A first answer is a revision.");
        assertEq(settlement.payee, nodes.payeeOf(settlement.node), "Another is paid than the node's payee.");
        assertGe(settlement.expiresAt, _now(), "A receipt settled after its time.");

        bool isFinal = asked.quorum != 0 || asked.assurance == Assurance.Proven;
        uint256 lien = uint256(asked.fee) * SIGNED_LIEN_FEES;
        uint40 until = _time() + (asked.challengeWindow == 0 ? DEFAULT_WINDOW : asked.challengeWindow);
        if (asked.assurance == Assurance.Attested) {
            (lien, until) = (uint256(asked.fee) * ATTESTED_LIEN_FEES, _time() + ATTESTED_HOLD);
        } else if (asked.minLien != 0) {
            lien = asked.minLien;
        }
        assertEq(settlement.lien, isFinal ? 0 : lien, "An answer locks another lien.");
        assertEq(entry.until, isFinal ? 0 : until, "An answer is final at another time.");
    }

    /// The bond of a claim that nobody's event ended: the settler's own, or one that came too late to take its place.
    function _returnBond(Entry storage entry) private {
        bool isRunning = _time() <= entry.since + _claimTimeOf(entry);
        assertTrue(entry.claimant == entry.settlement.node || isRunning, "A claim that ran out was not forfeited.");
        inBonds -= entry.bond;
        _credit(entry.claimant, entry.bond);
        (entry.bond, entry.claimant) = (0, address(0));
    }

    function _pay(Entry storage entry) private {
        Request storage asked = entry.ask.request;
        inEscrow -= uint256(asked.fee) + asked.deliveryTip;
        inTips += asked.deliveryTip;
        if (entry.isFailure) _credit(entry.ask.requester, asked.fee - _earnedBy(entry) + _takeTip(entry));

        if (asked.quorum != 0) _share(entry);
        else if (entry.until == 0) _credit(entry.settlement.payee, _earnedBy(entry));
        else _earn(entry.settlement.payee, entry.until, _earnedBy(entry));
    }

    /// Among those who agreed; what division leaves is burned.
    function _share(Entry storage entry) private {
        address[] storage payees = standingBehind[entry.id][entry.agreed];
        assertEq(payees.length, entry.ask.request.quorum, "Another number of members settled a quorum.");
        uint256 share = _earnedBy(entry) / payees.length;
        for (uint256 i = 0; i < payees.length; ++i) {
            _credit(payees[i], share);
        }
        forfeited += _earnedBy(entry) - share * payees.length;
    }

    function _takeTip(Entry storage entry) private returns (uint256 tip) {
        tip = entry.ask.request.deliveryTip;
        entry.isTipSpent = true;
        inTips -= tip;
    }
}
