// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Stage} from "../../../src/types/Request.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Answers} from "../conduct/Answers.sol";

/// @notice Claims, of those who mean to answer and of those who do not, and what ends them without an answer.
abstract contract Claiming is Answers {
    function claim(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, dice.chance(90) ? _isClaimable : _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address node = dice.chance(60) ? _servantOf(entry, dice.below(HONEST)) : nodeList[dice.below(nodeList.length)];

        _claim(entry, node);
    }

    /// Claims that nobody means to use: the griefer's, and the thief's.
    function claimInVain(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isClaimable);
        if (isFound) _claim(entries[index], dice.chance(70) ? griefer : thief);
    }

    function releaseClaim(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, _isReleasable, _isClaimed);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bool isExcused = _isClaimExcused(entry);
        address node = entry.claimant;

        bytes memory call = abi.encodeCall(hub.releaseClaim, (entry.ask));
        _mustBe(false, stranger, call, "Somebody else gave a claim back.");
        _mustBe(isExcused, node, call, "A claim was not given back as expected.");
        _note(isExcused, "claim released");
    }

    function refund(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, dice.chance(50) ? _isClaimed : _isUnended, _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        if (dice.chance(20)) _waitUntil(entry.ask.request.deadline + 1);
        bool expected = _isUnended(entry) && _now() > entry.ask.request.deadline;
        bool wasClaimed = entry.stage == Stage.Claimed;

        _mustBe(expected, stranger, abi.encodeCall(hub.refund, (entry.ask)), "A refund did not come as expected.");
        _note(expected, wasClaimed ? bytes32("refunded with a claim") : bytes32("refunded"));
    }

    function _claim(Entry storage entry, address node) internal {
        bool expected = _mayClaim(entry, node);
        bool wasClaimed = entry.stage == Stage.Claimed;
        uint256 claims = entry.claims;

        _mustBe(expected, node, abi.encodeCall(hub.claim, (entry.ask)), "A claim did not stand as expected.");
        _note(expected, wasClaimed ? bytes32("claim taken over") : bytes32("claimed"));
        _note(entry.claims > claims, "claim forfeited");
        _note(expected && (node == griefer || node == thief), "claimed in vain");
    }

    function _isClaimed(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Claimed;
    }

    function _isReleasable(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Claimed && _isClaimExcused(entry);
    }

    function _isClaimable(Entry storage entry) internal view returns (bool) {
        if (entry.ask.request.quorum != 0 || _now() > entry.ask.request.deadline) return false;
        if (entry.stage == Stage.Claimed) return _time() > entry.since + _claimTimeOf(entry);
        return entry.stage == Stage.Open;
    }
}
