// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {IInferenceHub, Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Answer} from "../../../src/types/Answer.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement, Stage} from "../../../src/types/Request.sol";
import {Asks} from "../../support/Asks.sol";
import {Consumer} from "../../support/Consumers.sol";
import {HubScenario} from "../../support/HubScenario.sol";

/// The callback at settlement and after it, who may attempt it, and who gets the tip.
contract DeliverTest is HubScenario {
    function test_SettlingCallsBackWithTheAnswerAndPaysTheTip() public conserving {
        Ask memory ask = _askForCallback();
        Submission memory submission = _submission(ask, OUTPUT);

        _expectDelivered(ask, stranger, true);
        vm.prank(stranger);
        hub.settle(submission);

        assertEq(consumer.calls(), 1);
        assertEq(consumer.output(), OUTPUT);
        _assertAnswer(ask, _attestedSettlement(submission), _now() + 1 hours);
        assertEq(hub.balanceOf(payee), TIP, "Who copies a settlement on its way earns nothing by it.");
        assertEq(hub.balanceOf(stranger), 0);
        _noteTip(ask);
    }

    function test_CallsNobodyBackWhoDidNotAsk() public conserving {
        Ask memory ask = _askFrom(address(consumer), _attestedRequest());
        Submission memory submission = _submission(ask, OUTPUT);
        vm.recordLogs();
        hub.settle(submission);
        assertEq(vm.getRecordedLogs().length, 1, "It is settled and nothing else.");

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NoCallback.selector, hub.requestIdOf(ask)));
        hub.deliver(ask, _attestedSettlement(submission), OUTPUT);
    }

    function test_AFailedCallbackIsRecordedAndAttemptedAgainByAnyone() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        assertEq(hub.balanceOf(payee), TIP, "The first attempt is paid, whatever it came to.");

        skip(1 days);
        consumer.set(Consumer.Fault.None);
        _expectDelivered(ask, stranger, true);
        vm.prank(stranger);
        hub.deliver(ask, settlement, OUTPUT);

        assertEq(consumer.output(), OUTPUT);
        _assertAnswer(ask, settlement, settlement.settledAt + 1 hours);
        assertEq(hub.balanceOf(stranger), 0, "The tip is paid once.");
    }

    function test_CanFailAgainAndAgain() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.BurnAllGas);
        for (uint256 i = 0; i < 3; ++i) {
            _expectDelivered(ask, address(this), false);
            hub.deliver(ask, settlement, OUTPUT);
        }
        _assertStage(ask, Stage.Settled);
        assertEq(hub.balanceOf(payee), TIP);
    }

    /// Nobody knows until when, and so a consumer must not take it for final.
    function test_AChallengedAnswerIsProvisionalForGood() public {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        consumer.set(Consumer.Fault.None);
        vm.prank(court);
        hub.contest(ask, settlement);
        skip(2 hours);
        hub.deliver(ask, settlement, OUTPUT);
        assertEq(consumer.answer().provisionalUntil, type(uint40).max);
    }

    function test_ADeliveryChangesNothingElse() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        RequestId id = hub.requestIdOf(ask);
        (,, uint40 until) = hub.stateOf(id);
        consumer.set(Consumer.Fault.None);
        hub.deliver(ask, settlement, OUTPUT);

        (Stage stage,, uint40 after_) = hub.stateOf(id);
        assertTrue(stage == Stage.Settled && after_ == until);
    }

    function test_RevertWhen_DeliveredBefore() public conserving {
        Ask memory ask = _askForCallback();
        Submission memory submission = _submission(ask, OUTPUT);
        hub.settle(submission);
        _noteTip(ask);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.AlreadyDelivered.selector, hub.requestIdOf(ask)));
        vm.prank(address(consumer));
        hub.deliver(ask, _attestedSettlement(submission), OUTPUT);
    }

    function test_AfterSevenDaysOnlyTheRequesterDelivers() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        skip(7 days);
        hub.deliver(ask, settlement, OUTPUT);

        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeliveryIsTheRequesters.selector, hub.requestIdOf(ask)));
        hub.deliver(ask, settlement, OUTPUT);
        consumer.set(Consumer.Fault.None);
        vm.prank(address(consumer));
        hub.deliver(ask, settlement, OUTPUT);
        assertEq(consumer.calls(), 1);
    }

    /// A copier of the settlement could have left the output out, to deliver it for the tip.
    function test_WhatMayStayOffTheChainIsDeliveredByAnyoneForItsPayeesTip() public conserving {
        uint8[2] memory flags = [RequestFlags.OUTPUT_OFF_CHAIN, RequestFlags.PRIVATE];
        for (uint256 i = 0; i < flags.length; ++i) {
            (Ask memory ask, Settlement memory settlement) = _settleWithoutOutput(flags[i]);
            _expectDelivered(ask, stranger, true);
            vm.prank(stranger);
            hub.deliver(ask, settlement, OUTPUT);
            _noteTip(ask);

            assertEq(consumer.calls(), i + 1);
            assertEq(hub.balanceOf(payee), (i + 1) * TIP);
        }
        assertEq(hub.balanceOf(stranger), 0, "Who leaves an output out earns nothing by it.");
    }

    /// What a proof put in the answer's place nobody has settled, and the payee was wrong.
    function test_ACorrectionOfWhatStayedOffTheChainTipsWhoDelivers() public {
        (Ask memory ask, Settlement memory settlement) = _settleWithoutOutput(RequestFlags.OUTPUT_OFF_CHAIN);
        bytes memory right = hex"0d";
        vm.startPrank(court);
        hub.contest(ask, settlement);
        hub.overturn(ask, settlement, court, keccak256(right));
        vm.stopPrank();
        (settlement.outputCommit, settlement.assurance, settlement.revision) = (keccak256(right), Assurance.Proven, 1);

        vm.prank(stranger);
        hub.deliver(ask, settlement, right);
        assertEq(hub.balanceOf(stranger), TIP);
        assertEq(hub.balanceOf(payee), 0);
    }

    function test_RevertWhen_TheOutputIsAnother() public {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.OutputMismatch.selector, keccak256(OUTPUT)));
        hub.deliver(ask, settlement, hex"0a0b0d");
    }

    function test_RevertWhen_TheSettlementIsAnother() public {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        settlement.lien++;

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementMismatch.selector, hub.requestIdOf(ask)));
        hub.deliver(ask, settlement, OUTPUT);
    }

    function test_RevertWhen_ItIsAFailure() public {
        Ask memory ask = _askForCallback();
        Submission memory submission = _failure(ask);
        hub.settle(submission);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NoCallback.selector, hub.requestIdOf(ask)));
        hub.deliver(ask, _attestedSettlement(submission), "");
    }

    function test_RevertWhen_NothingIsSettled() public {
        Ask memory ask = _askForCallback();
        Settlement memory settlement = _attestedSettlement(_submission(ask, OUTPUT));
        _expectNotSettled(ask, settlement, Stage.Open);
        vm.prank(node);
        hub.claim(ask);
        _expectNotSettled(ask, settlement, Stage.Claimed);
        vm.warp(ask.request.deadline + 1);
        hub.refund(ask);
        _expectNotSettled(ask, settlement, Stage.Refunded);
        ask.nonce++;
        _expectNotSettled(ask, settlement, Stage.None);
    }

    function test_APauseStopsNoDeliveryAndMovesTheEndOfTheWindow() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleUndelivered(Consumer.Fault.Revert);
        vm.prank(guardian);
        hub.pause(1 days);
        skip(10 minutes);
        consumer.set(Consumer.Fault.None);

        hub.deliver(ask, settlement, OUTPUT);

        _assertAnswer(ask, settlement, settlement.settledAt + 1 hours + 10 minutes);
    }

    /// Neither what a callback returns nor what it reverts with is copied: it would be paid for by whoever delivers.
    function test_ABombOfReturnedDataCostsItsMakerOnly() public conserving {
        for (uint8 fault = uint8(Consumer.Fault.RevertBomb); fault <= uint8(Consumer.Fault.ReturnBomb); ++fault) {
            consumer.set(Consumer.Fault(fault));
            Request memory asked = _callbackRequest();
            asked.callbackGas = 2_000_000;
            Ask memory ask = _askFrom(address(consumer), asked);
            Submission memory submission = _submission(ask, OUTPUT);
            uint256 before = gasleft();
            hub.settle(submission);
            // The bomb takes 524,000 gas where it is made, and would take as much again where it is copied.
            assertLt(before - gasleft(), 1_000_000);
            _noteTip(ask);
        }
        assertEq(consumer.calls(), 1);
    }

    function _settleWithoutOutput(uint8 flags) private returns (Ask memory ask, Settlement memory settlement) {
        Request memory asked = _callbackRequest();
        asked.flags = flags;
        ask = Asks.next(hub, address(consumer), asked);
        vm.prank(address(consumer));
        hub.request(asked, flags == RequestFlags.PRIVATE ? bytes("") : INPUT);
        _enter(ask);
        Submission memory submission = _submission(ask, OUTPUT);
        submission.output = "";
        settlement = _attestedSettlement(submission);
        hub.settle(submission);
    }

    function _settleUndelivered(Consumer.Fault fault) private returns (Ask memory ask, Settlement memory settlement) {
        consumer.set(fault);
        ask = _askForCallback();
        Submission memory submission = _submission(ask, OUTPUT);
        settlement = _attestedSettlement(submission);
        _expectDelivered(ask, address(this), false);
        hub.settle(submission);
        _noteTip(ask);
    }

    function _expectDelivered(Ask memory ask, address by, bool succeeded) private {
        RequestId id = hub.requestIdOf(ask);
        vm.expectEmit(address(hub));
        emit IHubEvents.Delivered(id, by, succeeded);
    }

    function _expectNotSettled(Ask memory ask, Settlement memory settlement, Stage stage) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotSettled.selector, hub.requestIdOf(ask), stage));
        hub.deliver(ask, settlement, OUTPUT);
    }

    function _assertAnswer(Ask memory ask, Settlement memory settlement, uint40 provisionalUntil) private view {
        Answer memory expected = Answer({
            requestId: hub.requestIdOf(ask),
            versionId: VERSION,
            assurance: ask.request.assurance,
            rootLabel: settlement.rootLabel,
            outputCommit: settlement.outputCommit,
            settledAt: settlement.settledAt,
            provisionalUntil: provisionalUntil,
            revision: 0
        });
        assertEq(abi.encode(consumer.answer()), abi.encode(expected));
    }
}

