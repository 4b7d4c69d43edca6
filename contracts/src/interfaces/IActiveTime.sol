// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title A clock that stands still while its contract is paused
interface IActiveTime {
    /// @notice The block's time less all time spent paused. It never goes back.
    function activeTime() external view returns (uint40);
}
