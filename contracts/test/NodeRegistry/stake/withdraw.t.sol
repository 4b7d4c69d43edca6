// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {CallbackToken, SilentToken} from "../../support/HostileTokens.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryWithdrawTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
    }

    function test_PaysTheOperator() public {
        _unbond(node, 4 ether);
        skip(9 days);

        vm.expectEmit(address(registry));
        emit INodeRegistry.Withdrawn(node, operator, 4 ether);
        vm.prank(operator);
        assertEq(registry.withdraw(node), 4 ether);

        assertEq(token.balanceOf(operator), 4 ether);
        assertEq(token.balanceOf(address(registry)), 6 ether);
        assertEq(_node().stake, 6 ether);
        assertEq(_node().unbonding, 0);
        assertEq(_node().unbondedAt, 0);
        assertEq(registry.freeStakeOf(node, START), 6 ether);
    }

    /// A lien of seven and a unit hold what is not a whole unit of the rest.
    function test_PaysWhatNoLienHolds() public {
        _lock(7 ether + 1, START + 2 * HOUR, START);
        _unbond(node, 10 ether);
        skip(9 days);

        vm.prank(operator);
        assertEq(registry.withdraw(node), 3 ether - UNIT);

        assertEq(_node().stake, 7 ether + UNIT);
        assertEq(_node().unbonding, 7 ether + UNIT);
        assertNotEq(_node().unbondedAt, 0);
        assertEq(_node().locked, 7 ether + UNIT);
    }

    function test_PaysTheRestOnceItsLiensHaveEnded() public {
        _lock(7 ether, START + 2 * HOUR, START);
        _unbond(node, 10 ether);
        skip(9 days);
        vm.prank(operator);
        registry.withdraw(node);

        hub.setActiveTime(_hourEnd(START + 2 * HOUR) - 1);
        _expectStakeLocked(7 ether);
        hub.setActiveTime(_hourEnd(START + 2 * HOUR));
        vm.prank(operator);
        assertEq(registry.withdraw(node), 7 ether);

        assertEq(_node().stake, 0);
        assertEq(_node().locked, 0);
        assertEq(_node().unbondedAt, 0);
        assertEq(token.balanceOf(operator), 10 ether);
    }

    function test_WhatIsHeldStaysWhateverTheTime() public {
        _lockAndHold(7 ether);
        _unbond(node, 10 ether);
        skip(90 days);
        hub.setActiveTime(START + 90 days);

        vm.prank(operator);
        assertEq(registry.withdraw(node), 3 ether);
        _expectStakeLocked(7 ether);
        vm.prank(court);
        registry.releaseHeld(node, 7 ether);
        vm.prank(operator);
        assertEq(registry.withdraw(node), 7 ether);
    }

    function test_LiensOnStakeInUseHoldNothingElse() public {
        _lock(6 ether, START + 2 * HOUR, START);
        _unbond(node, 4 ether);
        skip(9 days);

        vm.prank(operator);
        assertEq(registry.withdraw(node), 4 ether);
        assertEq(_node().stake, 6 ether);
    }

    function test_NeedsNoHubWithoutLiens() public {
        registry = new NodeRegistry(IERC20Metadata(address(token)), makeAddr("nothing there"), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        _stake(node, 10 ether);
        _unbond(node, 10 ether);
        skip(9 days);

        vm.prank(operator);
        assertEq(registry.withdraw(node), 10 ether);
    }

    function test_RevertWhen_TheTimeIsNotOver() public {
        _unbond(node, 4 ether);
        uint40 unbondedAt = _node().unbondedAt;
        skip(9 days - 1);

        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StillUnbonding.selector, unbondedAt));
        registry.withdraw(node);
    }

    function test_RevertWhen_NothingIsUnbonding() public {
        vm.prank(operator);
        vm.expectRevert(INodeRegistry.NothingUnbonding.selector);
        registry.withdraw(node);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.withdraw(stranger);
    }

    function test_RevertWhen_TheCallerIsTheHotKey() public {
        _unbond(node, 4 ether);
        skip(9 days);

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, node));
        registry.withdraw(node);
    }

    function test_RevertWhen_TheTokenAnswersFalse() public {
        SilentToken silent = new SilentToken();
        _useToken(address(silent));
        silent.mint(address(this), 5 ether);
        silent.approve(address(registry), 5 ether);
        registry.stake(node, 5 ether);
        _unbond(node, 5 ether);
        skip(9 days);
        silent.setAnswersFalse(true);

        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(silent)));
        registry.withdraw(node);
        silent.setAnswersFalse(false);
        vm.prank(operator);
        assertEq(registry.withdraw(node), 5 ether);
    }

    function test_PaysOnceThoughTheTokenCallsBack() public {
        CallbackToken calling = new CallbackToken();
        _useToken(address(calling));
        calling.mint(address(this), 10 ether);
        calling.approve(address(registry), 10 ether);
        registry.stake(node, 10 ether);
        _unbond(node, 4 ether);
        skip(9 days);
        vm.prank(operator);
        registry.offerOperator(node, address(calling));
        vm.startPrank(address(calling));
        registry.acceptOperator(node);

        calling.arm(address(registry), abi.encodeCall(INodeRegistry.withdraw, (node)));
        registry.withdraw(node);

        assertTrue(calling.called());
        assertFalse(calling.succeeded());
        assertEq(calling.balanceOf(address(calling)), 4 ether);
        assertEq(_node().stake, 6 ether);
    }

    function testFuzz_NeverPaysWhatLiensHold(uint256 lien, uint256 unbonding) public {
        lien = bound(lien, 0, 10 ether);
        unbonding = bound(unbonding, 1, 10 ether);
        _lock(lien, START + HOUR, START);
        _unbond(node, unbonding);
        skip(9 days);
        uint256 locked = _node().locked;
        uint256 expected = unbonding < 10 ether - locked ? unbonding : 10 ether - locked;

        if (expected == 0) return _expectStakeLocked(locked);
        vm.prank(operator);
        assertEq(registry.withdraw(node), expected);

        assertEq(_node().stake, 10 ether - expected);
        assertEq(_node().unbonding, unbonding - expected);
        assertGe(_node().stake, locked);
    }

    function _expectStakeLocked(uint256 locked) private {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeLocked.selector, locked));
        registry.withdraw(node);
    }

    function _useToken(address other) private {
        registry = new NodeRegistry(IERC20Metadata(other), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
    }
}
