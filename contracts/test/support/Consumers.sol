// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Answer, IInferenceCallback} from "../../src/types/Answer.sol";

/// @notice A requester that is called back: it keeps what it was told, may call somebody meanwhile, and misbehaves as a test wants.
contract Consumer is IInferenceCallback {
    enum Fault {
        None,
        Revert,
        RevertBomb,
        ReturnBomb,
        BurnAllGas
    }

    error Refused();

    /// More than two million gas worth of memory, were it copied twice.
    uint256 private constant BOMB = 500_000;

    Fault public fault;
    uint256 public calls;
    bytes public output;
    address private _target;
    bytes private _call;
    bool public reached;
    bytes public reply;
    Answer private _answer;

    function set(Fault fault_) external {
        fault = fault_;
    }

    /// What to call from within the next callbacks.
    function setCall(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    function answer() external view returns (Answer memory) {
        return _answer;
    }

    /// @inheritdoc IInferenceCallback
    function onInference(Answer calldata answer_, bytes calldata output_) external {
        if (fault == Fault.Revert) revert Refused();
        if (fault == Fault.RevertBomb) {
            assembly ("memory-safe") {
                revert(0, BOMB)
            }
        }
        if (fault == Fault.BurnAllGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }

        ++calls;
        _answer = answer_;
        output = output_;
        if (_target != address(0)) (reached, reply) = _target.call(_call);
        if (fault == Fault.ReturnBomb) {
            assembly ("memory-safe") {
                return(0, BOMB)
            }
        }
    }
}
