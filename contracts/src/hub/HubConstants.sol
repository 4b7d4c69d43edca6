// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBase} from "./HubBase.sol";
import {IHubParameters} from "../interfaces/IHubParameters.sol";
import {HubParameters} from "../types/HubConfig.sol";

/// @notice Says what a hub goes by.
abstract contract HubConstants is HubBase, IHubParameters {
    /// @inheritdoc IHubParameters
    function parameters() external view returns (HubParameters memory) {
        return HubParameters({
            defaultWindow: _defaultWindow,
            minWindow: _minWindow,
            maxWindow: _maxWindow,
            attestedHold: _attestedHold,
            claimTime: _claimTimeOfOthers,
            provenClaimTime: _provenClaimTime,
            deliveryTime: _deliveryTime,
            minBond: _minBond,
            signedLienFees: _signedLienFees,
            attestedLienFees: _attestedLienFees,
            failureShare: _failureShare
        });
    }
}
