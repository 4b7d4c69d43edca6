// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "./IHubEvents.sol";

/// @title The hub's pause
/// @notice All that anybody can do to a hub from outside its rules: the guardian can stop requests, claims and settlements for at most seven
/// days, and not again within seven days. Refunds, withdrawals, challenges and deliveries go on. Active time stands still meanwhile, so
/// that no claim, window or lien runs out that nobody could act on.
interface IHubPause is IHubEvents {
    /// @notice Only the guardian.
    function pause(uint40 duration) external;

    /// @notice The guardian at any time, anyone once the time is over. A pause ends by itself; this books it.
    function unpause() external;

    /// @notice Whether requests, claims and settlements are stopped now.
    function isPaused() external view returns (bool);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice The longest pause, and the shortest time between two.
    function MAX_PAUSE() external view returns (uint40);
}
