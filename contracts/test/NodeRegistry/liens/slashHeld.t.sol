// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {CallbackToken, SilentToken} from "../../support/HostileTokens.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistrySlashHeldTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
        _lockAndHold(3 ether + 1);
    }

    function test_TakesTheLienAndSendsItToTheCaller() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.Slashed(node, 3 ether + UNIT, 3 ether + 1, court);
        vm.prank(court);
        registry.slashHeld(node, 3 ether + 1, 3 ether + 1);

        assertEq(token.balanceOf(court), 3 ether + 1);
        assertEq(token.balanceOf(address(registry)), 7 ether - 1);
        assertEq(_node().stake, 7 ether - 1);
        assertEq(_node().locked, 0);
        assertEq(_node().held, 0);
        assertEq(registry.freeStakeOf(node, START), 7 ether - UNIT);
    }

    function test_SetsTheRestOfTheLienFree() public {
        vm.prank(address(hub));
        registry.slashHeld(node, 3 ether + 1, 1 ether);

        assertEq(token.balanceOf(address(hub)), 1 ether);
        assertEq(_node().stake, 9 ether);
        assertEq(_node().locked, 0);
        assertEq(registry.freeStakeOf(node, START), 9 ether);
    }

    function test_LeavesOtherLiens() public {
        _lockAndHold(2 ether);
        _lock(1 ether, START + HOUR, START);

        vm.prank(court);
        registry.slashHeld(node, 2 ether, 2 ether);

        assertEq(_node().held, 3 ether + UNIT);
        assertEq(_node().locked, 4 ether + UNIT);
        assertEq(_node().stake, 8 ether);
    }

    function test_StakeInUsePaysFirst() public {
        _unbond(node, 6 ether);

        vm.prank(court);
        registry.slashHeld(node, 3 ether, 3 ether);

        assertEq(_node().stake, 7 ether);
        assertEq(_node().unbonding, 6 ether);
    }

    function test_WhatUnbondsPaysTheRest() public {
        _unbond(node, 9 ether);

        vm.prank(court);
        registry.slashHeld(node, 3 ether, 3 ether);

        assertEq(_node().stake, 7 ether);
        assertEq(_node().unbonding, 7 ether);
        vm.prank(court);
        registry.releaseHeld(node, 1);
        skip(9 days);
        vm.prank(operator);
        assertEq(registry.withdraw(node), 7 ether);
    }

    function test_WeighsTheNodeAnew() public {
        address other = _register(0xCAFE, operator, Roles.VERIFIER);
        vm.prank(operator);
        registry.setNode(node, Roles.VERIFIER, "", "");
        _stake(other, 7 ether);
        _unbond(node, 7 ether);
        skip(1 hours);
        assertApproxEqAbs(_shareOf(node), 77, 30);

        vm.prank(court);
        registry.slashHeld(node, 3 ether + 1, 3 ether);
        skip(1 hours);

        assertEq(_shareOf(node), 0);
    }

    function test_SlashesNothing() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.Slashed(node, 3 ether + UNIT, 0, court);
        vm.prank(court);
        registry.slashHeld(node, 3 ether + 1, 0);

        assertEq(_node().stake, 10 ether);
        assertEq(_node().locked, 0);
    }

    function test_SlashesNothingWhereTokensRefuseToSendIt() public {
        _useCallbackToken();

        vm.prank(court);
        registry.slashHeld(node, 3 ether, 0);

        assertEq(_node().held, 0);
    }

    function test_PaysOnceThoughTheTokenCallsBack() public {
        CallbackToken calling = _useCallbackToken();
        // The token itself is the court here, so that its call within the transfer is allowed.
        registry = new NodeRegistry(IERC20Metadata(address(calling)), address(hub), address(calling));
        court = address(calling);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        calling.mint(address(this), 10 ether);
        calling.approve(address(registry), 10 ether);
        registry.stake(node, 10 ether);
        _lockAndHold(3 ether);

        calling.arm(address(registry), abi.encodeCall(INodeRegistry.slashHeld, (node, 3 ether, 3 ether)));
        vm.prank(court);
        registry.slashHeld(node, 3 ether, 3 ether);

        assertTrue(calling.called());
        assertFalse(calling.succeeded());
        assertEq(_node().stake, 7 ether);
        assertEq(calling.balanceOf(court), 3 ether);
    }

    function test_RevertWhen_TheTokenAnswersFalse() public {
        SilentToken silent = new SilentToken();
        registry = new NodeRegistry(IERC20Metadata(address(silent)), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        silent.mint(address(this), 5 ether);
        silent.approve(address(registry), 5 ether);
        registry.stake(node, 5 ether);
        _lockAndHold(3 ether);
        silent.setAnswersFalse(true);

        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(silent)));
        registry.slashHeld(node, 3 ether, 3 ether);
    }

    function test_RevertWhen_MoreIsSlashedThanHeld() public {
        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.AmountInvalid.selector, 2 ether + 1));
        registry.slashHeld(node, 2 ether, 2 ether + 1);
    }

    function test_RevertWhen_LessIsHeld() public {
        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.HeldTooSmall.selector, 3 ether + UNIT, 4 ether));
        registry.slashHeld(node, 4 ether, 1);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotSettle(address caller) public {
        vm.assume(caller != address(hub) && caller != court);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotSettlement.selector, caller));
        registry.slashHeld(node, 3 ether, 3 ether);
    }

    function testFuzz_NeverTakesMoreThanTheLien(uint256 slashed, uint256 unbonding, uint256 other) public {
        slashed = bound(slashed, 0, 3 ether + 1);
        unbonding = bound(unbonding, 1, 10 ether);
        other = bound(other, 0, 7 ether - UNIT);
        _lock(other, START + HOUR, START);
        _unbond(node, unbonding);

        vm.prank(court);
        registry.slashHeld(node, 3 ether + 1, slashed);

        uint256 bonded = 10 ether - unbonding;
        assertEq(_node().stake, 10 ether - slashed);
        assertEq(_node().unbonding, slashed > bonded ? 10 ether - slashed : unbonding);
        assertEq(_node().locked, (other + UNIT - 1) / UNIT * UNIT);
        assertGe(_node().stake, _node().locked);
        assertEq(token.balanceOf(court), slashed);
    }

    function _useCallbackToken() private returns (CallbackToken calling) {
        calling = new CallbackToken();
        registry = new NodeRegistry(IERC20Metadata(address(calling)), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        calling.mint(address(this), 10 ether);
        calling.approve(address(registry), 10 ether);
        registry.stake(node, 10 ether);
        _lockAndHold(3 ether);
    }

    /// In how many of 256 draws of one the node comes first.
    function _shareOf(address drawn) private view returns (uint256 hits) {
        for (uint256 seed = 0; seed < 256; seed++) {
            if (registry.drawVerifiers(seed, 1, address(0))[0] == drawn) hits++;
        }
    }
}
