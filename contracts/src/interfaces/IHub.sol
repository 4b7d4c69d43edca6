// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubDisputes} from "./IHubDisputes.sol";
import {IHubMulticall} from "./IHubMulticall.sol";
import {IHubParameters} from "./IHubParameters.sol";
import {IHubPause} from "./IHubPause.sol";
import {IHubProofs} from "./IHubProofs.sol";
import {IHubQuorum} from "./IHubQuorum.sol";
import {IHubReturns} from "./IHubReturns.sol";
import {IInferenceHub} from "./IInferenceHub.sol";

/// @title All that a hub answers to, at its one address
interface IHub is IInferenceHub, IHubProofs, IHubQuorum, IHubDisputes, IHubPause, IHubReturns, IHubMulticall, IHubParameters {}
