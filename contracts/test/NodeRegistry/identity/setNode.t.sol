// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistrySetNodeTest is NodeRegistryTest {
    function test_ReplacesRolesAndTexts() public {
        vm.expectEmit(address(registry));
        emit INodeRegistry.NodeChanged(node, Roles.PROVER, "https://other", "ipfs://other");
        vm.prank(operator);
        registry.setNode(node, Roles.PROVER, "https://other", "ipfs://other");

        assertEq(_node().roles, Roles.PROVER);
        assertFalse(registry.hasRole(node, Roles.INFERENCE));
        assertTrue(registry.hasRole(node, Roles.PROVER));
    }

    function test_LeavesTheRestAsItWas() public {
        _stake(node, 5 ether);
        _lock(2 ether, START + HOUR, START);

        vm.prank(operator);
        registry.setNode(node, 0, "", "");

        assertEq(_node().stake, 5 ether);
        assertEq(_node().locked, 2 ether);
        assertEq(_node().payee, payee);
        assertEq(_node().operator, operator);
    }

    function test_AVerifierIsDrawnWhileItHasTheRole() public {
        _stake(node, 5 ether);
        assertEq(registry.drawVerifiers(1, 1, address(0)).length, 0);

        vm.startPrank(operator);
        registry.setNode(node, Roles.VERIFIER | Roles.INFERENCE, "", "");
        skip(1 hours);
        assertEq(registry.drawVerifiers(1, 1, address(0))[0], node);

        registry.setNode(node, Roles.INFERENCE, "", "");
        skip(1 hours);
        assertEq(registry.drawVerifiers(1, 1, address(0)).length, 0);

        registry.setNode(node, Roles.VERIFIER, "", "");
        skip(1 hours);
        assertEq(registry.drawVerifiers(1, 1, address(0))[0], node);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.setNode(stranger, 1, "", "");
    }

    function test_RevertWhen_TheCallerIsTheHotKey() public {
        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotOperator.selector, node, node));
        registry.setNode(node, 1, "", "");
    }

    function test_RevertWhen_ARoleDoesNotExist() public {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RolesInvalid.selector, 129));
        registry.setNode(node, 129, "", "");
    }

    function test_RevertWhen_ATextIsTooLong() public {
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TextTooLong.selector, 257, 256));
        registry.setNode(node, 1, string(new bytes(257)), "");
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TextTooLong.selector, 258, 256));
        registry.setNode(node, 1, "", string(new bytes(258)));
    }

    function testFuzz_TakesRolesThatExist(uint8 roles) public {
        vm.prank(operator);
        if (roles > Roles.ALL) vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RolesInvalid.selector, roles));
        registry.setNode(node, roles, "", "");

        assertEq(_node().roles, roles > Roles.ALL ? Roles.INFERENCE : roles);
        for (uint8 role = 1; role < Roles.ALL; role *= 2) {
            assertEq(registry.hasRole(node, role), _node().roles & role != 0);
        }
    }
}
