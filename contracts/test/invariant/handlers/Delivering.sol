// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CaseStage} from "../../../src/types/Case.sol";
import {Stage} from "../../../src/types/Request.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Quorums} from "./Quorums.sol";

/// @notice Callbacks again, with little gas and much; tips that nobody earned; and the court, which here decides at random.
abstract contract Delivering is Quorums {
    /// What the hub takes at the most around a callback, beside its own reserve.
    uint256 private constant AROUND = 120_000;

    function deliver(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, dice.chance(50) ? _isCorrected : _isDeliverable, _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address by = dice.chance(30) ? entry.ask.requester : dice.chance(30) ? thief : stranger;
        bytes memory output = _bytesOf(entry);
        uint256 needed = uint256(entry.ask.request.callbackGas) * 64 / 63 + 40_000;
        uint256 gas = dice.chance(50) ? needed + 2 * AROUND : dice.between(30_000, needed + 4 * AROUND);
        bool isAllowed = _now() <= entry.settlement.settledAt + DELIVERY_TIME || by == entry.ask.requester;
        bool expected = _isDeliverable(entry) && isAllowed && output.length != 0;
        bool wasDelivered = entry.isDelivered;
        if (output.length != 0) _plotReentry(entry, _answer(entry, nodeList[0], output), dice);

        (bool succeeded,) = _act(by, address(hub), abi.encodeCall(hub.deliver, (entry.ask, entry.settlement, output)), gas);
        if (!expected || gas < needed) assertFalse(succeeded, "What cannot be delivered was.");
        else if (gas > needed + AROUND) assertTrue(succeeded, "A delivery failed with gas enough.");
        _note(succeeded, "delivery attempted");
        _note(succeeded && !wasDelivered && entry.isDelivered, "delivered later");
        _note(succeeded && entry.settlement.revision != 0, "correction delivered");
    }

    function reclaimTip(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, dice.chance(80) ? _hasTip : _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        if (_hasTip(entry) && dice.chance(60)) _waitUntil(entry.settlement.settledAt + DELIVERY_TIME + 1);
        bool expected = _hasTip(entry) && _now() > entry.settlement.settledAt + DELIVERY_TIME;

        bytes memory call = abi.encodeCall(hub.reclaimTip, (entry.ask, entry.settlement));
        _mustBe(expected, stranger, call, "A tip was not given back as expected.");
        _note(expected, "tip reclaimed");
    }

    function contest(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, _isProvisional, _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bool expected = _isProvisional(entry);

        bytes memory call = abi.encodeCall(hub.contest, (entry.ask, entry.settlement));
        _mustBe(false, stranger, call, "Somebody else than the court contested.");
        _mustBe(expected, address(court), call, "An answer was not contested as expected.");
        _note(expected, "contested");
    }

    function judge(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, dice.chance(90) ? _isJudgedAtWill : _isOutOfCourt);
        if (isFound) _judge(entries[index], dice);
    }

    function _judge(Entry storage entry, Dice memory dice) internal {
        bool expected = _isChallenged(entry);
        if (dice.chance(40)) {
            bytes memory call = abi.encodeCall(hub.uphold, (entry.ask, entry.settlement));
            _mustBe(false, stranger, call, "Somebody else than the court upheld.");
            _mustBe(expected, address(court), call, "An answer was not upheld as expected.");
            _note(expected, "upheld");
            return;
        }
        bool isCorrected = dice.chance(50);
        bytes32 correction = isCorrected ? keccak256(_correctionOf(entry)) : bytes32(0);
        bytes memory overturn = abi.encodeCall(hub.overturn, (entry.ask, entry.settlement, challenger, correction));
        _mustBe(false, stranger, overturn, "Somebody else than the court overturned.");
        _mustBe(expected, address(court), overturn, "An answer was not overturned as expected.");
        _note(expected, isCorrected ? bytes32("overturned, corrected") : bytes32("overturned"));
    }

    /// Contested without a case: what comes of it is drawn.
    function _isJudgedAtWill(Entry storage entry) internal view returns (bool) {
        return _isChallenged(entry) && _isOutOfCourt(entry);
    }

    function _isOutOfCourt(Entry storage entry) private view returns (bool) {
        return court.caseOf(entry.id).stage == CaseStage.None;
    }

    function _hasTip(Entry storage entry) internal view returns (bool) {
        bool isAnswered = entry.stage == Stage.Settled || entry.stage == Stage.Challenged;
        return isAnswered && entry.ask.request.deliveryTip != 0 && !entry.isTipSpent;
    }

    function _isProvisional(Entry storage entry) internal view returns (bool) {
        return (entry.stage == Stage.Settled || entry.stage == Stage.Failed) && _time() < entry.until;
    }

    function _isDeliverable(Entry storage entry) private view returns (bool) {
        bool isAnswered = entry.stage == Stage.Settled || entry.stage == Stage.Challenged;
        return isAnswered && !entry.isFailure && entry.ask.request.callbackGas != 0 && !entry.isDelivered;
    }

    function _isCorrected(Entry storage entry) private view returns (bool) {
        return _isDeliverable(entry) && entry.settlement.revision != 0;
    }

    /// The bytes that a settlement commits to; none where there are none.
    function _bytesOf(Entry storage entry) internal view returns (bytes memory output) {
        bytes32 commit = entry.settlement.outputCommit;
        for (uint256 variant = RIGHT; variant <= FAR; ++variant) {
            output = _variant(entry, variant);
            if (keccak256(output) == commit) return output;
        }
        output = _correctionOf(entry);
        return keccak256(output) == commit ? output : bytes("");
    }

    /// What is taken for the right answer where none is proven.
    function _correctionOf(Entry storage entry) private view returns (bytes memory) {
        return abi.encode("corrected", entry.id);
    }
}
