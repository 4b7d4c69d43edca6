// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibCall} from "solady/utils/LibCall.sol";

import {Admission} from "./hub/Admission.sol";
import {HubBase} from "./hub/HubBase.sol";
import {HubDelivery} from "./hub/HubDelivery.sol";
import {HubMulticall} from "./hub/HubMulticall.sol";
import {HubSettlement} from "./hub/HubSettlement.sol";
import {Word, Words} from "./hub/Words.sol";
import {IInferenceHub, Submission} from "./interfaces/IInferenceHub.sol";
import {HubParameters, HubParts} from "./types/HubConfig.sol";
import {RequestId} from "./types/Ids.sol";
import {Receipt, ReceiptLib} from "./types/Receipt.sol";
import {Ask, Refusal, RequestFlags, Settlement, Stage} from "./types/Request.sol";

/// @notice The hub. What is asked is in `HubRequests`, who may answer in `HubClaims`, what is accepted in `HubSettlement`, whose money it
/// is in `HubAccounts`, what time it is in `HubBase`. Here they meet: settlements one by one and in batches, delivery, refunds.
contract InferenceHub is HubSettlement, HubDelivery, HubMulticall {
    /// The rarer half of the hub: proofs, quorums, disputes, pause, returns. Its code runs over this contract's memory.
    address private immutable _extension;

    /// @inheritdoc IInferenceHub
    bytes32 public constant FAILURE = Admission.FAILURE;
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_OUTPUT = Admission.MAX_OUTPUT;

    constructor(HubParts memory parts, HubParameters memory parameters, address extension) HubBase(parts, parameters) {
        require(extension.code.length > 0, RequestInvalid("extension"));
        _extension = extension;
    }

    /// @notice What this contract has no function for, the extension may have. It was fixed at construction, and nothing can change it.
    fallback(bytes calldata data) external returns (bytes memory) {
        return LibCall.delegateCallContract(_extension, data);
    }

    /// @inheritdoc IInferenceHub
    function settle(Submission calldata submission) external nonReentrant {
        Run memory run = _begin();
        Settlement memory settlement;
        bytes calldata output = submission.output;
        (Refusal refusal, RequestId id) = _settle(submission, settlement, run, output);
        require(refusal == Refusal.None, SettlementRefused(id, refusal));
        _end(run);

        if (_wantsDelivery(submission, output)) _deliver(submission.ask, id, settlement, output, submission.payee);
    }

    /// @inheritdoc IInferenceHub
    function settleBatch(Submission[] calldata submissions) external nonReentrant returns (uint256 done) {
        Run memory run = _begin();
        require(submissions.length > 0, BatchEmpty());

        Deliveries memory deliveries;
        for (; done < submissions.length; ++done) {
            Submission calldata submission = submissions[done];
            bytes calldata output = submission.output;
            (Settlement memory settlement, uint256 deliveryGas) =
                _settlementFor(deliveries, submissions.length, done, submission, output);
            if (!_sufficesFor(submission.evidence, output, deliveries.reserved + deliveryGas)) break;

            (Refusal refusal, RequestId id) = _settle(submission, settlement, run, output);
            if (refusal != Refusal.None) emit SubmissionRefused(id, submission.node, refusal);
            else if (deliveryGas != 0) _addDelivery(deliveries, done, id, deliveryGas);
        }

        require(done > 0, TooLittleGas(gasleft(), SETTLE_GAS));
        _end(run);
        _deliverAll(submissions, deliveries);
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

        // A settlement that may come without its output can be copied without it: the tip must be no reason to. Of a correction there is no copy.
        bool mayLackOutput = ask.request.flags & RequestFlags.WITHOUT_OUTPUT != 0 && settlement.revision == 0;
        _deliver(ask, id, settlement, output, mayLackOutput ? settlement.payee : msg.sender);
    }

    /// @inheritdoc IInferenceHub
    function refund(Ask calldata ask) external {
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        Stage stage = word.stage();
        require(stage == Stage.Open || stage == Stage.Claimed || stage == Stage.Sealing, NotOpen(id, stage));
        require(block.timestamp > ask.request.deadline, DeadlineNotPassed(ask.request.deadline));

        _refund(ask, id, stage == Stage.Claimed ? _endClaim(ask.request, id, word) : word.claims());
    }

    /// @inheritdoc IInferenceHub
    function requestIdOf(Ask calldata ask) external view returns (RequestId) {
        return _idOf(ask);
    }

    /// @inheritdoc IInferenceHub
    function digestOf(Receipt calldata receipt) external view returns (bytes32) {
        return _hashTypedDataV4(ReceiptLib.structHash(receipt));
    }

    /// @inheritdoc IInferenceHub
    function activeTime() external view returns (uint40) {
        return _activeTime(_state.clock);
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
        return (stage == Stage.Settled || stage == Stage.Failed) && _activeTime(_state.clock) >= word.until();
    }

    /// @inheritdoc IInferenceHub
    function revisionOf(RequestId id) external view returns (uint8) {
        Word word = _state.words[id];
        return word.stage() == Stage.Settled && word.has(Words.CORRECTED) ? 1 : 0;
    }
}
