// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryReleaseHeldTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
        _lockAndHold(3 ether + 1);
        _lock(2 ether, START + 2 * HOUR, START);
    }

    function test_SetsTheLienFree() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.LienReleased(node, 3 ether + UNIT);
        vm.prank(court);
        registry.releaseHeld(node, 3 ether + 1);

        assertEq(_node().locked, 2 ether);
        assertEq(_node().held, 0);
        assertEq(_node().stake, 10 ether);
        assertEq(registry.freeStakeOf(node, START), 8 ether);
    }

    function test_LeavesOtherHeldLiens() public {
        _hold(2 ether, START + 2 * HOUR, START);

        vm.prank(address(hub));
        registry.releaseHeld(node, 2 ether);

        assertEq(_node().held, 3 ether + UNIT);
        assertEq(_node().locked, 3 ether + UNIT);
    }

    function test_RevertWhen_LessIsHeld() public {
        vm.startPrank(court);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.HeldTooSmall.selector, 3 ether + UNIT, 3 ether + UNIT + 1));
        registry.releaseHeld(node, 3 ether + UNIT + 1);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.HeldTooSmall.selector, 0, 1));
        registry.releaseHeld(stranger, 1);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotSettle(address caller) public {
        vm.assume(caller != address(hub) && caller != court);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotSettlement.selector, caller));
        registry.releaseHeld(node, 3 ether);
    }
}
