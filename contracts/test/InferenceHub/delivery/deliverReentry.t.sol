// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IHubReturns} from "../../../src/interfaces/IHubReturns.sol";
import {IInferenceHub, Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Ask, Request, Settlement, Stage} from "../../../src/types/Request.sol";
import {Asks} from "../../support/Asks.sol";
import {HubScenario} from "../../support/HubScenario.sol";

/// Callbacks that come back.
contract DeliveryReentryTest is HubScenario {
    function test_ACallbackCannotSettleDeliverOrReclaim() public conserving {
        Ask memory next = _askForCallback();
        Submission memory submission = _submission(next, OUTPUT);
        Submission[] memory batch = new Submission[](1);
        batch[0] = submission;
        Settlement memory settlement = _attestedSettlement(submission);

        _expectGuarded(abi.encodeCall(IInferenceHub.settle, (submission)));
        _expectGuarded(abi.encodeCall(IInferenceHub.settleBatch, (batch)));
        _expectGuarded(abi.encodeCall(IInferenceHub.deliver, (next, settlement, OUTPUT)));
        _expectGuarded(abi.encodeCall(IHubReturns.reclaimTip, (next, settlement)));
        _assertStage(next, Stage.Open);
    }

    function test_ACallbackMayWithdrawWhatIsItsOwn() public conserving {
        _fund(address(consumer), 1 ether);
        uint256 before = token.balanceOf(stranger);

        _settleCalling(abi.encodeCall(IInferenceHub.withdraw, (stranger, 1 ether)));

        assertTrue(consumer.reached());
        assertEq(token.balanceOf(stranger) - before, 1 ether);
        _settleCalling(abi.encodeCall(IInferenceHub.withdraw, (stranger, 1)));
        assertFalse(consumer.reached(), "It is taken once.");
    }

    function test_ACallbackMayRefundAnotherRequestOnce() public conserving {
        Request memory short = _attestedRequest();
        short.deadline = _now();
        Ask memory over = _askFrom(address(consumer), short);
        skip(1);

        _settleCalling(abi.encodeCall(IInferenceHub.refund, (over)));
        assertTrue(consumer.reached());
        _settleCalling(abi.encodeCall(IInferenceHub.refund, (over)));
        assertFalse(consumer.reached());

        assertEq(hub.balanceOf(address(consumer)), FEE);
    }

    function test_ACallbackMayNotRefundItsOwnRequest() public conserving {
        Ask memory ask = _askForCallback();
        consumer.setCall(address(hub), abi.encodeCall(IInferenceHub.refund, (ask)));
        vm.warp(ask.request.deadline);

        hub.settle(_submission(ask, OUTPUT));

        assertEq(consumer.calls(), 1);
        assertFalse(consumer.reached());
        _noteTip(ask);
    }

    function test_ACallbackMayAskAgain() public conserving {
        Ask memory next = Asks.next(hub, address(consumer), _attestedRequest());
        bytes memory call = abi.encodeWithSignature(
            "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes)",
            next.request,
            INPUT
        );

        _settleCalling(call);

        assertTrue(consumer.reached());
        _assertStage(next, Stage.Open);
        _enter(next);
    }

    function _expectGuarded(bytes memory call) private {
        _settleCalling(call);
        assertFalse(consumer.reached());
        assertEq(bytes4(consumer.reply()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function _settleCalling(bytes memory call) private {
        consumer.setCall(address(hub), call);
        uint256 calls = consumer.calls();
        Ask memory ask = _askForCallback();
        hub.settle(_submission(ask, OUTPUT));
        assertEq(consumer.calls(), calls + 1);
        _noteTip(ask);
    }
}
