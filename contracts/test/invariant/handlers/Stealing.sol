// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Stage} from "../../../src/types/Request.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Housekeeping} from "./Housekeeping.sol";
import {Quorums} from "./Quorums.sol";

/// @notice A thief that sees what is about to be settled, and comes first.
abstract contract Stealing is Quorums, Housekeeping {
    /// What is on its way: who sends it, the call, and whose answer and proof it brings.
    struct Pending {
        address from;
        bytes call;
        Submission answer;
        bytes proof;
    }

    /// A call that would succeed is still worth what it was after the thief has done what it can in the same block: it succeeds, or it was
    /// brought already and pays the same, or the thief has put a bond of its own at stake for the time of a claim.
    function frontRun(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, dice.chance(75) ? _isOpen : _hasSeals, _isUnended);
        if (!isFound) return;
        Entry storage entry = entries[index];
        if (_isSealing(entry) && dice.chance(70)) skip(CLAIM_TIME + 1);
        (bool isReady, Pending memory pending) = _pendingFor(entry, dice);
        if (!isReady || !_wouldHelp(entry, pending)) return;

        for (uint256 left = dice.between(1, 3); left > 0; --left) {
            _comeFirst(entry, pending, dice);
        }
        bool wasEnded = !_isUnended(entry);
        bool succeeded = _act(pending.from, address(hub), pending.call);

        _note("front-run");
        if (entry.ask.request.quorum != 0) {
            assertTrue(succeeded, "A member was kept from revealing.");
            _note("front-run, revealed all the same");
        } else if (_isUnended(entry)) {
            bool isBonded = entry.claimant == thief && entry.bond != 0;
            assertTrue(isBonded && entry.ask.request.assurance != Assurance.Signed, "An answer was kept out for nothing.");
            _note("front-run, kept out by a bond");
        } else {
            assertEq(entry.settlement.node, pending.answer.node, "Another's answer was settled first.");
            assertEq(entry.settlement.payee, pending.answer.payee, "Another is paid for the answer.");
            _note(wasEnded ? bytes32("front-run, brought by the thief") : bytes32("front-run, settled all the same"));
        }
    }

    /// Whether the call would bring its answer through, if nobody came first.
    function _wouldHelp(Entry storage entry, Pending memory pending) private returns (bool succeeded) {
        (succeeded,) = _wouldCome(pending.from, address(hub), pending.call);
        // A proof's items that are refused are skipped without a revert.
        if (entry.ask.request.assurance != Assurance.Proven) return succeeded;
        return succeeded && _isTimely(entry) && _isEntitled(entry, pending.answer.node);
    }

    function _pendingFor(Entry storage entry, Dice memory dice) private view returns (bool isReady, Pending memory pending) {
        if (entry.ask.request.quorum != 0) {
            if (entry.sealers.length == 0) return (false, pending);
            pending.from = entry.sealers[dice.below(entry.sealers.length)];
            pending.call = _revelation(entry, pending.from, 0, "");
            return (true, pending);
        }

        address node = entry.claimant;
        if (node == address(0) || node == griefer || node == thief) node = _servantOf(entry, dice.below(HONEST));
        if (node == address(0)) return (false, pending);
        pending.from = node;
        pending.answer = _answer(entry, node, _outputOf(entry));
        if (entry.ask.request.assurance != Assurance.Proven) {
            pending.call = abi.encodeCall(hub.settle, (pending.answer));
        } else {
            pending.proof = _proveAll(_listOf(pending.answer));
            pending.call = abi.encodeCall(hub.settleProven, (_listOf(pending.answer), pending.proof));
        }
        return (true, pending);
    }

    /// One of the things that a thief may try. What it must not succeed in is held right here.
    function _comeFirst(Entry storage entry, Pending memory pending, Dice memory dice) private {
        bool isQuorum = entry.ask.request.quorum != 0;
        uint256 trick = dice.below(9);
        if (trick == 0 && !isQuorum) {
            _claim(entry, thief);
        } else if (trick == 1 && !isQuorum) {
            _settleForThief(entry, pending, dice);
        } else if (trick == 2 && !isQuorum) {
            // As it is, with any amount of gas: all that is due still goes to the answer's node and its requester.
            _act(thief, address(hub), pending.call, dice.between(100_000, 2_000_000));
        } else if (trick <= 2) {
            _mustBe(false, thief, pending.call, "Somebody else revealed a member's answer.");
        } else if (trick == 3) {
            _act(thief, address(nodes), abi.encodeCall(nodes.stake, (pending.from, dice.between(1, 1 ether))));
        } else if (trick == 4) {
            bool isRefundable = _isUnended(entry) && _now() > entry.ask.request.deadline;
            _mustBe(isRefundable, thief, abi.encodeCall(hub.refund, (entry.ask)), "The thief refunded what still ran.");
        } else if (trick == 5) {
            bool isHolder = entry.claimant == thief && _isClaimExcused(entry);
            _mustBe(isHolder, thief, abi.encodeCall(hub.releaseClaim, (entry.ask)), "The thief released a claim.");
        } else if (trick == 6) {
            _donate(address(hub), dice.between(1, 1 ether));
        } else if (trick == 7) {
            uint256 amount = dice.below(accounts[thief] + 1);
            _mustBe(true, thief, abi.encodeCall(hub.withdraw, (thief, amount)), "The thief's own was withheld.");
        } else {
            address payee = nodes.payeeOf(pending.from);
            assertTrue(_act(thief, address(hub), abi.encodeCall(hub.collect, (payee, hoursOf[payee]))), "Collecting failed.");
        }
    }

    /// The same output under its own name, or the same answer with another payee, alone or in a batch; or proven anew, in the node's name and
    /// for the thief's payee.
    function _settleForThief(Entry storage entry, Pending memory pending, Dice memory dice) private {
        Submission memory copy = pending.answer;
        (address node, address payee, bytes memory evidence) = (copy.node, copy.payee, copy.evidence);
        copy.payee = nodes.payeeOf(thief);
        if (dice.chance(50)) copy.node = thief;
        if (copy.node == thief) copy.evidence = _sign(thief, hub.digestOf(_receiptOf(entry, copy, entry.ask.request.assurance)));
        bool wasEnded = !_isUnended(entry);

        if (entry.ask.request.assurance == Assurance.Proven) {
            bool isNew = copy.node == node && dice.chance(50);
            bytes memory proof = isNew ? _proveAll(_listOf(copy)) : pending.proof;
            bool succeeded = _act(thief, address(hub), abi.encodeCall(hub.settleProven, (_listOf(copy), proof)));
            _note(isNew && succeeded, "front-run, proven in its name");
        } else if (dice.chance(50)) {
            _act(thief, address(hub), abi.encodeCall(hub.settle, (copy)));
        } else {
            _act(thief, address(hub), abi.encodeCall(hub.settleBatch, (_listOf(copy))));
        }
        assertTrue(wasEnded || _isUnended(entry), "A copied answer was accepted.");
        (copy.node, copy.payee, copy.evidence) = (node, payee, evidence);
    }

    function _listOf(Submission memory answer) internal pure returns (Submission[] memory answers) {
        answers = new Submission[](1);
        answers[0] = answer;
    }
}
