// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHub} from "../../../src/interfaces/IHub.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../../src/types/Receipt.sol";
import {Request, RequestFlags, Settlement} from "../../../src/types/Request.sol";
import {Asks} from "../../support/Asks.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Answers} from "../conduct/Answers.sol";

/// @notice What settled once is public: its receipt is put together from events, and brought again here, at another hub, on another chain.
abstract contract Replaying is Answers {
    function replay(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isReplayable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        _mustBe(false, thief, abi.encodeCall(hub.settle, (_settledAnswer(entry))), "A receipt settled again.");
        _note("replayed here");
        if (!_isServedElsewhere(entry)) return;

        _replayAt(index, otherHub);
        _note("replayed at another hub");
        // A fork has all that this chain has, and the same people there.
        if (_isPaused() || accounts[entry.settlement.node] < MIN_BOND) return;
        vm.chainId(block.chainid + 1);
        _replayAt(index, hub);
        vm.chainId(block.chainid - 1);
        _note("replayed on another chain");
    }

    /// A request as like the settled one as it can be takes a receipt of its own, and not the one that settled here. Only ever tried out.
    function replayAt(uint256 index, IHub at) external {
        Entry storage entry = entries[index];
        Submission memory answer = _settledAnswer(entry);
        answer.ask = Asks.next(at, answer.ask.requester, _likewise(entry));
        answer.payee = at == hub ? nodes.payeeOf(answer.node) : otherNodes.payeeOf(answer.node);
        answer.expiresAt = _now() + 1 hours;
        (answer.output, answer.outputCommit) = (_outputOf(entry), keccak256(_outputOf(entry)));
        _call(address(at), answer.ask.requester, _request(answer.ask.request, "ipfs://input", answer.terms), true);
        _call(address(at), answer.node, abi.encodeCall(hub.claim, (answer.ask)), true);
        // A claim at the very end of a pause is confirmed a second later.
        skip(2);

        _call(address(at), thief, abi.encodeCall(hub.settle, (answer)), false);
        if (answer.ask.request.assurance == Assurance.Attested) _nameKey(answer);
        InferenceReceipt memory receipt = _receiptOf(entry, answer, answer.ask.request.assurance);
        receipt.requestId = RequestId.unwrap(at.requestIdOf(answer.ask));
        answer.evidence = receipt.assurance == Assurance.Signed
            ? _sign(answer.node, at.digestOf(receipt))
            : _signWith(_enclaveKey(answer.node, answer.keyEpoch), at.digestOf(receipt));
        _call(address(at), thief, abi.encodeCall(hub.settle, (answer)), true);
    }

    function _replayAt(uint256 index, IHub at) private {
        uint40 time = _now();
        bytes memory call = abi.encodeCall(this.replayAt, (index, at));
        (bool holds, bytes memory reason) = _wouldCome(thief, address(this), call);
        vm.warp(time);
        if (!holds) _bubble(reason);
    }

    function _call(address at, address from, bytes memory call, bool expected) private {
        vm.prank(from);
        (bool succeeded,) = at.call(call);
        require(succeeded == expected, expected ? "What is in order was refused elsewhere." : "A receipt settled elsewhere.");
    }

    function _settledAnswer(Entry storage entry) private view returns (Submission memory answer) {
        Settlement storage settlement = entry.settlement;
        answer.ask = entry.ask;
        answer.terms = entry.terms;
        answer.outputCommit = settlement.outputCommit;
        answer.node = settlement.node;
        answer.payee = settlement.payee;
        answer.keyEpoch = settlement.keyEpoch;
        answer.issuedAt = settlement.issuedAt;
        answer.expiresAt = settlement.expiresAt;
        answer.evidenceHash = settlement.evidenceHash;
        answer.evidence = entry.evidence;
        answer.output = entry.output;
    }

    /// The least fee, no quorum and no callback, so that nothing but the receipt decides.
    function _likewise(Entry storage entry) private view returns (Request memory asked) {
        asked = entry.ask.request;
        (asked.fee, asked.deliveryTip, asked.callbackGas, asked.minLien) = (1, 0, 0, 0);
        (asked.assignee, asked.exclusiveUntil, asked.deadline) = (address(0), 0, _now() + 1 hours);
        asked.flags = RequestFlags.INPUT_AT_URI;
    }

    function _isReplayable(Entry storage entry) private view returns (bool) {
        return wasSettled[entry.id] && entry.settlement.revision == 0 && entry.settlement.assurance != Assurance.Proven;
    }

    function _isServedElsewhere(Entry storage entry) private view returns (bool) {
        address node = entry.settlement.node;
        if (entry.ask.request.quorum != 0 || _isYanked(entry) || !_hasEvidence(entry, node)) return false;
        return nodes.hasRole(node, _roleFor(entry.ask.request.assurance)) && nodes.freeStakeOf(node, _time()) >= LIEN_UNIT;
    }
}
