// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Request, RequestFlags, Settlement, Stage} from "../../src/types/Request.sol";
import {Consumer} from "../support/Consumers.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// The tip of a callback that nobody attempted.
contract ReclaimTipTest is HubScenario {
    function test_GoesBackToTheRequesterWhenNobodyAttemptedTheCallback() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        skip(7 days + 1);

        vm.expectEmit(address(hub));
        emit IHubEvents.TipReclaimed(hub.requestIdOf(ask), TIP);
        vm.prank(stranger);
        hub.reclaimTip(ask, settlement);

        assertEq(hub.balanceOf(address(consumer)), TIP);
        assertEq(hub.balanceOf(stranger), 0);
        _assertStage(ask, Stage.Settled);
        _noteTip(ask);
        _expectNotReclaimable(ask, settlement);
    }

    function test_ADeliveryAfterwardsIsFreeOfATip() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        skip(7 days + 1);
        hub.reclaimTip(ask, settlement);
        _noteTip(ask);

        vm.prank(address(consumer));
        hub.deliver(ask, settlement, OUTPUT);

        assertEq(consumer.calls(), 1);
        assertEq(hub.balanceOf(address(consumer)), TIP);
    }

    function test_RevertWhen_AnyoneMayStillDeliver() public {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        skip(7 days);
        _expectNotReclaimable(ask, settlement);
    }

    function test_RevertWhen_TheCallbackWasAttempted() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        consumer.set(Consumer.Fault.Revert);
        hub.deliver(ask, settlement, OUTPUT);
        _noteTip(ask);
        skip(7 days + 1);

        _expectNotReclaimable(ask, settlement);
    }

    function test_RevertWhen_ThereIsNoTip() public {
        Request memory asked = _offChain();
        asked.deliveryTip = 0;
        (Ask memory ask, Settlement memory settlement) = _settle(asked);
        skip(7 days + 1);
        _expectNotReclaimable(ask, settlement);
    }

    /// With a failure the tip went back already.
    function test_RevertWhen_ItIsAFailure() public conserving {
        Ask memory ask = _askForCallback();
        Submission memory submission = _failure(ask);
        Settlement memory settlement = _attestedSettlement(submission);
        hub.settle(submission);
        skip(7 days + 1);

        _expectNotReclaimable(ask, settlement);
    }

    function test_RevertWhen_TheSettlementIsAnother() public {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        skip(7 days + 1);
        settlement.settledAt--;

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementMismatch.selector, hub.requestIdOf(ask)));
        hub.reclaimTip(ask, settlement);
    }

    function test_RevertWhen_NothingIsSettled() public {
        Ask memory ask = _askForCallback();
        Settlement memory settlement = _attestedSettlement(_submission(ask, OUTPUT));

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotSettled.selector, hub.requestIdOf(ask), Stage.Open));
        hub.reclaimTip(ask, settlement);
    }

    function test_APauseDoesNotStopIt() public conserving {
        (Ask memory ask, Settlement memory settlement) = _settleOffChain();
        skip(7 days + 1);
        vm.prank(guardian);
        hub.pause(7 days);

        hub.reclaimTip(ask, settlement);
        _noteTip(ask);
    }

    function _offChain() private view returns (Request memory asked) {
        asked = _callbackRequest();
        asked.flags = RequestFlags.OUTPUT_OFF_CHAIN;
    }

    function _settleOffChain() private returns (Ask memory, Settlement memory) {
        return _settle(_offChain());
    }

    function _settle(Request memory asked) private returns (Ask memory ask, Settlement memory settlement) {
        ask = _askFrom(address(consumer), asked);
        Submission memory submission = _submission(ask, OUTPUT);
        submission.output = "";
        settlement = _attestedSettlement(submission);
        hub.settle(submission);
    }

    function _expectNotReclaimable(Ask memory ask, Settlement memory settlement) private {
        RequestId id = hub.requestIdOf(ask);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TipNotReclaimable.selector, id));
        hub.reclaimTip(ask, settlement);
    }
}
