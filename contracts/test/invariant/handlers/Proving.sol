// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Stage} from "../../../src/types/Request.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Settling} from "./Settling.sol";

/// @notice Answers with a proof, one and many by one; and evidence that comes after the answer.
abstract contract Proving is Settling {
    bytes32 private constant RAISE_TAG = keccak256("OpenGradient.Relayer.Raise");

    function settleProven(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isProvable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address node = dice.chance(80) ? _settlerOf(entry, dice) : nodeList[HONEST - 1];
        _plotReentry(entry, _answer(entry, node, _outputOf(entry)), dice);
        Submission[] memory answers = new Submission[](1);
        answers[0] = _answer(entry, node, _outputOf(entry));
        bool expected = _isTimely(entry) && _isEntitled(entry, node);

        _actWithProof(answers, _proveAll(answers), AMPLE_GAS);
        assertEq(wasSettled[entry.id], expected, "A proven answer did not settle as expected.");
        _note(expected, "settled Proven");
    }

    /// Several of one version, some of them closed, with a random amount of gas.
    function settleManyProven(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isProvable);
        if (!isFound) return;
        Submission[] memory answers = new Submission[](dice.between(2, 4));
        uint256 count;
        for (uint256 i = 0; i < entries.length && count < answers.length; ++i) {
            Entry storage other = entries[(index + i) % entries.length];
            bool isAlike = other.ask.request.versionId == entries[index].ask.request.versionId
                && other.ask.request.assurance == Assurance.Proven;
            if (isAlike) answers[count++] = _answer(other, nodeList[HONEST - 1], _outputOf(other));
        }
        assembly ("memory-safe") {
            mstore(answers, count)
        }
        uint256 gas = dice.between(350_000, 500_000 + count * 500_000);

        (bool succeeded, uint256 done) = _actWithProof(answers, _proveAll(answers), gas);
        assertTrue(succeeded || _isPaused() || gas < GAS_FOR_ONE, "A proven batch failed with gas enough.");
        _note(succeeded && done > 1, "proven batch");
        _note(succeeded && done < count, "proven batch stopped early");
    }

    /// A proof pays whom it was made for: what is changed after it is made makes it none, and evidence beside it is refused.
    function settleProvenAmiss(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isProvable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        Submission[] memory answers = new Submission[](1);
        answers[0] = _answer(entry, nodeList[HONEST - 1], _outputOf(entry));
        bytes memory proof = _proveAll(answers);
        uint256 lie = dice.below(6);
        if (lie == 0) answers[0].payee = nodes.payeeOf(thief);
        else if (lie == 1) answers[0].node = thief;
        else if (lie == 2) answers[0].outputCommit = keccak256("another output");
        else if (lie == 3) answers[0].expiresAt += 1;
        else if (lie == 4) answers[0].evidence = "words of the thief's";
        else answers[0].keyEpoch = 1;
        if (lie == 5) proof = _proveAll(answers);

        (bool succeeded,) = _act(thief, address(hub), abi.encodeCall(hub.settleProven, (answers, proof)), AMPLE_GAS);
        assertFalse(succeeded, "A proof served for what it does not prove.");
    }

    function raiseToProven(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, dice.chance(50) ? _isChallengedProvable : _isRaisable, _isRaisable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bool isProvable = models.proofCommitmentOf(entry.ask.request.versionId) != 0;
        bool isChallenged = entry.stage == Stage.Challenged;
        bytes memory call = abi.encodeCall(hub.raiseToProven, (entry.ask, entry.settlement, _proveRaise(entry)));

        _mustBe(isProvable, stranger, call, "A proof did not raise an answer as expected.");
        _note(isProvable, isChallenged ? bytes32("challenge ended by proof") : bytes32("raised to Proven"));
    }

    function raiseToAttested(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isRaisable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        address node = dice.chance(50) ? nodeList[0] : nodeList[2];
        Submission memory answer = _unsigned(entry, node);
        _nameKey(answer);
        answer.outputCommit = entry.settlement.outputCommit;
        answer.evidence = _evidence(entry, answer, Assurance.Attested);
        bool expected = entry.settlement.assurance == Assurance.Signed && _isAttested(node, entry.terms.acceptedWorkloads);

        bytes memory call = abi.encodeCall(hub.raiseToAttested, (answer, entry.settlement));
        _mustBe(expected, stranger, call, "An enclave did not raise an answer as expected.");
        _note(expected, "raised to Attested");
    }

    function _isChallenged(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Challenged;
    }

    function _proveAll(Submission[] memory answers) internal view returns (bytes memory) {
        bytes32[] memory digests = new bytes32[](answers.length);
        for (uint256 i = 0; i < answers.length; ++i) {
            Entry storage entry = entries[placeOf[hub.requestIdOf(answers[i].ask)] - 1];
            digests[i] = hub.digestOf(_receiptOf(entry, answers[i], Assurance.Proven));
        }
        return _prove(answers, digests);
    }

    function _isProvable(Entry storage entry) internal view returns (bool) {
        return _isOpen(entry) && entry.ask.request.assurance == Assurance.Proven;
    }

    function _actWithProof(Submission[] memory answers, bytes memory proof, uint256 gas)
        private
        returns (bool succeeded, uint256 done)
    {
        bytes memory reply;
        (succeeded, reply) = _act(stranger, address(hub), abi.encodeCall(hub.settleProven, (answers, proof)), gas);
        if (succeeded) done = abi.decode(reply, (uint256));
    }

    /// A proof of an answer that stands absorbs no receipt: it pays nobody.
    function _proveRaise(Entry storage entry) private view returns (bytes memory) {
        Submission[] memory answers = new Submission[](1);
        answers[0].ask = entry.ask;
        answers[0].outputCommit = entry.settlement.outputCommit;
        bytes32[] memory digests = new bytes32[](1);
        digests[0] = keccak256(abi.encode(RAISE_TAG, block.chainid, address(hub), entry.id));
        return _prove(answers, digests);
    }

    function _isChallengedProvable(Entry storage entry) private view returns (bool) {
        return _isChallenged(entry) && _isRaisable(entry) && models.proofCommitmentOf(entry.ask.request.versionId) != 0;
    }

    /// Right answers only: nobody can prove another, nor that there is none.
    function _isRaisable(Entry storage entry) private view returns (bool) {
        return (entry.stage == Stage.Settled || entry.stage == Stage.Challenged) && !entry.isFailure
            && entry.settlement.assurance != Assurance.Proven && entry.settlement.outputCommit == keccak256(_outputOf(entry));
    }
}
