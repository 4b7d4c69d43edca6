// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../interfaces/IAttestedKeys.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";

/// @notice What a hub is connected to, for good.
struct HubParts {
    address token;
    IModelRegistry models;
    INodeRegistry nodes;
    IAttestedKeys keys;
    /// Judges challenges; the only one that can take an answer back.
    address court;
    address guardian;
    /// Whether keys under emulated roots count. Where value is at stake they never do, whatever the register of keys says.
    bool isDevelopment;
}

/// @notice What a hub goes by, for good. Times are seconds.
struct HubParameters {
    /// How long a `Signed` answer can be challenged where the request does not say.
    uint40 defaultWindow;
    uint40 minWindow;
    uint40 maxWindow;
    /// How long an `Attested` answer is held before it is paid.
    uint40 attestedHold;
    /// How long a claim lasts.
    uint40 claimTime;
    uint40 provenClaimTime;
    /// After settlement anyone may attempt the callback for so long, then only the requester.
    uint40 deliveryTime;
    /// The least bond of a claim: about twice what settling costs in gas.
    uint128 minBond;
    /// Liens as multiples of the fee.
    uint16 signedLienFees;
    uint16 attestedLienFees;
    /// What a node gets for showing that an input cannot be run, in hundredths of a percent of the fee.
    uint16 failureShare;
}
