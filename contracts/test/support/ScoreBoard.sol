// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../../src/interfaces/IInferenceHub.sol";
import {Inference} from "../../src/sdk/Inference.sol";
import {InferenceConsumer} from "../../src/sdk/InferenceConsumer.sol";
import {Answer} from "../../src/types/Answer.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Request} from "../../src/types/Request.sol";

/// @notice The least consumer: it passes on what anyone asks through it, from tokens of its own, and keeps the score that comes back. For local
/// chains.
contract ScoreBoard is InferenceConsumer {
    event Scored(RequestId indexed requestId, int256 score);

    uint40 private constant MAX_AGE = 7 days;

    /// @notice In fixed point.
    mapping(RequestId id => int256) public scoreOf;

    constructor(IInferenceHub hub_) InferenceConsumer(hub_, "emulated") {}

    function ask(Request calldata asked, bytes calldata input) external returns (RequestId) {
        return _ask(asked, input, MAX_AGE);
    }

    /// @inheritdoc InferenceConsumer
    function _onAnswer(Answer calldata answer, bytes calldata output) internal override {
        int256 score = Inference.single(Inference.fixedPoints(output, "score"));
        scoreOf[answer.requestId] = score;
        emit Scored(answer.requestId, score);
    }

    /// @inheritdoc InferenceConsumer
    function _onCorrected(Answer calldata answer, bytes calldata output) internal override {
        _onAnswer(answer, output);
    }
}
