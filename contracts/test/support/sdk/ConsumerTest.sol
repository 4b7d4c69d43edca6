// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType} from "../../../src/sdk/Elements.sol";
import {Inference} from "../../../src/sdk/Inference.sol";
import {MockInferenceHub} from "../../../src/sdk/MockInferenceHub.sol";
import {Tensors} from "../../../src/sdk/Tensors.sol";
import {RequestId, VersionId} from "../../../src/types/Ids.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Request} from "../../../src/types/Request.sol";
import {RecordingConsumer} from "./Consumers.sol";
import {TestToken} from "../TestToken.sol";

/// @notice A consumer with money before a mocked hub.
abstract contract ConsumerTest is Test {
    bytes32 internal constant LABEL = "production";
    VersionId internal constant VERSION = VersionId.wrap("version");
    bytes internal constant INPUT = hex"010203";
    bytes internal constant OUTPUT = hex"040506";
    uint128 internal constant FEE = 1 ether;
    uint40 internal constant MAX_AGE = 1 hours;

    TestToken internal token;
    MockInferenceHub internal hub;
    RecordingConsumer internal consumer;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        token = new TestToken();
        hub = new MockInferenceHub(address(token), LABEL);
        consumer = new RecordingConsumer(hub, LABEL);
        token.mint(address(consumer), 1000 ether);
    }

    function _request(Assurance assurance) internal view returns (Request memory) {
        return Inference.request(VERSION, assurance, INPUT, FEE, 300_000);
    }

    function _ask(Assurance assurance) internal returns (RequestId) {
        return consumer.ask(_request(assurance), INPUT, MAX_AGE);
    }

    function _askOf(RequestId id) internal view returns (Ask memory) {
        MockInferenceHub.Asked memory asked = hub.askedOf(id);
        return Ask({request: asked.request, requester: asked.requester, nonce: asked.nonce});
    }

    /// What the hub says of an ordinary answer, to be changed.
    function _given(Assurance assurance) internal view returns (MockInferenceHub.Given memory) {
        return MockInferenceHub.Given({
            assurance: assurance,
            rootLabel: assurance == Assurance.Attested ? LABEL : bytes32(0),
            settledAt: uint40(vm.getBlockTimestamp()),
            provisionalUntil: uint40(vm.getBlockTimestamp() + 1 hours),
            revision: 0
        });
    }

    function _oneFloat(string memory name, int256 value) internal pure returns (bytes memory) {
        int256[] memory values = new int256[](1);
        values[0] = value;
        return Tensors.encode(Inference.fixedPoint(name, DataType.Float, Inference.shape(1), values));
    }

    function _assertRefused(RequestId id, MockInferenceHub.Given memory given, bytes memory reason) internal {
        (bool delivered, bytes memory actual) = hub.answerWith(id, OUTPUT, given);
        assertFalse(delivered);
        assertEq(actual, reason);
    }

    function _assertTaken(RequestId id, MockInferenceHub.Given memory given) internal {
        (bool delivered, bytes memory reason) = hub.answerWith(id, OUTPUT, given);
        assertTrue(delivered, vm.toString(reason));
    }
}
