// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LibCall} from "solady/utils/LibCall.sol";

import {HubBase} from "./HubBase.sol";
import {Word, Words} from "./Words.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {Answer, IInferenceCallback} from "../types/Answer.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Settlement, Stage} from "../types/Request.sol";

/// @notice Calling consumers back: the only place where the hub calls a stranger.
abstract contract HubDelivery is HubBase, ReentrancyGuardTransient {
    /// What settling one item takes at the most, besides its bytes and its callback.
    uint256 internal constant SETTLE_GAS = 320_000;
    /// Calldata is hashed, copied and emitted; for a callback it is copied once more.
    uint256 internal constant GAS_PER_BYTE = 24;
    /// What the hub itself needs around a callback.
    uint256 internal constant DELIVERY_GAS = 40_000;

    /// The items of a batch that are delivered when all of it is settled. Most batches have none: room is made with the first.
    struct Deliveries {
        /// By the item's place; zero for no delivery.
        RequestId[] ids;
        Settlement[] settlements;
        /// What is not delivered is forgotten with the next item.
        Settlement shared;
        /// Gas of the callbacks so far.
        uint256 reserved;
    }

    /// A failure has no output, and what stays off the chain cannot be delivered from it.
    /// @param output The submission's.
    function _wantsDelivery(Submission calldata submission, bytes calldata output) internal pure returns (bool) {
        return submission.ask.request.callbackGas > 0 && output.length > 0;
    }

    function _settled(Ask calldata ask, Settlement calldata settlement) internal view returns (RequestId id, Word word) {
        id = _idOf(ask);
        word = _state.words[id];
        Stage stage = word.stage();
        require(stage == Stage.Settled || stage == Stage.Failed || stage == Stage.Challenged, NotSettled(id, stage));
        require(word.keeps(settlement), SettlementMismatch(id));
    }

    /// Calls the requester back with exactly the gas that was asked for, and drops what it returns. The word says that it succeeded before
    /// the call, so that a callback that comes back here finds it done; where it fails, only that is taken back of what the word has become meanwhile.
    /// @param tipped Who gets the tip, if it is the first attempt. With a settlement, or after one that could leave its output out, that is its
    /// payee, not the sender: whoever copies a pending settlement must earn nothing.
    function _deliver(Ask calldata ask, RequestId id, Settlement memory settlement, bytes calldata output, address tipped)
        internal
    {
        Word word = _state.words[id];
        bytes memory call = abi.encodeCall(IInferenceCallback.onInference, (_answer(ask, id, word, settlement), output));
        uint256 callbackGas = ask.request.callbackGas;
        uint256 needed = callbackGas + callbackGas / 63 + DELIVERY_GAS;
        require(gasleft() >= needed, TooLittleGas(gasleft(), needed));

        if (!word.has(Words.TIP_SPENT)) {
            word = word.withFlags(word.flags() | Words.TIP_SPENT);
            if (ask.request.deliveryTip > 0) _state.accounts[tipped] += ask.request.deliveryTip;
        }
        _state.words[id] = word.withFlags(word.flags() | Words.DELIVERED);
        (bool succeeded,,) = LibCall.tryCall(ask.requester, 0, callbackGas, 0, call);
        if (!succeeded) {
            word = _state.words[id];
            _state.words[id] = word.withFlags(word.flags() & ~Words.DELIVERED);
        }
        emit Delivered(id, msg.sender, succeeded);
    }

    function _answer(Ask calldata ask, RequestId id, Word word, Settlement memory settlement)
        internal
        view
        returns (Answer memory)
    {
        return Answer({
            requestId: id,
            versionId: ask.request.versionId,
            assurance: settlement.assurance,
            rootLabel: settlement.rootLabel,
            outputCommit: settlement.outputCommit,
            settledAt: settlement.settledAt,
            provisionalUntil: _provisionalUntil(word),
            revision: settlement.revision
        });
    }

    /// In the chain's time, as far as no pause moves it. While it is challenged nobody knows.
    function _provisionalUntil(Word word) private view returns (uint40) {
        if (word.stage() == Stage.Challenged) return type(uint40).max;
        return word.until() + uint40(block.timestamp) - _activeTime(_state.clock);
    }

    /// Where the settlement of the next item of a batch is put: a place of its own where it is delivered later, else one that all others share.
    /// @param count How many items the batch has.
    /// @return settlement Its every field that differs from item to item is written when the item is settled.
    /// @return deliveryGas What must be set aside for its callback; zero where it has none.
    function _settlementFor(
        Deliveries memory deliveries,
        uint256 count,
        uint256 index,
        Submission calldata submission,
        bytes calldata output
    ) internal pure returns (Settlement memory settlement, uint256 deliveryGas) {
        if (!_wantsDelivery(submission, output)) return (deliveries.shared, 0);
        uint256 callback = submission.ask.request.callbackGas;
        deliveryGas = callback + callback / 63 + DELIVERY_GAS + output.length * GAS_PER_BYTE;
        if (deliveries.ids.length == 0) {
            deliveries.ids = new RequestId[](count);
            deliveries.settlements = new Settlement[](count);
        }
        settlement = deliveries.settlements[index];
    }

    /// An item that was settled is delivered after all others are.
    function _addDelivery(Deliveries memory deliveries, uint256 index, RequestId id, uint256 deliveryGas) internal pure {
        deliveries.ids[index] = id;
        deliveries.reserved += deliveryGas;
    }

    /// Whether what is left suffices for one more item of a batch in the worst case, beside what is set aside.
    function _sufficesFor(bytes calldata evidence, bytes calldata output, uint256 reserved) internal view returns (bool) {
        // Lengths of what lies in calldata, and gas of 32 bits: their sums are far from overflowing.
        unchecked {
            return gasleft() >= reserved + SETTLE_GAS + (evidence.length + output.length) * GAS_PER_BYTE;
        }
    }

    /// The callbacks of a batch, after all of its effects.
    function _deliverAll(Submission[] calldata submissions, Deliveries memory deliveries) internal {
        if (deliveries.reserved == 0) return;
        for (uint256 i = 0; i < deliveries.ids.length; ++i) {
            // What is not delivered, or was refused, has no id here; and an earlier callback may have had an answer replaced, which then waits
            // for its own delivery.
            RequestId id = deliveries.ids[i];
            Settlement memory settlement = deliveries.settlements[i];
            if (RequestId.unwrap(id) == bytes32(0) || !_state.words[id].keeps(settlement)) continue;
            _deliver(submissions[i].ask, id, settlement, submissions[i].output, submissions[i].payee);
        }
    }
}
