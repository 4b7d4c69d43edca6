// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibCall} from "solady/utils/LibCall.sol";

import {IHubMulticall} from "../interfaces/IHubMulticall.sol";

/// @notice Many calls in one. Nothing of the hub takes native currency and nobody speaks for another by what is appended to a call, which is where
/// calls of oneself go wrong elsewhere.
abstract contract HubMulticall is IHubMulticall {
    /// @inheritdoc IHubMulticall
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            // The caller stays who it is, and each call meets its own guard and counts its own gas.
            results[i] = LibCall.delegateCallContract(address(this), calls[i]);
        }
    }
}
