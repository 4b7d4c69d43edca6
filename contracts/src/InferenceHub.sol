// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LibCall} from "solady/utils/LibCall.sol";

import {Bonds} from "./hub/Bonds.sol";
import {HubRequests} from "./hub/HubRequests.sol";
import {HubSettlement} from "./hub/HubSettlement.sol";
import {Word, Words} from "./hub/Words.sol";
import {IInferenceHub, Submission} from "./interfaces/IInferenceHub.sol";
import {Answer, IInferenceCallback} from "./types/Answer.sol";
import {HubParameters, HubParts} from "./types/HubConfig.sol";
import {RequestId} from "./types/Ids.sol";
import {Ask, Refusal, Settlement, Stage} from "./types/Request.sol";

/// @notice The hub. What is asked is in `HubRequests`, who may answer in `HubClaims`, what is accepted in `HubSettlement`, whose money it
/// is in `HubAccounts`, what time it is in `HubClock`. Here they meet: settlements one by one and in batches, delivery, refunds.
contract InferenceHub is HubSettlement, ReentrancyGuardTransient {
    /// What settling one item takes at the most, besides its bytes and its callback.
    uint256 internal constant SETTLE_GAS = 250_000;
    /// Calldata is hashed, copied and emitted.
    uint256 internal constant GAS_PER_BYTE = 24;
    /// What the hub itself needs around a callback.
    uint256 internal constant DELIVERY_GAS = 40_000;

    constructor(HubParts memory parts, HubParameters memory parameters) HubRequests(parts, parameters) {}

    /// @inheritdoc IInferenceHub
    function settle(Submission calldata submission) external nonReentrant {
        uint40 time = _activeTime(_running());
        (Refusal refusal, RequestId id, Settlement memory settlement) = _settle(submission, time);
        require(refusal == Refusal.None, SettlementRefused(id, refusal));

        if (_wantsDelivery(submission)) _deliver(submission.ask, id, settlement, submission.output);
    }

    /// @inheritdoc IInferenceHub
    function settleBatch(Submission[] calldata submissions) external nonReentrant returns (uint256 done) {
        uint40 time = _activeTime(_running());
        require(submissions.length > 0, BatchEmpty());

        Settlement[] memory settlements = new Settlement[](submissions.length);
        RequestId[] memory ids = new RequestId[](submissions.length);
        uint256 reserved;
        for (; done < submissions.length; ++done) {
            Submission calldata submission = submissions[done];
            uint256 callback = submission.ask.request.callbackGas;
            uint256 delivery = callback == 0 ? 0 : callback + callback / 63 + DELIVERY_GAS;
            uint256 bytesGas = (submission.evidence.length + submission.output.length) * GAS_PER_BYTE;
            if (gasleft() < reserved + delivery + SETTLE_GAS + bytesGas) break;

            Refusal refusal;
            (refusal, ids[done], settlements[done]) = _settle(submission, time);
            if (refusal != Refusal.None) emit SubmissionRefused(ids[done], submission.node, refusal);
            else if (_wantsDelivery(submission)) reserved += delivery;
        }

        require(done > 0, TooLittleGas(gasleft(), SETTLE_GAS));
        for (uint256 i = 0; i < done; ++i) {
            // What was refused has no time of settlement.
            if (settlements[i].settledAt != 0 && _wantsDelivery(submissions[i])) {
                _deliver(submissions[i].ask, ids[i], settlements[i], submissions[i].output);
            }
        }
    }

    /// @inheritdoc IInferenceHub
    function deliver(Ask calldata ask, Settlement calldata settlement, bytes calldata output) external nonReentrant {
        (RequestId id, Word word) = _settled(ask, settlement);
        require(ask.request.callbackGas > 0 && settlement.outputCommit != FAILURE, NoCallback(id));
        require(!word.has(Words.DELIVERED), AlreadyDelivered(id));
        require(
            block.timestamp <= settlement.settledAt + _deliveryTime || msg.sender == ask.requester, DeliveryIsTheRequesters(id)
        );
        require(keccak256(output) == settlement.outputCommit, OutputMismatch(settlement.outputCommit));

        _deliver(ask, id, settlement, output);
    }

    /// @inheritdoc IInferenceHub
    function reclaimTip(Ask calldata ask, Settlement calldata settlement) external nonReentrant {
        (RequestId id, Word word) = _settled(ask, settlement);
        require(
            settlement.outputCommit != FAILURE && ask.request.deliveryTip > 0 && !word.has(Words.TIP_SPENT)
                && block.timestamp > settlement.settledAt + _deliveryTime,
            TipNotReclaimable(id)
        );

        _state.words[id] = word.withFlags(word.flags() | Words.TIP_SPENT);
        _state.accounts[ask.requester] += ask.request.deliveryTip;
        emit TipReclaimed(id, ask.request.deliveryTip);
    }

    /// @inheritdoc IInferenceHub
    function refund(Ask calldata ask) external {
        RequestId id = requestIdOf(ask);
        Word word = _state.words[id];
        Stage stage = word.stage();
        require(stage == Stage.Open || stage == Stage.Claimed, NotOpen(id, stage));
        require(block.timestamp > ask.request.deadline, DeadlineNotPassed(ask.request.deadline));

        uint8 claims = word.claims();
        if (stage == Stage.Claimed) {
            uint256 bond = _firstBond(ask.request) << claims;
            if (_isExcused(ask.request, word)) {
                _state.accounts[word.node()] += bond;
                emit ClaimReleased(id, word.node(), bond);
            } else {
                Bonds.forfeit(_state, id, word.node(), bond);
                ++claims;
            }
        }

        uint256 amount = uint256(ask.request.fee) + ask.request.deliveryTip + Bonds.leftBy(_firstBond(ask.request), claims);
        _state.words[id] = Words.refunded();
        _state.accounts[ask.requester] += amount;
        emit Refunded(id, ask.requester, amount);
    }

    /// @inheritdoc IInferenceHub
    function stateOf(RequestId id) external view returns (Stage stage, address node, uint40 until) {
        Word word = _state.words[id];
        stage = word.stage();
        if (stage == Stage.Claimed) return (stage, word.node(), word.since());
        if (stage != Stage.None && stage != Stage.Open) until = word.until();
    }

    /// @inheritdoc IInferenceHub
    function isFinal(RequestId id) external view returns (bool) {
        Word word = _state.words[id];
        Stage stage = word.stage();
        if (stage == Stage.Settled || stage == Stage.Failed) return activeTime() > word.until();
        return stage == Stage.Refunded || stage == Stage.Slashed;
    }

    /// A failure has no output, and what stays off the chain cannot be delivered from it.
    function _wantsDelivery(Submission calldata submission) private pure returns (bool) {
        return submission.ask.request.callbackGas > 0 && submission.output.length > 0;
    }

    function _settled(Ask calldata ask, Settlement calldata settlement) private view returns (RequestId id, Word word) {
        id = requestIdOf(ask);
        word = _state.words[id];
        Stage stage = word.stage();
        require(stage == Stage.Settled || stage == Stage.Failed || stage == Stage.Challenged, NotSettled(id, stage));
        require(word.keeps(settlement), SettlementMismatch(id));
    }

    /// Calls the requester back with exactly the gas that was asked for, and drops what it returns. The word says that it succeeded before
    /// the call, so that a callback that comes back here finds it done; where it fails, only that is taken back of what the word has become meanwhile.
    function _deliver(Ask calldata ask, RequestId id, Settlement memory settlement, bytes calldata output) private {
        Word word = _state.words[id];
        bytes memory call = abi.encodeCall(IInferenceCallback.onInference, (_answer(ask, id, word, settlement), output));
        uint256 callbackGas = ask.request.callbackGas;
        uint256 needed = callbackGas + callbackGas / 63 + DELIVERY_GAS;
        require(gasleft() >= needed, TooLittleGas(gasleft(), needed));

        if (!word.has(Words.TIP_SPENT)) {
            word = word.withFlags(word.flags() | Words.TIP_SPENT);
            if (ask.request.deliveryTip > 0) _state.accounts[msg.sender] += ask.request.deliveryTip;
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
        private
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
            provisionalUntil: word.until() + uint40(block.timestamp) - activeTime(),
            revision: settlement.revision
        });
    }
}
