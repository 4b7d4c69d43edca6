// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Refusal, Request} from "../../src/types/Request.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// The guardian's pause, and the clock that stands still meanwhile.
contract PauseTest is HubScenario {
    function test_PausesUntilItsEnd() public {
        uint40 began = _now();
        vm.expectEmit(address(hub));
        emit IHubEvents.Paused(guardian, began + 1 hours);
        _pause(1 hours);

        assertTrue(hub.isPaused());
        skip(1 hours - 1);
        assertTrue(hub.isPaused());
        assertEq(hub.activeTime(), began);
        skip(1);
        assertFalse(hub.isPaused(), "A pause ends by itself.");
        assertEq(hub.activeTime(), began);
        skip(1);
        assertEq(hub.activeTime(), began + 1);
        _ask(_signedRequest());
    }

    function test_TheGuardianEndsAPauseEarly() public {
        uint40 began = _now();
        _pause(1 hours);
        skip(10 minutes);

        vm.expectEmit(address(hub));
        emit IHubEvents.Unpaused(10 minutes);
        vm.prank(guardian);
        hub.unpause();

        assertFalse(hub.isPaused());
        assertEq(hub.activeTime(), began);
        skip(1);
        assertEq(hub.activeTime(), began + 1);
    }

    function test_AnyoneEndsAPauseThatIsOverAndOnlyItsTimeCounts() public {
        uint40 began = _now();
        _pause(1 hours);
        skip(1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotGuardian.selector, stranger));
        vm.prank(stranger);
        hub.unpause();

        skip(1);
        uint256 snapshot = vm.snapshotState();
        vm.prank(stranger);
        hub.unpause();
        vm.revertToState(snapshot);
        skip(1 days);
        assertEq(hub.activeTime(), began + 1 days);
        vm.expectEmit(address(hub));
        emit IHubEvents.Unpaused(1 hours);
        vm.prank(stranger);
        hub.unpause();
        assertEq(hub.activeTime(), began + 1 days);
    }

    function test_RevertWhen_AnotherPauses() public {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotGuardian.selector, stranger));
        vm.prank(stranger);
        hub.pause(1 hours);
    }

    function test_PausesForOneSecondToSevenDays() public {
        uint256 snapshot = vm.snapshotState();
        _pause(1);
        vm.revertToState(snapshot);
        _pause(7 days);
        vm.revertToState(snapshot);

        vm.startPrank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "duration"));
        hub.pause(0);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "duration"));
        hub.pause(7 days + 1);
    }

    function test_RevertWhen_PausedAlready() public {
        _pause(1 hours);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        _pause(1 hours);
    }

    function test_RevertWhen_NothingIsPaused() public {
        vm.expectRevert(IHubEvents.NotPaused.selector);
        vm.prank(guardian);
        hub.unpause();
    }

    function test_RevertWhen_PausedAgainWithinSevenDays() public {
        _pause(1 hours);
        skip(10 minutes);
        vm.prank(guardian);
        hub.unpause();
        uint40 notBefore = _now() + 7 days;

        skip(7 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.PauseTooSoon.selector, notBefore));
        _pause(1 hours);
        skip(1);
        _pause(1 hours);
    }

    /// Whenever it is told of, a pause that ended by itself ended then.
    function test_SevenDaysCountFromTheEndOfAPauseThatEndedByItself() public {
        _pause(1 hours);
        skip(7 days + 1 hours);
        hub.unpause();
        _pause(1 hours);
    }

    /// Active time against a plain count of the seconds in which the hub was not paused.
    function testFuzz_ActiveTimeIsTheSecondsThatWereNotPaused(uint256 seed) public {
        uint256 active = hub.activeTime();
        for (uint256 i = 0; i < 4; ++i) {
            uint256 running = bound(uint256(keccak256(abi.encode(seed, i, "run"))), 7 days, 10 days);
            skip(running);
            active += running;
            assertEq(hub.activeTime(), active);

            uint40 duration = uint40(bound(uint256(keccak256(abi.encode(seed, i, "pause"))), 1, 7 days));
            _pause(duration);
            uint256 after_ = bound(uint256(keccak256(abi.encode(seed, i, "end"))), 0, 8 days);
            skip(after_);
            if (after_ > duration) active += after_ - duration;
            assertEq(hub.activeTime(), active);
            vm.prank(guardian);
            hub.unpause();
            assertEq(hub.activeTime(), active);
        }
    }

    function test_AClaimStandsForItsTimeBesidesThePause() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claim(ask);
        _pause(10 minutes);
        skip(10 minutes + 2 minutes - 12);
        uint40 ends = hub.activeTime();
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), ends));
        vm.prank(otherNode);
        hub.claim(ask);

        skip(1);
        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimReleased(hub.requestIdOf(ask), node, FEE);
        vm.prank(otherNode);
        hub.claim(ask);
        assertEq(hub.balanceOf(node), 1000 ether, "A pause excuses, whoever ends the claim.");
        assertEq(hub.balanceOf(otherNode), 1000 ether - FEE, "Nor does it raise the next one's bond.");
    }

    /// Active time at the end of a pause is that at its beginning, and yet the claim came after it.
    function test_AClaimInTheSecondInWhichAPauseEndsIsNotExcused() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _pause(10 minutes);
        skip(10 minutes);
        vm.prank(node);
        hub.claim(ask);
        (,, uint40 since) = hub.stateOf(hub.requestIdOf(ask));
        assertEq(since, hub.activeTime() + 1);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.ClaimStands.selector, hub.requestIdOf(ask)));
        vm.prank(node);
        hub.releaseClaim(ask);
    }

    /// A claim in the second in which a pause begins has not confirmed when it ends.
    function test_AClaimDoesNotConfirmDuringAPause() public conserving {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(node);
        hub.claim(ask);
        _pause(10 minutes);
        skip(10 minutes);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);

        skip(1);
        hub.settle(_submission(ask, OUTPUT));
    }

    function test_AWindowIsOpenForItsTimeBesidesThePause() public {
        Ask memory ask = _ask(_attestedRequest());
        hub.settle(_submission(ask, OUTPUT));
        RequestId id = hub.requestIdOf(ask);
        _pause(1 days);
        skip(1 days + 1 hours - 1);
        assertFalse(hub.isFinal(id));
        skip(1);
        assertTrue(hub.isFinal(id));
    }

    function test_WindowsBeginInActiveTimeAfterAPause() public conserving {
        _pause(1 days);
        skip(1 days);
        Ask memory ask = _ask(_attestedRequest());
        uint40 until = _now() - 1 days + 1 hours;
        hub.settle(_submission(ask, OUTPUT));

        (,, uint40 until_) = hub.stateOf(hub.requestIdOf(ask));
        assertEq(until_, until);
        assertEq(nodes.locked(node, until), 20 * uint256(FEE));
    }

    /// Settling goes by the time that the hub tells, whether a pause ended by itself or somebody ended it.
    function testFuzz_SettlesByTheTimeThatTheHubTells(uint256 lasted, uint256 since, bool isEnded) public conserving {
        lasted = bound(lasted, 1, 7 days);
        _pause(uint40(lasted));
        skip(lasted + bound(since, 0, 30 days));
        if (isEnded) hub.unpause();
        Ask memory ask = _ask(_attestedRequest());
        hub.settle(_submission(ask, OUTPUT));

        (,, uint40 until) = hub.stateOf(hub.requestIdOf(ask));
        assertEq(until, hub.activeTime() + 1 hours);
    }

    /// Deadlines are the chain's time: a pause does not move them.
    function test_ADeadlineStandsDuringAPause() public conserving {
        Request memory asked = _signedRequest();
        Ask memory ask = _ask(asked);
        _pause(7 days);
        vm.warp(asked.deadline + 1);
        hub.refund(ask);
    }

    function _pause(uint40 duration) private {
        vm.prank(guardian);
        hub.pause(duration);
    }
}
