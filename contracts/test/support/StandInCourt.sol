// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CourtParameters, CourtParts} from "../../src/types/CourtConfig.sol";

/// @notice A court that never sits: it takes what the court takes at construction, so that a development deployment can be wired.
contract StandInCourt {
    constructor(CourtParts memory parts, CourtParameters memory parameters) {}
}
