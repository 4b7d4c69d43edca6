// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubParameters} from "../types/HubConfig.sol";

/// @title What a hub goes by
interface IHubParameters {
    /// @notice Times, bonds and liens, fixed at construction.
    function parameters() external view returns (HubParameters memory);
}
