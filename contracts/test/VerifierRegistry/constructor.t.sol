// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {VerifierRegistry} from "../../src/VerifierRegistry.sol";
import {IVerifierRegistry} from "../../src/interfaces/IVerifierRegistry.sol";

contract VerifierRegistryConstructorTest is Test {
    function testFuzz_FixesTheAdminAndTheKindOfDeployment(address admin, bool isDevelopment) public {
        vm.assume(admin != address(0));

        VerifierRegistry registry = new VerifierRegistry(admin, isDevelopment);

        assertEq(registry.admin(), admin);
        assertEq(registry.isDevelopmentDeployment(), isDevelopment);
    }

    function testFuzz_RevertWhen_ThereIsNoAdmin(bool isDevelopment) public {
        vm.expectRevert(IVerifierRegistry.AdminMissing.selector);
        new VerifierRegistry(address(0), isDevelopment);
    }
}
