// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryCancelUnbondingTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
    }

    function test_PutsTheStakeToUseAgain() public {
        _unbond(node, 4 ether);
        _unbond(node, 5 ether);

        vm.expectEmit(address(registry));
        emit INodeRegistry.UnbondingCancelled(node, 9 ether);
        vm.prank(operator);
        registry.cancelUnbonding(node);

        assertEq(_node().stake, 10 ether);
        assertEq(_node().unbonding, 0);
        assertEq(_node().unbondedAt, 0);
        assertEq(registry.freeStakeOf(node, START), 10 ether);
    }

    function test_CountsInDrawsAgain() public {
        address other = _register(0xCAFE, operator, Roles.VERIFIER);
        _stake(other, 1 ether);
        _unbond(other, 1 ether);
        skip(1 hours);
        assertEq(registry.drawVerifiers(1, 1, address(0)).length, 0);

        vm.prank(operator);
        registry.cancelUnbonding(other);
        skip(1 hours);

        assertEq(registry.drawVerifiers(1, 1, address(0))[0], other);
    }

    function test_WorksAfterTheTimeToo() public {
        _unbond(node, 4 ether);
        skip(30 days);

        vm.prank(operator);
        registry.cancelUnbonding(node);

        assertEq(registry.freeStakeOf(node, START), 10 ether);
    }

    function test_RevertWhen_NothingIsUnbonding() public {
        vm.prank(operator);
        vm.expectRevert(INodeRegistry.NothingUnbonding.selector);
        registry.cancelUnbonding(node);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.cancelUnbonding(stranger);
    }

    function test_RevertWhen_TheCallerIsNotTheOperator() public {
        _unbond(node, 4 ether);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, stranger));
        registry.cancelUnbonding(node);
    }
}
