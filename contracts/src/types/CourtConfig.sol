// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../interfaces/IAttestedKeys.sol";
import {IEvidenceVerifier} from "../interfaces/IEvidenceVerifier.sol";
import {IHub} from "../interfaces/IHub.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";

/// @notice What a court is connected to, for good. The hub need not be deployed yet.
struct CourtParts {
    /// The hub's payment token, which is the register's stake token too.
    address token;
    IHub hub;
    IModelRegistry models;
    INodeRegistry nodes;
    IAttestedKeys keys;
    IEvidenceVerifier attestedVerifier;
}

/// @notice What a court goes by, for good. Times are seconds of the chain: a challenge goes on while the hub is paused.
struct CourtParameters {
    /// How long the committee has to seal its answers, and then again to reveal them.
    uint40 phase;
    /// How long a challenger has between its seal and its revelation.
    uint40 sealTime;
    /// What a seal costs that is never revealed.
    uint128 sealBond;
    /// What each member of the committee that reveals earns, whatever it found. The challenger brings it.
    uint128 memberFee;
    /// What a challenger loses to the node beside, in hundredths of a percent of the lien that it put in question.
    uint16 depositShare;
    /// What a member loses that does not reveal, in hundredths of a percent of its stake.
    uint16 silenceShare;
}
