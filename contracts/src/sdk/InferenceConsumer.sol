// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../interfaces/IInferenceHub.sol";
import {Answer, IInferenceCallback} from "../types/Answer.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement, Terms} from "../types/Request.sol";
import {FeeToken, IFeeToken} from "./FeeToken.sol";

/// @title A contract that asks and is called back
/// @notice Inherit it, ask by `_ask`, and take answers in `_onAnswer`. An answer reaches that hook only if it comes from the hub, to a
/// request of this contract that is still open here, with at least the assurance that was asked for, under the accepted root of trust, and not too late.
/// Everything else reverts, which the hub records as a failed delivery; anyone can try again, so that a hook may revert without loss.
/// @dev What is kept: one slot a request, from `_ask` until its end. The slot of a `Proven` answer is cleared, since nothing replaces a proof. That of
/// another is kept with the answer's revision, so that a correction finds it and an older answer cannot come after a newer; `_forget` clears it
/// when a correction would no longer matter. Requests that were refunded or failed are never called back: `_forget` these too.
///
/// Warning: the hub is trusted, and with it the assurance that it states. A `Signed` or `Attested` answer may still be challenged when it arrives, until
/// `Answer.provisionalUntil`: what cannot be undone should wait until `_stands` says so. An answer that is taken back without a right one in
/// its place is not delivered again: only `_stands` tells.
abstract contract InferenceConsumer is IInferenceCallback {
    using FeeToken for IFeeToken;

    /// What is remembered of a request: one slot.
    struct Question {
        bool exists;
        bool isAnswered;
        uint8 revision;
        /// What was asked for, at the least.
        Assurance assurance;
        /// How old an answer may be when it arrives, in seconds since it was settled.
        uint40 maxAge;
        /// Of the request: no answer is settled after it.
        uint40 deadline;
    }

    error NotHub(address caller);
    error RequestUnknown(RequestId requestId);
    error AssuranceTooLow(RequestId requestId, Assurance given, Assurance asked);
    error RootNotAccepted(RequestId requestId, bytes32 rootLabel);
    error AnswerTooOld(RequestId requestId, uint40 settledAt, uint40 maxAge);
    error RevisionNotNewer(RequestId requestId, uint8 given, uint8 known);
    error RootLabelMissing();
    error CallbackGasMissing();

    IInferenceHub public immutable hub;

    /// @notice The label of the only root of trust under which an `Attested` answer is accepted.
    bytes32 public immutable rootLabel;

    IFeeToken internal immutable _feeToken;

    mapping(RequestId id => Question) private _questions;

    /// @param hub_ The hub, trusted.
    /// @param rootLabel_ Such as "production"; zero for a contract that never asks for `Attested`.
    constructor(IInferenceHub hub_, bytes32 rootLabel_) {
        hub = hub_;
        rootLabel = rootLabel_;
        _feeToken = IFeeToken(hub_.token());
    }

    /// @inheritdoc IInferenceCallback
    function onInference(Answer calldata answer, bytes calldata output) external {
        RequestId id = answer.requestId;
        require(msg.sender == address(hub), NotHub(msg.sender));
        Question memory question = _questions[id];
        require(question.exists, RequestUnknown(id));
        require(answer.assurance >= question.assurance, AssuranceTooLow(id, answer.assurance, question.assurance));
        // Above `Attested` no root is involved, and who asked for less asked for none.
        require(
            answer.assurance != Assurance.Attested || question.assurance != Assurance.Attested || answer.rootLabel == rootLabel,
            RootNotAccepted(id, answer.rootLabel)
        );
        if (question.isAnswered) {
            // A correction may come late: what it replaces was accepted.
            require(answer.revision > question.revision, RevisionNotNewer(id, answer.revision, question.revision));
        } else {
            // A correction is as old as what it corrects, though it was settled later: a first answer that comes as one is no fresher than its deadline.
            uint256 settledAt = answer.settledAt < question.deadline ? answer.settledAt : question.deadline;
            require(block.timestamp <= settledAt + question.maxAge, AnswerTooOld(id, answer.settledAt, question.maxAge));
        }

        bool isCorrection = question.isAnswered;
        if (answer.assurance == Assurance.Proven) {
            delete _questions[id];
        } else {
            (question.isAnswered, question.revision) = (true, answer.revision);
            _questions[id] = question;
        }

        if (isCorrection) _onCorrected(answer, output);
        else _onAnswer(answer, output);
    }

    /// @notice An answer to a request of ours. Its bytes are encoded tensors, as `Inference` reads them.
    function _onAnswer(Answer calldata answer, bytes calldata output) internal virtual;

    /// @notice An answer that takes the place of one that `_onAnswer` was given: undo what that did, as far as it can be undone.
    function _onCorrected(Answer calldata answer, bytes calldata output) internal virtual;

    /// @notice Asks, and pays fee and tip from this contract's own tokens, or from its account at the hub where the flags say so.
    /// @param input The bytes that `asked.inputCommit` is the hash of.
    /// @param maxAge How old the answer may be when it arrives, in seconds since it was settled.
    function _ask(Request memory asked, bytes memory input, uint40 maxAge) internal returns (RequestId id) {
        _prepare(asked);
        id = hub.request(asked, input);
        _remember(id, asked, maxAge);
    }

    /// @notice As above, with terms: `asked.termsHash` is the hash of their encoding.
    function _ask(Request memory asked, bytes memory input, uint40 maxAge, Terms memory terms) internal returns (RequestId id) {
        _prepare(asked);
        id = hub.request(asked, input, terms);
        _remember(id, asked, maxAge);
    }

    /// @notice Asks, and lets somebody pay who has allowed this contract to take fee and tip.
    function _askFrom(address payer, Request memory asked, bytes memory input, uint40 maxAge) internal returns (RequestId) {
        _feeToken.safeTransferFrom(payer, address(this), uint256(asked.fee) + asked.deliveryTip);
        return _ask(asked, input, maxAge);
    }

    /// @notice Takes an answer whose delivery failed until only the requester may try again.
    function _redeliver(Ask calldata ask, Settlement calldata settlement, bytes calldata output) internal {
        hub.deliver(ask, settlement, output);
    }

    /// @notice Clears what is kept of a request: no answer and no correction to it is taken any more.
    function _forget(RequestId id) internal {
        delete _questions[id];
    }

    /// @notice Takes money out of this contract's account at the hub: what comes back, does so there. After the deadline of a request that nobody
    /// answered anyone can call `hub.refund`, and `reclaimTip` (`IHubReturns`) for a tip that nobody earned.
    function _withdraw(address to, uint256 amount) internal {
        hub.withdraw(to, amount);
    }

    /// @notice What is remembered of a request.
    function _questionOf(RequestId id) internal view returns (Question memory) {
        return _questions[id];
    }

    /// @notice Whether the answer that was delivered last cannot be contested any more, and was neither taken back nor replaced by one that is still to
    /// be delivered. For `Signed` and `Attested` it becomes true by time alone, and false again where it is forgotten.
    /// @param assurance That of the answer, as it was delivered: `Proven` answers stand from then on.
    function _stands(RequestId id, Assurance assurance) internal view returns (bool) {
        if (assurance == Assurance.Proven) return true;
        Question memory question = _questions[id];
        return question.isAnswered && hub.isFinal(id) && hub.revisionOf(id) == question.revision;
    }

    function _prepare(Request memory asked) private {
        require(asked.callbackGas > 0, CallbackGasMissing());
        require(asked.assurance != Assurance.Attested || rootLabel != bytes32(0), RootLabelMissing());
        if (asked.flags & RequestFlags.FROM_ACCOUNT == 0) {
            _feeToken.safeApprove(address(hub), uint256(asked.fee) + asked.deliveryTip);
        }
    }

    /// Until here the id is unknown, so that an answer which a token or a node forced in between was refused, and can come again.
    function _remember(RequestId id, Request memory asked, uint40 maxAge) private {
        _questions[id] = Question({
            exists: true, isAnswered: false, revision: 0, assurance: asked.assurance, maxAge: maxAge, deadline: asked.deadline
        });
    }
}
