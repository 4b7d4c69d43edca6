// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ask, Settlement} from "../types/Request.sol";

/// @title What comes back without loss: claims that no fault of the node's made useless, tips that nobody earned
interface IHubReturns {
    /// @notice Gives a claim back without loss, where it is not the node's fault that it cannot settle: the version was yanked, the hub
    /// was paused since, or an `Attested` request's node has lost its key.
    function releaseClaim(Ask calldata ask) external;

    /// @notice Gives the tip back to the requester where nobody has attempted the callback until `deliverBy`.
    function reclaimTip(Ask calldata ask, Settlement calldata settlement) external;
}
