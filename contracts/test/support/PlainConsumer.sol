// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IInferenceHub} from "../../src/interfaces/IInferenceHub.sol";
import {Answer, IInferenceCallback} from "../../src/types/Answer.sol";

/// @notice The least that can be called back: it passes on to the hub whatever it is called with, and does nothing with an answer, or refuses it
/// while it is shut. For measurements.
contract PlainConsumer is IInferenceCallback {
    error IsShut();

    IInferenceHub private immutable _hub;
    bool private _isShut;

    constructor(IInferenceHub hub_) {
        _hub = hub_;
        IERC20(hub_.token()).approve(address(hub_), type(uint256).max);
    }

    fallback(bytes calldata data) external returns (bytes memory) {
        return Address.functionCall(address(_hub), data);
    }

    function shut(bool isShut) external {
        _isShut = isShut;
    }

    /// @inheritdoc IInferenceCallback
    function onInference(Answer calldata, bytes calldata) external view {
        require(!_isShut, IsShut());
    }
}