/// How much gas a callback gets: what was asked for, to the unit, or nothing happens.
contract DeliveryGasTest is HubScenario {
    address private constant METER = address(0xface0000);

    function setUp() public override {
        super.setUp();
        vm.etch(METER, GAS_METER);
        _supply(METER);
    }

    function testFuzz_SettlingGivesExactlyTheGasAskedFor(uint32 callbackGas, uint256 gas) public {
        (Ask memory ask, Submission memory submission) = _asked(callbackGas);
        gas = bound(gas, 150_000, ask.request.callbackGas + 300_000);

        (bool succeeded,) = address(hub).call{gas: gas}(abi.encodeCall(IInferenceHub.settle, (submission)));

        _assertStage(ask, succeeded ? Stage.Settled : Stage.Open);
        _assertMet(ask, succeeded);
    }

    function testFuzz_DeliveringGivesExactlyTheGasAskedFor(uint32 callbackGas, uint256 gas) public {
        (Ask memory ask, Submission memory submission) = _asked(callbackGas);
        submission.output = "";
        hub.settle(submission);
        Settlement memory settlement = _attestedSettlement(submission);
        gas = bound(gas, ask.request.callbackGas + 20_000, ask.request.callbackGas + 150_000);

        (bool succeeded, bytes memory reason) =
            address(hub).call{gas: gas}(abi.encodeCall(IInferenceHub.deliver, (ask, settlement, OUTPUT)));

        if (!succeeded) assertEq(_selectorOf(reason), IHubEvents.TooLittleGas.selector, "It must not run out of gas later.");

        _assertMet(ask, succeeded);
        assertEq(hub.balanceOf(payee), succeeded ? TIP : 0, "No tip without the gas.");
    }

    function test_RevertWhen_TheGasDoesNotSuffice() public {
        (Ask memory ask, Submission memory submission) = _asked(300_000);
        submission.output = "";
        hub.settle(submission);
        bytes memory call = abi.encodeCall(IInferenceHub.deliver, (ask, _attestedSettlement(submission), OUTPUT));

        (bool succeeded, bytes memory reason) = address(hub).call{gas: 340_000}(call);
        assertFalse(succeeded);
        assertEq(_selectorOf(reason), IHubEvents.TooLittleGas.selector);
        (, uint256 needed) = abi.decode(this.cut(reason), (uint256, uint256));
        assertEq(needed, 300_000 + uint256(300_000) / 63 + 40_000);

        (succeeded,) = address(hub).call{gas: needed + 20_000}(call);
        assertTrue(succeeded);
    }

    function cut(bytes calldata reason) external pure returns (bytes memory) {
        return reason[4:];
    }

    function _asked(uint32 callbackGas) private returns (Ask memory ask, Submission memory submission) {
        Request memory asked = _callbackRequest();
        asked.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        asked.callbackGas = uint32(bound(callbackGas, 30_000, 300_000));
        ask = _askFrom(METER, asked);
        submission = _submission(ask, OUTPUT);
    }

    function _assertMet(Ask memory ask, bool succeeded) private view {
        assertEq(uint256(vm.load(METER, 0)), succeeded ? ask.request.callbackGas - 2 : 0);
    }
}
