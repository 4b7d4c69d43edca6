// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../../interfaces/IInferenceHub.sol";
import {Answer} from "../../types/Answer.sol";
import {RequestId, VersionId} from "../../types/Ids.sol";
import {Assurance} from "../../types/Receipt.sol";
import {Ask, Request, Stage} from "../../types/Request.sol";
import {DataType} from "../Elements.sol";
import {Inference} from "../Inference.sol";
import {InferenceConsumer} from "../InferenceConsumer.sol";
import {Tensors} from "../Tensors.sol";

/// @notice Says what is known of an account on this chain, in fixed point: how long it has repaid, how much it has staked.
/// @dev Warning: features that an account can move within a transaction, such as a balance (flash loans), make a gate that anybody opens.
interface IFeatures {
    function featuresOf(address account) external view returns (int256[] memory);
}

/// @title A gate that a model keeps
/// @notice An account applies and pays for the question. It is admitted for a while if the model's score of its features, which this contract
/// reads itself, reaches the threshold, and once nobody can contest the answer any more: at once where it is
/// `Proven`.
/// @dev The latest application counts: it ends an admission that its score no longer bears. The model has one input, "features", FLOAT of
/// 1 × n, and one output, "score", one FLOAT.
contract ScoreGate is InferenceConsumer {
    struct Admission {
        RequestId requestId;
        uint40 until;
        Assurance assurance;
    }

    event Applied(address indexed account, RequestId indexed requestId);
    event Scored(address indexed account, RequestId indexed requestId, int256 score, uint40 admittedUntil);

    event Reclaimed(address indexed account, RequestId indexed requestId, uint128 fee);

    error AssuranceUnsuitable(Assurance assurance);
    error FeeTooSmall(uint128 fee, uint128 least);
    error NothingToReclaim(RequestId requestId, Stage stage);

    uint32 public constant CALLBACK_GAS = 200_000;
    /// @notice An answer that arrives later is not taken: the features are old by then.
    uint40 public constant MAX_ANSWER_AGE = 1 hours;

    IFeatures public immutable features;
    VersionId public immutable versionId;
    Assurance public immutable assurance;
    /// @notice The least score, in fixed point.
    int256 public immutable threshold;
    /// @notice How long an admission lasts, from its settlement.
    uint40 public immutable validity;

    /// @notice The least fee of a question. What an answer locks follows from its fee: who profits by an answer must not choose it freely.
    uint128 public immutable leastFee;

    /// @notice The latest application of an account.
    mapping(address account => RequestId) public applicationOf;
    mapping(RequestId id => address) private _applicants;
    mapping(address account => Admission) private _admissions;

    constructor(
        IInferenceHub hub_,
        bytes32 rootLabel_,
        IFeatures features_,
        VersionId versionId_,
        Assurance assurance_,
        int256 threshold_,
        uint40 validity_,
        uint128 leastFee_
    ) InferenceConsumer(hub_, rootLabel_) {
        require(assurance_ == Assurance.Attested || assurance_ == Assurance.Proven, AssuranceUnsuitable(assurance_));
        features = features_;
        versionId = versionId_;
        assurance = assurance_;
        threshold = threshold_;
        validity = validity_;
        leastFee = leastFee_;
    }

    /// @notice Asks for the caller's score. The caller pays the fee, and allows this contract to take it. An admission that there is ends.
    function applyFor(uint128 fee) external returns (RequestId id) {
        require(fee >= leastFee, FeeTooSmall(fee, leastFee));
        int256[] memory values = features.featuresOf(msg.sender);
        bytes memory input = Tensors.encode(
            // casting to 'uint32' is safe because the hub takes no input of so many bytes
            // forge-lint: disable-next-line(unsafe-typecast)
            Inference.fixedPoint("features", DataType.Float, Inference.shape(1, uint32(values.length)), values)
        );
        Request memory asked = Inference.request(versionId, assurance, input, fee, CALLBACK_GAS);

        // A correction of the former answer will find nothing here, so that nothing may rest on that answer.
        _forget(applicationOf[msg.sender]);
        delete _admissions[msg.sender];
        id = _askFrom(msg.sender, asked, input, MAX_ANSWER_AGE);
        (applicationOf[msg.sender], _applicants[id]) = (id, msg.sender);
        emit Applied(msg.sender, id);
    }

    /// @notice Gives the fee back to the applicant, where nobody answered in time or the answer was taken back without another. Anyone may.
    /// @dev Whatever else the hub credits stays in this contract's account there: a part of the fee where the features do not fit the model's input, and what a
    /// corrected answer brings. A gate that expects these wants an owner who takes them out.
    function reclaim(Ask calldata ask) external {
        RequestId id = hub.requestIdOf(ask);
        address account = _applicants[id];
        require(account != address(0), RequestUnknown(id));
        (Stage stage,,) = hub.stateOf(id);
        bool isOpen = stage == Stage.Open || stage == Stage.Claimed;
        require(isOpen || stage == Stage.Refunded || stage == Stage.Slashed, NothingToReclaim(id, stage));

        delete _applicants[id];
        _forget(id);
        if (_admissions[account].requestId == id) delete _admissions[account];
        emit Reclaimed(account, id, ask.request.fee);
        if (isOpen) hub.refund(ask);
        _withdraw(account, ask.request.fee);
    }

    /// @notice Whether an account is admitted now.
    function isAdmitted(address account) external view returns (bool) {
        Admission memory admission = _admissions[account];
        return block.timestamp <= admission.until && _stands(admission.requestId, admission.assurance);
    }

    /// @inheritdoc InferenceConsumer
    function _onAnswer(Answer calldata answer, bytes calldata output) internal override {
        address account = _applicants[answer.requestId];
        int256 score = Inference.single(Inference.fixedPoints(output, "score"));
        uint40 until = score >= threshold ? answer.settledAt + validity : 0;
        _admissions[account] = Admission({requestId: answer.requestId, until: until, assurance: answer.assurance});
        emit Scored(account, answer.requestId, score, until);
    }

    /// @inheritdoc InferenceConsumer
    function _onCorrected(Answer calldata answer, bytes calldata output) internal override {
        _onAnswer(answer, output);
    }
}
