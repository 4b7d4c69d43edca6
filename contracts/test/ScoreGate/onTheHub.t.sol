// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {DataType} from "../../src/sdk/Elements.sol";
import {Inference} from "../../src/sdk/Inference.sol";
import {Tensors} from "../../src/sdk/Tensors.sol";
import {IFeatures, ScoreGate} from "../../src/sdk/examples/ScoreGate.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {HubTest} from "../support/HubTest.sol";

/// @notice The same gate before the real hub.
contract ScoreGateOnTheHubTest is HubTest, IFeatures {
    ScoreGate private gate;

    function setUp() public override {
        super.setUp();
        keys.set(KeyStanding({valid: true, rootLabel: "production", isEmulated: false}));
        gate = new ScoreGate(hub, "production", this, VERSION, Assurance.Attested, 0.5e18, 30 days, FEE);
        vm.prank(requester);
        token.approve(address(gate), FEE);
    }

    function featuresOf(address) external pure returns (int256[] memory features) {
        features = new int256[](3);
    }

    function test_AdmitsWhomTheModelScoresHigh() public {
        Ask memory ask = _apply();
        int256[] memory score = new int256[](1);
        score[0] = 0.75e18;
        bytes memory output = Tensors.encode(Inference.fixedPoint("score", DataType.Float, Inference.shape(1), score));
        hub.settle(_submission(ask, output));

        assertFalse(gate.isAdmitted(requester));
        skip(1 hours);
        assertTrue(gate.isAdmitted(requester));
    }

    function test_GivesTheFeeBackWhereNobodyAnswers() public {
        uint256 before = token.balanceOf(requester);
        Ask memory ask = _apply();
        assertEq(token.balanceOf(requester), before - FEE);
        skip(1 hours);
        gate.reclaim(ask);
        assertEq(token.balanceOf(requester), before);
    }

    function _apply() private returns (Ask memory ask) {
        int256[] memory features = new int256[](3);
        bytes memory input = Tensors.encode(Inference.fixedPoint("features", DataType.Float, Inference.shape(1, 3), features));
        Request memory asked = Inference.request(VERSION, Assurance.Attested, input, FEE, gate.CALLBACK_GAS());
        ask = Asks.next(hub, address(gate), asked);
        vm.prank(requester);
        RequestId id = gate.applyFor(FEE);
        assertTrue(id == hub.requestIdOf(ask));
    }
}
