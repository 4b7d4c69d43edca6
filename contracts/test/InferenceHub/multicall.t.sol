// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IHubDisputes} from "../../src/interfaces/IHubDisputes.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {IHubMulticall} from "../../src/interfaces/IHubMulticall.sol";
import {IHubPause} from "../../src/interfaces/IHubPause.sol";
import {IInferenceHub, Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Request, RequestFlags, Settlement, Stage} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// Many calls in one, in the caller's name and by each call's own rules.
contract MulticallTest is HubScenario {
    string private constant REQUEST =
        "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes)";

    function test_AsksManyOutOfOneDeposit() public conserving {
        Request memory asked = _signedRequest();
        asked.flags = RequestFlags.FROM_ACCOUNT;
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(IInferenceHub.deposit, (requester, 3 * uint256(FEE)));
        for (uint256 i = 1; i < 4; ++i) {
            calls[i] = abi.encodeWithSignature(REQUEST, asked, INPUT);
        }
        uint256 before = token.balanceOf(requester);

        Ask memory ask = Asks.next(hub, requester, asked);
        vm.prank(requester);
        bytes[] memory results = hub.multicall(calls);

        assertEq(before - token.balanceOf(requester), 3 * uint256(FEE));
        assertEq(hub.balanceOf(requester), 0);
        assertEq(results.length, 4);
        assertEq(results[0].length, 0);
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(abi.decode(results[i + 1], (RequestId)) == hub.requestIdOf(ask), "It is the caller who asks.");
            _assertStage(ask, Stage.Open);
            _enter(ask);
            ++ask.nonce;
        }
    }

    function test_ClaimsAndWithdrawsInTheCallersName() public conserving {
        (Ask memory first, Ask memory second) = (_ask(_signedRequest()), _ask(_attestedRequest()));
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(IInferenceHub.claim, (first));
        calls[1] = abi.encodeCall(IInferenceHub.claim, (second));
        calls[2] = abi.encodeCall(IInferenceHub.withdraw, (stranger, 1 ether));

        vm.prank(node);
        hub.multicall(calls);

        (, address claimant,) = hub.stateOf(hub.requestIdOf(second));
        assertEq(claimant, node);
        assertEq(token.balanceOf(stranger), 1 ether);
        assertEq(hub.balanceOf(node), 1000 ether - 2 * FEE - 1 ether);
    }

    function test_RevertWhen_OneReverts() public conserving {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IInferenceHub.withdraw, (node, 600 ether));
        calls[1] = calls[0];

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 400 ether, 600 ether));
        vm.prank(node);
        hub.multicall(calls);

        assertEq(hub.balanceOf(node), 1000 ether);
    }

    /// What only some may do nobody else may do through it.
    function test_RevertWhen_TheCallerMayNot() public {
        Ask memory ask = _ask(_attestedRequest());
        Submission memory submission = _submission(ask, OUTPUT);
        hub.settle(submission);
        Settlement memory settlement = _attestedSettlement(submission);

        _expectRefused(
            abi.encodeCall(IHubDisputes.contest, (ask, settlement)),
            abi.encodeWithSelector(IHubEvents.NotCourt.selector, stranger)
        );
        _expectRefused(abi.encodeCall(IHubPause.pause, (1)), abi.encodeWithSelector(IHubEvents.NotGuardian.selector, stranger));
        _expectRefused(
            abi.encodeCall(IInferenceHub.withdraw, (stranger, 1)),
            abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 0, 1)
        );
    }

    function test_NestsAndReturnsWhatEachReturns() public {
        bytes[] memory inner = new bytes[](1);
        inner[0] = abi.encodeCall(IInferenceHub.balanceOf, (node));
        bytes[] memory outer = new bytes[](2);
        outer[0] = abi.encodeCall(IHubMulticall.multicall, (inner));
        outer[1] = abi.encodeCall(IHubPause.guardian, ());

        bytes[] memory results = hub.multicall(outer);

        assertEq(abi.decode(abi.decode(results[0], (bytes[]))[0], (uint256)), 1000 ether);
        assertEq(abi.decode(results[1], (address)), guardian);
        assertEq(hub.multicall(new bytes[](0)).length, 0);
    }

    /// One guard for all: the callback of one call cannot reach the next, and each call is whole before the next begins.
    function test_ACallbackCannotSettleThroughIt() public conserving {
        (Ask memory ask, Ask memory next) = (_askForCallback(), _askForCallback());
        Submission memory submission = _submission(next, OUTPUT);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IInferenceHub.settle, (submission));
        consumer.setCall(address(hub), abi.encodeCall(IHubMulticall.multicall, (calls)));

        hub.settle(_submission(ask, OUTPUT));

        assertEq(consumer.calls(), 1);
        assertFalse(consumer.reached());
        assertEq(bytes4(consumer.reply()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _noteTip(ask);

        consumer.setCall(address(0), "");
        hub.multicall(calls);
        assertEq(consumer.calls(), 2);
        _noteTip(next);
    }

    function test_ACallbackMayWithdrawThroughItOnce() public conserving {
        _fund(address(consumer), 1 ether);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IInferenceHub.withdraw, (stranger, 1 ether));
        consumer.setCall(address(hub), abi.encodeCall(IHubMulticall.multicall, (calls)));
        for (uint256 i = 0; i < 2; ++i) {
            Ask memory ask = _askForCallback();
            hub.settle(_submission(ask, OUTPUT));
            assertEq(consumer.reached(), i == 0);
            _noteTip(ask);
        }
        assertEq(token.balanceOf(stranger), 1 ether);
    }

    /// Whatever gas the whole came with: a callback gets what was asked for, or nothing happens at all.
    function testFuzz_ACallbackGetsItsGasOrNothingHappens(uint256 gas) public {
        vm.etch(address(consumer), GAS_METER);
        Ask memory ask = _askForCallback();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IInferenceHub.settle, (_submission(ask, OUTPUT)));
        gas = bound(gas, 100_000, 1_500_000);

        (bool succeeded,) = address(hub).call{gas: gas}(abi.encodeCall(IHubMulticall.multicall, (calls)));

        uint256 given = uint256(vm.load(address(consumer), bytes32(0)));
        assertEq(given, succeeded ? CALLBACK_GAS - 2 : 0);
        assertTrue(succeeded || gas < 900_000);
    }

    function test_RevertWhen_ItBringsNativeCurrency() public {
        vm.deal(address(this), 1 ether);
        (bool succeeded,) = address(hub).call{value: 1}(abi.encodeCall(IHubMulticall.multicall, (new bytes[](0))));
        assertFalse(succeeded);
        assertEq(address(hub).balance, 0);
    }

    function _expectRefused(bytes memory call, bytes memory reason) private {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        vm.expectRevert(reason);
        vm.prank(stranger);
        hub.multicall(calls);
    }
}
