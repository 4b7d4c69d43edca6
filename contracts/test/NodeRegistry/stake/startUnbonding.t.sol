// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryStartUnbondingTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
    }

    function test_TakesStakeOutOfUse() public {
        uint40 unbondedAt = uint40(block.timestamp) + 9 days;

        vm.expectEmit(address(registry));
        emit INodeRegistry.UnbondingStarted(node, 4 ether, unbondedAt);
        _unbond(node, 4 ether);

        assertEq(_node().stake, 10 ether);
        assertEq(_node().unbonding, 4 ether);
        assertEq(_node().unbondedAt, unbondedAt);
        assertEq(registry.freeStakeOf(node, START), 6 ether);
    }

    function test_ASecondCallAddsAndStartsTheTimeAnew() public {
        _unbond(node, 4 ether);
        skip(8 days);

        _unbond(node, 6 ether);

        assertEq(_node().unbonding, 10 ether);
        assertEq(_node().unbondedAt, block.timestamp + 9 days);
    }

    function test_LockedStakeCanBeUnbonded() public {
        _lock(7 ether, START + HOUR, START);

        _unbond(node, 10 ether);

        assertEq(_node().locked, 7 ether);
        assertEq(registry.freeStakeOf(node, START), 0);
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, 0, 1));
        registry.lockLien(node, Roles.INFERENCE, payee, 1, START + HOUR, START);
    }

    function test_WhatUnbondsIsNotDrawnOn() public {
        address other = _register(0xCAFE, operator, Roles.VERIFIER);
        _stake(other, 1 ether);
        skip(1 hours);
        assertEq(registry.drawVerifiers(1, 1, address(0))[0], other);

        _unbond(other, 1 ether - 1e12 + 1);
        skip(1 hours);

        assertEq(registry.drawVerifiers(1, 1, address(0)).length, 0);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.startUnbonding(stranger, 1);
    }

    function test_RevertWhen_TheCallerIsTheHotKey() public {
        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, node));
        registry.startUnbonding(node, 1);
    }

    function test_RevertWhen_TheAmountIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.AmountInvalid.selector, 0));
        _unbond(node, 0);
    }

    function testFuzz_TakesWhatIsNotUnbondingYet(uint256 first, uint256 second) public {
        first = bound(first, 1, 10 ether);
        second = bound(second, 1, 11 ether);

        _unbond(node, first);
        if (second > 10 ether - first) {
            vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, 10 ether - first, second));
            _unbond(node, second);
            return;
        }
        _unbond(node, second);

        assertEq(_node().unbonding, first + second);
        assertEq(_node().stake, 10 ether);
    }
}
