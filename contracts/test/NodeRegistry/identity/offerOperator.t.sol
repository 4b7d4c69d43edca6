// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryOfferOperatorTest is NodeRegistryTest {
    function test_OffersAndChangesNothingElse() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.OperatorOffered(node, operator, stranger);
        vm.prank(operator);
        registry.offerOperator(node, stranger);

        assertEq(registry.candidateOf(node), stranger);
        assertEq(_node().operator, operator);
    }

    function test_TheLastOfferCounts() public {
        vm.startPrank(operator);
        registry.offerOperator(node, stranger);
        registry.offerOperator(node, payee);
        assertEq(registry.candidateOf(node), payee);

        registry.offerOperator(node, address(0));
        assertEq(registry.candidateOf(node), address(0));
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.offerOperator(stranger, stranger);
    }

    function test_RevertWhen_TheCallerIsNotTheOperator() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, stranger));
        registry.offerOperator(node, stranger);
    }
}
