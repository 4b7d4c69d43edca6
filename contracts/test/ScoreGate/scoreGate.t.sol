// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {InferenceConsumer} from "../../src/sdk/InferenceConsumer.sol";
import {MockInferenceHub} from "../../src/sdk/MockInferenceHub.sol";
import {IFeatures, ScoreGate} from "../../src/sdk/examples/ScoreGate.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Stage} from "../../src/types/Request.sol";
import {ConsumerTest} from "../support/sdk/ConsumerTest.sol";

contract ScoreGateTest is ConsumerTest, IFeatures {
    address private alice = makeAddr("alice");
    ScoreGate private gate;

    function setUp() public override {
        super.setUp();
        gate = _gate(Assurance.Attested);
        token.mint(alice, 100 ether);
        vm.prank(alice);
        token.approve(address(gate), type(uint256).max);
    }

    function featuresOf(address account) external pure returns (int256[] memory features) {
        features = new int256[](2);
        (features[0], features[1]) = (1e18, int256(uint256(uint160(account)) % 1e18));
    }

    function test_AdmitsOnceNobodyCanContestTheScore() public {
        RequestId id = _apply();
        assertEq(hub.askedOf(id).input.length, 2 + 1 + 8 + 1 + 1 + 8 + 8);
        assertFalse(gate.isAdmitted(alice));
        _answer(id, 0.75e18);
        assertFalse(gate.isAdmitted(alice));
        skip(2 hours);
        assertTrue(gate.isAdmitted(alice));
        skip(30 days - 2 hours);
        assertTrue(gate.isAdmitted(alice));
        skip(1);
        assertFalse(gate.isAdmitted(alice));
    }

    function test_AdmitsAtOnceWhereItIsProven() public {
        gate = _gate(Assurance.Proven);
        vm.prank(alice);
        token.approve(address(gate), type(uint256).max);
        RequestId id = _apply();
        _answer(id, 0.5e18);
        assertTrue(gate.isAdmitted(alice));
    }

    function testFuzz_AdmitsFromTheThresholdOn(int64 score) public {
        // Halves of 2^-30 are exact in a float.
        int256 exact = int256(score >> 40) * 1e18 / 2 ** 18;
        _answer(_apply(), exact);
        skip(3 hours);
        assertEq(gate.isAdmitted(alice), exact >= 0.5e18);
    }

    function test_AnAnswerThatWasTakenBackAdmitsNobody() public {
        RequestId id = _apply();
        _answer(id, 0.75e18);
        skip(1 hours);
        hub.slash(id);
        skip(2 hours);
        assertFalse(gate.isAdmitted(alice));
        vm.prank(alice);
        gate.reclaim(_askOf(id));
        assertEq(token.balanceOf(alice), 100 ether);
    }

    function test_ACorrectionCounts() public {
        RequestId id = _apply();
        _answer(id, 0.75e18);
        MockInferenceHub.Given memory given = _given(Assurance.Proven);
        (given.revision, given.provisionalUntil) = (1, 0);
        hub.answerWith(id, _score(0.25e18), given);
        skip(3 hours);
        assertFalse(gate.isAdmitted(alice));
    }

    /// Between the proof that an answer is wrong and the delivery of the right one, the hub says that the request is settled.
    function test_ACorrectionThatWasNotDeliveredAdmitsNobody() public {
        RequestId id = _apply();
        _answer(id, 0.75e18);
        MockInferenceHub.Given memory given = _given(Assurance.Proven);
        (given.revision, given.provisionalUntil) = (1, 0);
        (bool delivered,) = hub.answerWith(id, "", given);
        assertFalse(delivered);
        skip(3 hours);
        assertFalse(gate.isAdmitted(alice));
    }

    /// Else a wrong answer could be kept from its correction.
    function test_ApplyingAgainGivesUpWhatThereIs() public {
        RequestId first = _apply();
        _answer(first, 0.75e18);
        skip(3 hours);
        assertTrue(gate.isAdmitted(alice));
        RequestId second = _apply();
        assertFalse(gate.isAdmitted(alice));
        MockInferenceHub.Given memory given = _given(Assurance.Proven);
        given.revision = 1;
        (bool delivered, bytes memory reason) = hub.answerWith(first, _score(0.9e18), given);
        assertFalse(delivered);
        assertEq(reason, abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, first));
        _answer(second, 0.25e18);
        skip(3 hours);
        assertFalse(gate.isAdmitted(alice));
    }

    function test_GivesTheFeeBackWhereNobodyAnswered() public {
        RequestId first = _apply();
        skip(1 hours);
        RequestId second = _apply();
        skip(1 hours);
        gate.reclaim(_askOf(first));
        hub.refund(_askOf(second));
        gate.reclaim(_askOf(second));
        assertEq(token.balanceOf(alice), 100 ether);
        bytes memory unknown = abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, second);
        _assertNothing(second, unknown);
    }

    function test_RevertWhen_ThereIsNothingToReclaim() public {
        RequestId id = _apply();
        _answer(id, 0.75e18);
        _assertNothing(id, abi.encodeWithSelector(ScoreGate.NothingToReclaim.selector, id, Stage.Settled));
        RequestId other = _ask(Assurance.Signed);
        _assertNothing(other, abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, other));
    }

    function test_RevertWhen_TheAssuranceIsTooWeak() public {
        vm.expectRevert(abi.encodeWithSelector(ScoreGate.AssuranceUnsuitable.selector, Assurance.Signed));
        _gate(Assurance.Signed);
    }

    /// The lien follows from the fee, and who is scored must not make it small.
    function test_RevertWhen_TheFeeIsTooSmall() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ScoreGate.FeeTooSmall.selector, FEE - 1, FEE));
        gate.applyFor(FEE - 1);
    }

    function testFuzz_RefusesOutputsOfAnotherForm(bytes calldata output) public {
        RequestId id = _apply();
        (bool delivered,) = hub.answer(id, output);
        assertFalse(delivered);
        _answer(id, 0.75e18);
    }

    function _apply() private returns (RequestId) {
        vm.prank(alice);
        return gate.applyFor(FEE);
    }

    function _answer(RequestId id, int256 score) private {
        (bool delivered, bytes memory reason) = hub.answer(id, _score(score));
        assertTrue(delivered, vm.toString(reason));
    }

    function _score(int256 score) private pure returns (bytes memory) {
        return _oneFloat("score", score);
    }

    function _assertNothing(RequestId id, bytes memory reason) private {
        Ask memory ask = _askOf(id);
        vm.expectRevert(reason);
        gate.reclaim(ask);
    }

    function _gate(Assurance assurance) private returns (ScoreGate) {
        return new ScoreGate(hub, LABEL, this, VERSION, assurance, 0.5e18, 30 days, FEE);
    }
}
