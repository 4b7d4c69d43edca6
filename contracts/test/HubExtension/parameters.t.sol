// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubParameters} from "../../src/types/HubConfig.sol";
import {HubScenario} from "../support/HubScenario.sol";

contract ParametersTest is HubScenario {
    function test_SaysWhatTheHubGoesBy() public view {
        HubParameters memory parameters = hub.parameters();
        assertEq(keccak256(abi.encode(parameters)), keccak256(abi.encode(_parameters())));
    }
}
