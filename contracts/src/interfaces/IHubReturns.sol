// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ask, Settlement} from "../types/Request.sol";

/// @title What comes back without loss: claims that no fault of the node's made useless, tips that nobody earned
interface IHubReturns {
    /// @notice Gives a claim back without loss, where it is not the node's fault that it could not settle: while the claim lasted the version was yanked,
    /// the hub was paused, or an `Attested` request's node lost its key. What came later excuses nothing.
    /// @dev Of several pauses only the last one counts, so that whom a pause excuses asks within the seven days in which there is no other. A pause after
    /// the claim makes a yank or a revocation seem earlier, by its length.
    function releaseClaim(Ask calldata ask) external;

    /// @notice Gives the tip back to the requester where nobody has attempted the callback for the hub's `deliveryTime` after settlement.
    function reclaimTip(Ask calldata ask, Settlement calldata settlement) external;
}
