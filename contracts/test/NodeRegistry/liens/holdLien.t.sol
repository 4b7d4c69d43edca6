// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryHoldLienTest is NodeRegistryTest {
    uint40 private constant UNTIL = START + 2 * HOUR;

    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
        _lock(3 ether + 1, UNTIL, START);
        _lock(2 ether, UNTIL, START);
    }

    function test_TakesALienOutOfItsBucketAndKeepsItLocked() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.LienHeld(node, 3 ether + UNIT, _hourEnd(UNTIL));
        _hold(3 ether + 1, UNTIL, START);

        assertEq(_node().locked, 5 ether + UNIT);
        assertEq(_node().held, 3 ether + UNIT);
        assertEq(registry.lienBucketOf(node, _hourEnd(UNTIL)), 2 ether);
        assertEq(registry.freeStakeOf(node, START), 5 ether - UNIT);
    }

    function test_WhatIsHeldOutlastsItsHour() public {
        _hold(3 ether + 1, UNTIL, START);
        uint40 later = START + 400 days;

        assertEq(registry.freeStakeOf(node, later), 7 ether - UNIT);
        _lock(1 ether, later + HOUR, later);

        assertEq(_node().locked, 4 ether + UNIT);
        assertEq(_node().held, 3 ether + UNIT);
    }

    function test_TheHubHoldsToo() public {
        vm.prank(address(hub));
        registry.holdLien(node, 2 ether, UNTIL, START);

        assertEq(_node().held, 2 ether);
    }

    function test_HoldsAllLiensOfAnHour() public {
        _hold(3 ether + 1, UNTIL, START);
        _hold(2 ether, UNTIL, START);

        assertEq(_node().held, 5 ether + UNIT);
        assertEq(registry.lienBucketOf(node, _hourEnd(UNTIL)), 0);
        _expectLienUnknown(1, UNTIL, START);
    }

    /// Of one hour's liens a part may stand in the ring, and a part apart from it.
    function test_HoldsWhatStandsInTwoPlaces() public {
        _lock(1 ether, UNTIL + 5 * HOUR, START);
        _lock(1 ether, UNTIL, START);
        assertEq(registry.lienBucketOf(node, _hourEnd(UNTIL)), 6 ether + UNIT);

        _hold(3 ether + 1, UNTIL, START);
        assertEq(registry.lienBucketOf(node, _hourEnd(UNTIL)), 3 ether);
        _hold(3 ether, UNTIL, START);

        assertEq(registry.lienBucketOf(node, _hourEnd(UNTIL)), 0);
        assertEq(_node().held, 6 ether + UNIT);
        assertEq(_node().locked, 7 ether + UNIT);
        _expectLienUnknown(1, UNTIL, START);
        assertEq(registry.freeStakeOf(node, UNTIL + 6 * HOUR), 4 ether - UNIT);
    }

    function test_HoldsUntilTheLastSecond() public {
        _hold(2 ether, UNTIL, _hourEnd(UNTIL) - 1);

        assertEq(_node().held, 2 ether);
    }

    function test_RevertWhen_ItsHourIsOver() public {
        _expectLienUnknown(2 ether, UNTIL, _hourEnd(UNTIL));
        _expectLienUnknown(2 ether, UNTIL, START + 300 days);
    }

    function test_RevertWhen_ItsHourIsOverWhateverTimeIsTold() public {
        _lock(1, _hourEnd(UNTIL) + 1, _hourEnd(UNTIL));

        _expectLienUnknown(2 ether, UNTIL, START);
    }

    function test_RevertWhen_ThereIsNoSuchLien() public {
        _expectLienUnknown(5 ether + UNIT + 1, UNTIL, START);
        _expectLienUnknown(1, UNTIL + HOUR, START);
        _expectLienUnknown(1, UNTIL - HOUR, START);
        _expectLienUnknown(1, UNTIL + 4 * HOUR, START);
        _expectLienUnknown(type(uint256).max, UNTIL, START);
    }

    /// Its place in the ring is that of a lien that exists.
    function test_RevertWhen_AnHourOfAnotherTurnIsMeant() public {
        _expectLienUnknown(2 ether, UNTIL + 256 * HOUR, START);
        _expectLienUnknown(2 ether, UNTIL - 256 * HOUR, START);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienUnknown.selector, stranger, 1, UNTIL));
        registry.holdLien(stranger, 1, UNTIL, START);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotSettle(address caller) public {
        vm.assume(caller != address(hub) && caller != court);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotSettlement.selector, caller));
        registry.holdLien(node, 2 ether, UNTIL, START);
    }

    function _expectLienUnknown(uint256 amount, uint40 until, uint40 activeTime) private {
        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienUnknown.selector, node, amount, until));
        registry.holdLien(node, amount, until, activeTime);
    }
}
