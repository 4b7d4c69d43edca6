// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {FeeToken} from "../../src/sdk/FeeToken.sol";
import {InferenceConsumer} from "../../src/sdk/InferenceConsumer.sol";
import {MockInferenceHub} from "../../src/sdk/MockInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request, RequestFlags, Terms} from "../../src/types/Request.sol";
import {HookedToken, OldToken, RecordingConsumer, RefusingToken} from "../support/sdk/Consumers.sol";
import {ConsumerTest} from "../support/sdk/ConsumerTest.sol";

contract InferenceConsumerAskTest is ConsumerTest {
    function testFuzz_PaysFeeAndTipAndRemembers(uint96 fee, uint96 tip, uint40 maxAge) public {
        Request memory asked = _request(Assurance.Signed);
        (asked.fee, asked.deliveryTip) = (uint128(fee) + 1, tip);
        uint256 amount = uint256(asked.fee) + tip;
        token.mint(address(consumer), amount);
        uint256 before = token.balanceOf(address(consumer));

        RequestId id = consumer.ask(asked, INPUT, maxAge);

        assertTrue(id == hub.lastRequestId());
        assertEq(before - token.balanceOf(address(consumer)), amount);
        assertEq(token.balanceOf(address(hub)), amount);
        assertEq(token.allowance(address(consumer), address(hub)), 0);
        assertEq(hub.askedOf(id).input, INPUT);
        InferenceConsumer.Question memory question = consumer.questionOf(id);
        assertTrue(question.exists && !question.isAnswered);
        assertEq(uint8(question.assurance), uint8(Assurance.Signed));
        assertEq(question.maxAge, maxAge);
    }

    function test_LetsAnotherPay() public {
        address payer = makeAddr("payer");
        token.mint(payer, FEE);
        vm.prank(payer);
        token.approve(address(consumer), FEE);
        uint256 before = token.balanceOf(address(consumer));

        consumer.askFrom(payer, _request(Assurance.Proven), INPUT, MAX_AGE);

        assertEq(token.balanceOf(payer), 0);
        assertEq(token.balanceOf(address(consumer)), before);
    }

    function test_AsksWithTerms() public {
        Terms memory terms = Terms({acceptedWorkloads: new bytes32[](1), members: new address[](0)});
        Request memory asked = _request(Assurance.Attested);
        asked.termsHash = keccak256(abi.encode(terms));
        RequestId id = consumer.askWithTerms(asked, INPUT, MAX_AGE, terms);
        assertTrue(consumer.questionOf(id).exists);
    }

    function test_PaysFromItsAccountAtTheHub() public {
        token.approve(address(hub), FEE);
        token.mint(address(this), FEE);
        hub.deposit(address(consumer), FEE);
        Request memory asked = _request(Assurance.Signed);
        asked.flags = RequestFlags.FROM_ACCOUNT;
        uint256 before = token.balanceOf(address(consumer));

        consumer.ask(asked, INPUT, MAX_AGE);

        assertEq(hub.balanceOf(address(consumer)), 0);
        assertEq(token.balanceOf(address(consumer)), before);
    }

    function test_TakesBackWhatNobodyAnswered() public {
        RequestId id = _ask(Assurance.Signed);
        vm.warp(vm.getBlockTimestamp() + 1 days);
        hub.refund(_askOf(id));
        consumer.withdraw(address(0xbeef), FEE);
        assertEq(token.balanceOf(address(0xbeef)), FEE);
    }

    function test_WorksWithATokenThatReturnsNothing() public {
        OldToken old = new OldToken();
        MockInferenceHub oldHub = new MockInferenceHub(address(old), LABEL);
        RecordingConsumer oldConsumer = new RecordingConsumer(oldHub, LABEL);
        old.mint(address(oldConsumer), 2 * FEE);
        oldConsumer.ask(_request(Assurance.Signed), INPUT, MAX_AGE);
        oldConsumer.ask(_request(Assurance.Signed), INPUT, MAX_AGE);
        assertEq(old.balanceOf(address(oldHub)), 2 * FEE);
    }

    function test_RevertWhen_TheTokenSaysNo() public {
        address[2] memory tokens = [address(new RefusingToken()), makeAddr("no code")];
        bytes[2] memory returned = [abi.encode(false), bytes("")];
        for (uint256 i = 0; i < 2; ++i) {
            RecordingConsumer other = new RecordingConsumer(new MockInferenceHub(tokens[i], LABEL), LABEL);
            Request memory asked = _request(Assurance.Signed);
            vm.expectRevert(abi.encodeWithSelector(FeeToken.TokenCallFailed.selector, tokens[i], returned[i]));
            other.ask(asked, INPUT, MAX_AGE);
        }
    }

    function test_RevertWhen_NothingWouldComeBack() public {
        Request memory asked = _request(Assurance.Signed);
        asked.callbackGas = 0;
        vm.expectRevert(InferenceConsumer.CallbackGasMissing.selector);
        consumer.ask(asked, INPUT, MAX_AGE);
    }

    function test_RevertWhen_NoRootIsAccepted() public {
        RecordingConsumer other = new RecordingConsumer(hub, 0);
        Request memory asked = _request(Assurance.Attested);
        vm.expectRevert(InferenceConsumer.RootLabelMissing.selector);
        other.ask(asked, INPUT, MAX_AGE);
    }

    function test_RevertWhen_TheHubRefuses() public {
        Request memory asked = _request(Assurance.Signed);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputMismatch.selector, asked.inputCommit));
        consumer.ask(asked, OUTPUT, MAX_AGE);
    }

    /// A node that settles while the fee is being paid finds the request unknown, and its answer comes again.
    function test_AnAnswerForcedInBetweenComesAgain() public {
        HookedToken hooked = new HookedToken();
        MockInferenceHub hookedHub = new MockInferenceHub(address(hooked), LABEL);
        RecordingConsumer victim = new RecordingConsumer(hookedHub, LABEL);
        hooked.mint(address(victim), FEE);
        hooked.hookAnswer(hookedHub, OUTPUT);

        RequestId id = victim.ask(_request(Assurance.Signed), INPUT, MAX_AGE);

        assertTrue(hooked.succeeded());
        (bool delivered, bytes memory reason) = abi.decode(hooked.returned(), (bool, bytes));
        assertFalse(delivered);
        assertEq(reason, abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, id));
        assertEq(victim.answers(), 0);
        (delivered,) = hookedHub.answerWith(id, OUTPUT, _given(Assurance.Signed));
        assertTrue(delivered);
        assertEq(victim.answers(), 1);
    }

    /// Asking again while a fee is being paid makes two requests, each known.
    function test_AskingInBetweenMakesTwo() public {
        HookedToken hooked = new HookedToken();
        RecordingConsumer twice = new RecordingConsumer(new MockInferenceHub(address(hooked), LABEL), LABEL);
        hooked.mint(address(twice), 2 * FEE);
        Request memory asked = _request(Assurance.Signed);
        hooked.hook(address(twice), abi.encodeCall(twice.ask, (asked, INPUT, MAX_AGE)));

        RequestId outer = twice.ask(asked, INPUT, MAX_AGE);

        assertTrue(hooked.succeeded());
        RequestId inner = abi.decode(hooked.returned(), (RequestId));
        assertTrue(outer != inner);
        assertTrue(twice.questionOf(outer).exists && twice.questionOf(inner).exists);
    }
}
