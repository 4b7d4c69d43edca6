// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBase} from "./hub/HubBase.sol";
import {HubConstants} from "./hub/HubConstants.sol";
import {HubPause} from "./hub/HubPause.sol";
import {HubProofs} from "./hub/HubProofs.sol";
import {HubQuorum} from "./hub/HubQuorum.sol";
import {HubReturns} from "./hub/HubReturns.sol";
import {HubParameters, HubParts} from "./types/HubConfig.sol";

/// @notice The rarer half of the hub: proofs, quorums, disputes, the pause, and what comes back without loss. Its code runs over the hub's memory,
/// by delegation that is fixed at the hub's construction.
/// @dev Called directly it works on a memory of its own, in which no request was ever opened; it holds no tokens and takes none.
contract HubExtension is HubProofs, HubQuorum, HubPause, HubReturns, HubConstants {
    constructor(HubParts memory parts, HubParameters memory parameters) HubBase(parts, parameters) {}
}
