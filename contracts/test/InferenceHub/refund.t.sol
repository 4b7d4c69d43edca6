// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Request, Stage} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// What goes back to the requester when nobody answered in time.
contract RefundTest is HubScenario {
    function test_GivesFeeAndTipBackAfterTheDeadline() public conserving {
        Ask memory ask = _askForCallback();
        RequestId id = hub.requestIdOf(ask);
        vm.warp(ask.request.deadline + 1);

        vm.expectEmit(address(hub));
        emit IHubEvents.Refunded(id, address(consumer), FEE + TIP);
        vm.prank(stranger);
        hub.refund(ask);

        assertEq(hub.balanceOf(address(consumer)), FEE + TIP);
        (Stage stage, address claimant, uint40 until) = hub.stateOf(id);
        assertTrue(stage == Stage.Refunded && claimant == address(0) && until == 0);
        assertFalse(hub.isFinal(id), "There is no answer.");
    }

    function test_RevertWhen_TheDeadlineHasNotPassed() public {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlineNotPassed.selector, ask.request.deadline));
        hub.refund(ask);
    }

    function test_RevertWhen_RefundedBefore() public {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline + 1);
        hub.refund(ask);

        _expectNotOpen(ask, Stage.Refunded);
    }

    function test_RevertWhen_SettledOrFailed() public {
        Ask memory settled = _ask(_attestedRequest());
        hub.settle(_submission(settled, OUTPUT));
        Ask memory failed = _ask(_attestedRequest());
        hub.settle(_failure(failed));
        vm.warp(settled.request.deadline + 1);

        _expectNotOpen(settled, Stage.Settled);
        _expectNotOpen(failed, Stage.Failed);
    }

    function test_RevertWhen_NothingWasAsked() public {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline + 1);
        ask.request.fee++;

        _expectNotOpen(ask, Stage.None);
    }

    function testFuzz_TheRequesterGetsHalfOfTheBondsThatRanOut(uint128 fee, uint8 claims) public conserving {
        Request memory asked = _signedRequest();
        asked.fee = uint128(bound(fee, 1, 2 ether));
        claims = uint8(bound(claims, 1, 8));
        Ask memory ask = _ask(asked);
        for (uint256 i = 0; i < claims; ++i) {
            if (i > 0) _noteRanOut(ask, node);
            _claimInVain(ask);
        }
        vm.warp(asked.deadline + 1);
        uint256 left = _leftBy(ask, claims);

        _noteRanOut(ask, node);
        vm.expectEmit(address(hub));
        emit IHubEvents.Refunded(hub.requestIdOf(ask), requester, asked.fee + left);
        hub.refund(ask);

        assertEq(hub.balanceOf(requester), asked.fee + left);
        assertEq(hub.burn(), _forfeited);
        _forfeited = 0;
        assertEq(hub.balanceOf(node), 1000 ether - _firstBond(ask) * (2 ** claims - 1));
    }

    function test_AClaimThatStandsAtTheDeadlineIsForfeited() public conserving {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline);
        vm.prank(node);
        hub.claim(ask);
        skip(1);

        _noteRanOut(ask, node);
        hub.refund(ask);

        assertEq(hub.balanceOf(requester), FEE + FEE / 2);
    }

    function test_AnExcusedClaimGetsItsBondBack() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _noteRanOut(ask, node);
        vm.prank(otherNode);
        hub.claim(ask);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        vm.warp(ask.request.deadline + 1);

        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimReleased(hub.requestIdOf(ask), otherNode, 2 * FEE);
        vm.expectEmit(address(hub));
        emit IHubEvents.Refunded(hub.requestIdOf(ask), requester, FEE + FEE / 2);
        hub.refund(ask);

        assertEq(hub.balanceOf(otherNode), 1000 ether);
        assertEq(hub.balanceOf(requester), FEE + FEE / 2);
    }

    function test_APauseOrARevokedKeyExcuses() public conserving {
        Ask memory paused = _ask(_signedRequest());
        _claim(paused);
        vm.prank(guardian);
        hub.pause(1 hours);
        skip(1 hours + 1);
        hub.refund(paused);
        assertEq(hub.balanceOf(node), 1000 ether);

        Ask memory lost = _ask(_attestedRequest());
        _claim(lost);
        keys.revoke(node);
        vm.warp(lost.request.deadline + 1);
        hub.refund(lost);
        assertEq(hub.balanceOf(node), 1000 ether);
    }

    function test_APauseStopsNoRefund() public conserving {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline + 1);
        vm.prank(guardian);
        hub.pause(7 days);

        hub.refund(ask);

        assertEq(hub.balanceOf(requester), FEE);
    }

    function _expectNotOpen(Ask memory ask, Stage stage) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, hub.requestIdOf(ask), stage));
        hub.refund(ask);
    }
}
