// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Request} from "../../src/types/Request.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// What was earned becomes the payee's when it is final.
contract CollectTest is HubScenario {
    function test_MovesWhatIsFinalIntoThePayeesAccount() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.warp(hourEnd + 1);

        vm.expectEmit(address(hub));
        emit IHubEvents.Collected(payee, FEE);
        vm.prank(stranger);
        assertEq(hub.collect(payee, _hours(hourEnd, 0)), FEE);

        assertEq(hub.balanceOf(payee), FEE);
        assertEq(hub.earningsOf(payee, hourEnd), 0);
        vm.prank(payee);
        hub.withdraw(payee, FEE);
        assertEq(token.balanceOf(payee), FEE);
    }

    function test_LeavesAnHourThatIsNotOver() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.warp(hourEnd - 1);

        assertEq(hub.collect(payee, _hours(hourEnd, 0)), 0);

        assertEq(hub.earningsOf(payee, hourEnd), FEE);
        assertEq(hub.balanceOf(payee), 0);
    }

    function test_AddsUpHoursAndCountsEachOnce() public conserving {
        Request memory asked = _assignedRequest();
        uint40 first = _earn(asked);
        assertEq(_earn(asked), first);
        asked.challengeWindow = 3 hours;
        uint40 second = _earn(asked);
        vm.warp(second + 1);

        assertEq(hub.collect(payee, _hours(second, first)), 3 * FEE);
        assertEq(hub.collect(payee, _hours(second, first)), 0);
    }

    function test_AnHourGivenTwiceCountsOnce() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.warp(hourEnd + 1);

        assertEq(hub.collect(payee, _hours(hourEnd, hourEnd)), FEE);
    }

    function test_TakesWhatIsFinalAndLeavesTheRest() public conserving {
        Request memory asked = _assignedRequest();
        uint40 first = _earn(asked);
        asked.challengeWindow = 3 hours;
        uint40 second = _earn(asked);
        vm.warp(first + 1);

        assertEq(hub.collect(payee, _hours(second, first)), FEE);
        assertEq(hub.earningsOf(payee, second), FEE);
    }

    function test_OnePayeesHoursAreNotAnothers() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.warp(hourEnd + 1);

        assertEq(hub.collect(otherPayee, _hours(hourEnd, 0)), 0);
        assertEq(hub.earningsOf(payee, hourEnd), FEE);
    }

    function test_APauseStopsNoCollection() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.warp(hourEnd + 1);
        vm.prank(guardian);
        hub.pause(1 days);
        skip(1 hours);

        assertEq(hub.collect(payee, _hours(hourEnd, 0)), FEE);
    }

    /// An hour is over in active time: a pause moves it away.
    function test_APauseHoldsEarningsBackForAsLong() public conserving {
        uint40 hourEnd = _earn(_attestedRequest());
        vm.prank(guardian);
        hub.pause(1 days);
        vm.warp(hourEnd + 1 days - 1);
        assertEq(hub.collect(payee, _hours(hourEnd, 0)), 0);

        skip(1);
        assertEq(hub.collect(payee, _hours(hourEnd, 0)), FEE);
    }

    /// Nothing is paid before its answer is final, and no more than an hour after.
    function testFuzz_PaysWithinAnHourOfFinality(uint40 start, uint32 window, uint40 wait) public conserving {
        skip(bound(start, 0, 2 hours));
        Request memory asked = _assignedRequest();
        asked.challengeWindow = uint32(bound(window, 30 minutes, 7 days));
        Ask memory ask = _ask(asked);
        hub.settle(_submission(ask, OUTPUT));
        RequestId id = hub.requestIdOf(ask);
        (,, uint40 until) = hub.stateOf(id);
        uint40 hourEnd = _hourEnd(until);
        skip(bound(wait, 0, 8 days));

        uint256 amount = hub.collect(payee, _hours(hourEnd, 0));

        if (amount > 0) assertTrue(hub.isFinal(id));
        if (!hub.isFinal(id)) assertEq(amount, 0);
        if (_now() > until + 1 hours) assertEq(amount, FEE);
    }

    function _earn(Request memory asked) private returns (uint40 hourEnd) {
        Ask memory ask = _ask(asked);
        hub.settle(_submission(ask, OUTPUT));
        (,, uint40 until) = hub.stateOf(hub.requestIdOf(ask));
        hourEnd = _hourEnd(until);
    }

    function _hours(uint40 first, uint40 second) private pure returns (uint40[] memory hourEnds) {
        hourEnds = new uint40[](2);
        (hourEnds[0], hourEnds[1]) = (first, second);
    }
}
