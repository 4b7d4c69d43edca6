// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Answer, IInferenceCallback} from "../../../src/types/Answer.sol";

/// @notice A requester that tells by a log how much gas it was called with.
library GasMeter {
    /// GAS PUSH0 MSTORE PUSH1(32) PUSH0 LOG0: asking is its first instruction and costs two, so that it tells two less than it got.
    bytes internal constant CODE = hex"5a5f5260205fa000";
    uint256 internal constant COST_OF_ASKING = 2;
    /// With less it could not tell.
    uint256 internal constant LEAST_GAS = 2000;
}

/// @notice A requester that calls somebody from within each callback.
/// @dev Forge records the logs of calls that were reverted too. The two events say which calls those were.
contract Reentrant is IInferenceCallback {
    event Entered();
    event Returned(bool succeeded);

    address public target;
    bytes public call;
    /// Whether the call must not succeed.
    bool public isForbidden;
    /// How often a forbidden call succeeded, whatever became of the callback.
    uint256 public breaches;

    function plan(address target_, bytes calldata call_, bool isForbidden_) external {
        (target, call, isForbidden) = (target_, call_, isForbidden_);
    }

    /// @inheritdoc IInferenceCallback
    function onInference(Answer calldata, bytes calldata) external {
        if (target == address(0)) return;
        emit Entered();
        (bool succeeded,) = target.call(call);
        if (succeeded && isForbidden) ++breaches;
        emit Returned(succeeded);
    }
}
