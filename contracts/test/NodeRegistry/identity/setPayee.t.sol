// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistrySetPayeeTest is NodeRegistryTest {
    function test_NamesAnotherPayee() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.PayeeChanged(node, payee, stranger);
        vm.prank(operator);
        registry.setPayee(node, stranger);

        assertEq(registry.payeeOf(node), stranger);
        assertEq(_node().payee, stranger);
    }

    function test_LeavesWhatIsUnbonding() public {
        _stake(node, 5 ether);
        _unbond(node, 3 ether);

        vm.prank(operator);
        registry.setPayee(node, stranger);

        assertEq(_node().unbonding, 3 ether);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.setPayee(stranger, stranger);
    }

    function test_RevertWhen_TheCallerIsTheHotKey() public {
        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, node));
        registry.setPayee(node, node);
    }

    function test_RevertWhen_ThePayeeIsNobody() public {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.PayeeInvalid.selector, address(0)));
        registry.setPayee(node, address(0));
    }

    function testFuzz_OnlyTheOperatorNamesThePayee(address caller, address other) public {
        vm.assume(caller != operator && other != address(0));

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, caller));
        registry.setPayee(node, other);
    }
}
