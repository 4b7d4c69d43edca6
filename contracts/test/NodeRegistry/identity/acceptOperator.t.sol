// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryAcceptOperatorTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        vm.prank(operator);
        registry.offerOperator(node, stranger);
    }

    function test_MakesTheCandidateTheOperator() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.OperatorAccepted(node, operator, stranger);
        vm.prank(stranger);
        registry.acceptOperator(node);

        assertEq(_node().operator, stranger);
        assertEq(_node().payee, payee);
        assertEq(registry.candidateOf(node), address(0));
    }

    function test_PassesTheStakeOn() public {
        _stake(node, 5 ether);
        _unbond(node, 3 ether);
        uint40 unbondedAt = _node().unbondedAt;
        vm.warp(unbondedAt);

        vm.prank(stranger);
        registry.acceptOperator(node);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, operator));
        registry.withdraw(node);
        vm.prank(stranger);
        registry.withdraw(node);

        assertEq(token.balanceOf(stranger), 3 ether);
    }

    function test_RevertWhen_TheOfferIsTakenBack() public {
        vm.prank(operator);
        registry.offerOperator(node, address(0));

        _expectNotCandidate(stranger);
    }

    function test_RevertWhen_TheOfferWasAccepted() public {
        vm.startPrank(stranger);
        registry.acceptOperator(node);
        registry.offerOperator(node, operator);
        vm.stopPrank();

        _expectNotCandidate(stranger);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotCandidate.selector, stranger, stranger));
        registry.acceptOperator(stranger);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheCandidate(address caller) public {
        vm.assume(caller != stranger);

        _expectNotCandidate(caller);
    }

    function _expectNotCandidate(address caller) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotCandidate.selector, node, caller));
        registry.acceptOperator(node);
    }
}
