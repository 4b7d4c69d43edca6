// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../../src/interfaces/IInferenceHub.sol";
import {Inference} from "../../src/sdk/Inference.sol";
import {InferenceConsumer} from "../../src/sdk/InferenceConsumer.sol";
import {Answer} from "../../src/types/Answer.sol";
import {RequestId, VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request} from "../../src/types/Request.sol";

/// @notice The least consumer: anyone asks through it, it pays from tokens of its own, and it keeps the score that comes back. For local chains.
contract ScoreBoard is InferenceConsumer {
    event Scored(RequestId indexed requestId, int256 score);

    uint32 public constant CALLBACK_GAS = 100_000;
    uint40 private constant MAX_AGE = 7 days;

    /// @notice What the output that is kept is called: it is one number.
    string public scoreName;

    /// @notice In fixed point.
    mapping(RequestId id => int256) public scoreOf;

    constructor(IInferenceHub hub_, string memory scoreName_) InferenceConsumer(hub_, "emulated") {
        scoreName = scoreName_;
    }

    /// @param input The encoded tensors.
    /// @param answerTime How long the question waits for an answer.
    function ask(VersionId versionId, Assurance assurance, bytes calldata input, uint128 fee, uint40 answerTime)
        external
        returns (RequestId)
    {
        Request memory asked = Inference.request(versionId, assurance, input, fee, CALLBACK_GAS);
        asked.deadline = uint40(block.timestamp) + answerTime;
        return _ask(asked, input, MAX_AGE);
    }

    /// @inheritdoc InferenceConsumer
    function _onAnswer(Answer calldata answer, bytes calldata output) internal override {
        int256 score = Inference.single(Inference.fixedPoints(output, scoreName));
        scoreOf[answer.requestId] = score;
        emit Scored(answer.requestId, score);
    }

    /// @inheritdoc InferenceConsumer
    function _onCorrected(Answer calldata answer, bytes calldata output) internal override {
        _onAnswer(answer, output);
    }
}
