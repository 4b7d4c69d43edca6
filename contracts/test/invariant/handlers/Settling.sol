// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Request, Stage, Terms} from "../../../src/types/Request.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Claiming} from "./Claiming.sol";

/// @notice Answers of one signature: right ones, failures, wrong ones, and heaps of all.
abstract contract Settling is Claiming {
    /// What a batch sets aside for one item and its callback at the most: with this it must not fail, whatever is in it.
    uint256 internal constant GAS_FOR_ONE = 900_000;

    /// An honest node serves a request: it claims, waits and answers.
    function serve(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isServable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address node = _servantOf(entry, dice.below(HONEST));
        if (node != address(0) && _mayClaim(entry, node)) {
            _claim(entry, node);
            skip(entry.since - entry.bondedAt + dice.between(2, 12));
        }
        _settle(entry, node, dice);
    }

    /// A node comes too late, another takes its claim over, and the answer of the first is still on its way, in the same block or some later.
    function settleLate(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isServable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address node = _servantOf(entry, dice.below(HONEST));
        if (node == address(0) || !_mayClaim(entry, node)) return;
        _claim(entry, node);
        skip(CLAIM_TIME + 1);
        if (dice.chance(50)) _claim(entry, dice.chance(50) ? thief : griefer);
        if (dice.chance(50)) skip(dice.below(GRACE + 2));
        _settle(entry, node, dice);
    }

    function settle(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isOpen);
        if (!isFound) return;
        Entry storage entry = entries[index];
        _settle(entry, dice.chance(25) ? nodeList[dice.below(HONEST)] : _settlerOf(entry, dice), dice);
    }

    /// None of these may settle anything, whatever the state.
    function settleAmiss(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, dice.chance(80) ? _isServable : _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        Submission memory answer = _answer(entry, _settlerOf(entry, dice), _outputOf(entry));
        _spoil(dice, entry, answer);

        _mustBe(false, thief, abi.encodeCall(hub.settle, (answer)), "What is not so was accepted.");
    }

    /// A random mix with a random amount of gas: each item that was looked at is settled or refused, the others are as they were.
    function settleBatch(uint256 seed) external {
        Dice memory dice = _dice(seed);
        if (entries.length == 0) return;
        Submission[] memory answers = new Submission[](dice.between(1, 4));
        Stage[] memory stages = new Stage[](answers.length);
        uint256[] memory indices = new uint256[](answers.length);
        for (uint256 i = 0; i < answers.length; ++i) {
            (bool isFound, uint256 index) = _find(dice, dice.chance(75) ? _isOpen : _isAny);
            if (!isFound) (, index) = _find(dice, _isAny);
            Entry storage entry = entries[index];
            address node = _settlerOf(entry, dice);
            answers[i] = dice.chance(15) ? _failure(entry, node) : _answer(entry, node, _outputOf(entry));
            if (dice.chance(20)) _spoil(dice, entry, answers[i]);
            (indices[i], stages[i]) = (index, entry.stage);
        }
        uint256 gas = dice.between(350_000, 500_000 + answers.length * 500_000);

        (bool succeeded, bytes memory reply) = _act(stranger, address(hub), abi.encodeCall(hub.settleBatch, (answers)), gas);
        if (!succeeded) {
            assertTrue(_isPaused() || gas < GAS_FOR_ONE, "A batch failed with gas enough.");
            return;
        }
        uint256 done = abi.decode(reply, (uint256));
        assertTrue(done > 0 && done <= answers.length, "A batch looked at another number of items.");
        for (uint256 i = done; i < answers.length; ++i) {
            bool isEarlier;
            for (uint256 j = 0; j < done; ++j) {
                isEarlier = isEarlier || indices[j] == indices[i];
            }
            if (!isEarlier) assertEq(uint8(entries[indices[i]].stage), uint8(stages[i]), "What was not looked at changed.");
        }
        _note("batch");
        _note(done < answers.length, "batch stopped early");
        for (uint256 i = 0; i < done; ++i) {
            bool isSettled = !_hasEnded(stages[i]) && _hasEnded(entries[indices[i]].stage);
            _note(isSettled ? bytes32("settled in a batch") : bytes32("refused in a batch"));
        }
    }

    /// The claimant, where it is one that means to answer; else any that does.
    function _settlerOf(Entry storage entry, Dice memory dice) internal view returns (address) {
        bool isHonest = entry.claimant != address(0) && entry.claimant != griefer && entry.claimant != thief;
        return isHonest ? entry.claimant : nodeList[dice.below(HONEST)];
    }

    function _settle(Entry storage entry, address node, Dice memory dice) private {
        if (node == address(0)) return;
        bool isFailure = dice.chance(12);
        bytes memory output = _variant(entry, dice.chance(15) ? FAR : RIGHT);
        Submission memory answer = isFailure ? _failure(entry, node) : _answer(entry, node, output);
        bool expected = _mustSettle(entry, node);
        bool isLate = entry.claims > 0;
        bool isDisplaced = entry.stage == Stage.Claimed && entry.claimant != node;
        _plotReentry(entry, answer, dice);

        _mustBe(expected, stranger, abi.encodeCall(hub.settle, (answer)), "An answer did not settle as expected.");
        if (!expected) return;
        _note(entry.ask.request.assurance == Assurance.Signed ? bytes32("settled Signed") : bytes32("settled Attested"));
        _note(isFailure, "settled as failure");
        _note(isLate, "settled after a forfeit");
        _note(isDisplaced, "settled over another's claim");
        _note(entry.isDelivered && entry.ask.requester == meter, "gas measured");
        _note(entry.isDelivered && entry.ask.requester == address(reentrant), "re-entered");
    }

    /// What a consumer that comes back tries in the next callback. A settlement or delivery must not succeed from there.
    function _plotReentry(Entry storage entry, Submission memory answer, Dice memory dice) internal {
        if (entry.ask.requester != address(reentrant)) return;
        uint256 trick = dice.below(6);
        bytes memory call;
        if (trick == 0) call = abi.encodeCall(hub.settle, (answer));
        else if (trick == 1) call = abi.encodeCall(hub.deliver, (entry.ask, entry.settlement, answer.output));
        else if (trick == 2) call = abi.encodeCall(hub.reclaimTip, (entry.ask, entry.settlement));
        else if (trick == 3) call = abi.encodeCall(hub.withdraw, (address(reentrant), accounts[address(reentrant)]));
        else if (trick == 4) call = abi.encodeCall(hub.claim, (entry.ask));
        else call = _again(entry);
        reentrant.plan(address(hub), call, trick != 3 && trick != 5);
    }

    /// As it asked before, but plainly.
    function _again(Entry storage entry) private view returns (bytes memory) {
        Request memory asked = entry.ask.request;
        bytes memory input = "again";
        (asked.flags, asked.quorum, asked.termsHash, asked.inputCommit) = (0, 0, 0, keccak256(input));
        Terms memory none;
        return _request(asked, input, none);
    }

    /// One lie of several about an answer that would else be right.
    function _spoil(Dice memory dice, Entry storage entry, Submission memory answer) internal view {
        uint256 lie = dice.below(8);
        Assurance assurance = entry.ask.request.assurance;
        if (lie == 0) {
            // The thief signs what it has seen, for itself.
            (answer.node, answer.payee) = (thief, nodes.payeeOf(thief));
            answer.evidence = _sign(thief, hub.digestOf(_receiptOf(entry, answer, assurance)));
            if (_isThiefs(entry)) answer.output = "not what it signed";
        } else if (lie == 1) {
            answer.payee = nodes.payeeOf(thief);
        } else if (lie == 2) {
            answer.payee = nodes.payeeOf(thief);
            answer.evidence = _evidence(entry, answer, assurance);
        } else if (lie == 3) {
            answer.expiresAt = _now() - 1;
            answer.evidence = _evidence(entry, answer, assurance);
        } else if (lie == 4) {
            answer.outputCommit = keccak256("another output");
            if (answer.output.length != 0) answer.evidence = _evidence(entry, answer, assurance);
        } else if (lie == 5) {
            // The node's signature where its enclave's is asked for, or the other way round.
            answer.evidence = assurance == Assurance.Attested
                ? _sign(answer.node, hub.digestOf(_receiptOf(entry, answer, assurance)))
                : _signWith(_enclaveKey(answer.node, 1), hub.digestOf(_receiptOf(entry, answer, assurance)));
        } else if (lie == 6) {
            // About the same as a receipt of another strength.
            answer.evidence = _evidence(entry, answer, assurance == Assurance.Signed ? Assurance.Attested : Assurance.Signed);
        } else {
            answer.ask.request.fee += 1;
        }
    }

    function _isThiefs(Entry storage entry) private view returns (bool) {
        return entry.claimant == thief || entry.displaced == thief || entry.ask.request.assignee == thief;
    }

    function _isOpen(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Open || entry.stage == Stage.Claimed;
    }

    function _isServable(Entry storage entry) internal view returns (bool) {
        return _isOpen(entry) && entry.ask.request.quorum == 0 && entry.ask.request.assurance != Assurance.Proven
            && _now() <= entry.ask.request.deadline;
    }

    function _hasEnded(Stage stage) private pure returns (bool) {
        return stage != Stage.Open && stage != Stage.Claimed;
    }
}
