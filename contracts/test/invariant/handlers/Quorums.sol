// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Quorum} from "../../../src/interfaces/IHubQuorum.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Stage} from "../../../src/types/Request.sol";
import {SemanticsKind} from "../../../src/types/Version.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Proving} from "./Proving.sol";

/// @notice Quorums: members seal and reveal, or do not; answers agree, nearly, or not at all.
abstract contract Quorums is Proving {
    /// What each member sealed, since nobody else can know.
    mapping(bytes32 seal => bytes) private _sealed;

    function sealAnswer(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _takesSeals);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address[] storage members = entry.terms.members;
        _seal(entry, members[dice.below(members.length)], dice);
    }

    /// All members seal, and the honest ones reveal as soon as they may.
    function serveQuorum(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _takesSeals);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address[] memory members = entry.terms.members;
        for (uint256 i = 0; i < members.length; ++i) {
            _seal(entry, members[i], dice);
        }
        if (hub.quorumOf(entry.ask).revealsFrom > _time()) skip(CLAIM_TIME + 1);
        for (uint256 i = 0; i < members.length; ++i) {
            if (members[i] != griefer || dice.chance(30)) _reveal(entry, members[i], dice);
        }
    }

    function revealAnswer(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _hasSeals);
        if (!isFound) return;
        Entry storage entry = entries[index];
        _reveal(entry, entry.sealers[dice.below(entry.sealers.length)], dice);
    }

    function closeSeal(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _hasSeals);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address member = entry.sealers[dice.below(entry.sealers.length)];
        if (dice.chance(50)) skip(2 * CLAIM_TIME + 2);
        bool expected = _isOver(entry);
        uint256 before = accounts[member];

        _mustBe(expected, stranger, abi.encodeCall(hub.closeSeal, (entry.ask, member)), "A seal did not end as expected.");
        _note(expected, accounts[member] > before ? bytes32("seal returned") : bytes32("seal forfeited"));
    }

    function refundQuorum(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, dice.chance(80) ? _isSealing : _isAny);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bool expected = _isSealing(entry) && _isOver(entry);

        _mustBe(expected, stranger, abi.encodeCall(hub.refundQuorum, (entry.ask)), "A quorum was not refunded as expected.");
        _note(expected, "quorum refunded");
    }

    function _isSealing(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Sealing;
    }

    function _hasSeals(Entry storage entry) internal view returns (bool) {
        return entry.sealers.length != 0;
    }

    /// Whether nothing can be sealed or revealed any more.
    function _isOver(Entry storage entry) internal view returns (bool) {
        if (entry.sealedAt == 0) return false;
        Quorum memory quorum = hub.quorumOf(entry.ask);
        return _time() > (quorum.revealsFrom == 0 ? entry.sealedAt + CLAIM_TIME : quorum.revealsUntil);
    }

    /// The call that reveals what a member sealed; it agrees with what most stand behind, where it can.
    function _revelation(Entry storage entry, address member, bytes32 agreed, bytes memory agreedOutput)
        internal
        view
        returns (bytes memory)
    {
        (Submission memory answer, bytes32 salt) = _unseal(entry, member);
        if (agreed == 0) agreed = answer.outputCommit;
        return abi.encodeCall(hub.revealAnswer, (answer, salt, agreed, agreedOutput));
    }

    function _seal(Entry storage entry, address member, Dice memory dice) private {
        if (_hasSealed(entry, member)) return;
        // Right, next to it, far from it, or that the input cannot be run.
        uint256 roll = dice.below(100);
        bytes memory output = _variant(entry, roll < 55 ? RIGHT : roll < 75 ? NEAR : FAR);
        bool isFailure = roll >= 85;
        bytes32 outputCommit = isFailure ? FAILURE : keccak256(output);
        bytes32 salt = keccak256(abi.encode(entry.id, member));
        bytes32 seal = hub.sealOf(entry.id, member, outputCommit, salt);

        bool succeeded = _act(member, address(hub), abi.encodeCall(hub.sealAnswer, (entry.ask, entry.terms, seal)));
        if (succeeded) _sealed[_keyOf(entry, member)] = isFailure ? bytes("") : output;
        _note(succeeded, "answer sealed");
    }

    function _reveal(Entry storage entry, address member, Dice memory dice) private {
        if (!_hasSealed(entry, member)) return;
        Quorum memory quorum = hub.quorumOf(entry.ask);
        bool isTime = quorum.revealsFrom != 0 && _time() >= quorum.revealsFrom && _time() <= quorum.revealsUntil;
        bool isStill = entry.stage == Stage.Sealing && _now() <= entry.ask.request.deadline;
        bool isGood = nodes.hasRole(member, _roleFor(entry.ask.request.assurance)) && _hasEvidence(entry, member);
        (Submission memory answer,) = _unseal(entry, member);
        (bytes32 agreed, bytes memory agreedOutput) = _nearest(entry, answer);
        _plotReentry(entry, answer, dice);

        bool expected = isTime && !_isPaused() && (!isStill || isGood);
        bytes memory call = _revelation(entry, member, agreed, agreedOutput);
        _mustBe(false, stranger, call, "Somebody else revealed a member's answer.");
        _mustBe(expected, member, call, "An answer was not revealed as expected.");
        _note(expected, isStill ? bytes32("answer revealed") : bytes32("revealed for the bond"));
        _note(expected && agreed != 0, "agreed within tolerance");
        bool isSettled = expected && isStill && entry.stage != Stage.Sealing;
        _note(isSettled, entry.isFailure ? bytes32("quorum failed") : bytes32("quorum settled"));
    }

    function _unseal(Entry storage entry, address member) private view returns (Submission memory answer, bytes32 salt) {
        bytes memory output = _sealed[_keyOf(entry, member)];
        answer = output.length == 0 ? _failure(entry, member) : _answer(entry, member, output);
        // What it agrees with is shown by its bytes.
        answer.output = output;
        salt = keccak256(abi.encode(entry.id, member));
    }

    /// An answer that a member stands behind, and that differs from this one by what counts as nothing.
    function _nearest(Entry storage entry, Submission memory answer) private view returns (bytes32, bytes memory) {
        if (_kindOf(entry) != SemanticsKind.Float) return (0, "");
        (bytes memory right, bytes memory near) = (_variant(entry, RIGHT), _variant(entry, NEAR));
        (bool isRight, bool isNear) = (answer.outputCommit == keccak256(right), answer.outputCommit == keccak256(near));
        if (isNear && hub.agreementOn(entry.id, keccak256(right)) != 0) return (keccak256(right), right);
        if (isRight && hub.agreementOn(entry.id, keccak256(near)) != 0) return (keccak256(near), near);
        return (0, "");
    }

    function _takesSeals(Entry storage entry) private view returns (bool) {
        if (entry.ask.request.quorum == 0 || _now() > entry.ask.request.deadline) return false;
        return entry.stage == Stage.Open || entry.stage == Stage.Sealing;
    }

    function _keyOf(Entry storage entry, address member) private view returns (bytes32) {
        return keccak256(abi.encode(entry.id, member));
    }
}
