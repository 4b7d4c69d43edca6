// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {VerifierRegistry} from "../../src/VerifierRegistry.sol";
import {IVerifierRegistry} from "../../src/interfaces/IVerifierRegistry.sol";
import {FakeProofs} from "../support/Fakes.sol";

contract VerifierRegistryConstructorTest is Test {
    function testFuzz_FixesTheAdminAndTheKindOfDeployment(address admin, bool isDevelopment) public {
        vm.assume(admin != address(0));

        VerifierRegistry registry = new VerifierRegistry(admin, isDevelopment, address(0), 0);

        assertEq(registry.admin(), admin);
        assertEq(registry.isDevelopmentDeployment(), isDevelopment);
    }

    function test_RegistersTheFirstAsWhatItSaysThatItIs() public {
        FakeProofs first = new FakeProofs();
        vm.expectEmit();
        emit IVerifierRegistry.VerifierRegistered(address(first), "stand-in", true);
        VerifierRegistry registry = new VerifierRegistry(address(this), true, address(first), "stand-in");

        assertEq(registry.proofSystemOf(address(first)), "stand-in");
        assertTrue(registry.isDevelopmentVerifier(address(first)));
    }

    function test_RevertWhen_TheFirstIsAStandInAndMeetsValue() public {
        FakeProofs first = new FakeProofs();
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.DevelopmentVerifierRefused.selector, first));
        new VerifierRegistry(address(this), false, address(first), "stand-in");
    }

    function test_RevertWhen_TheFirstIsNoContract() public {
        address nobody = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.NotAContract.selector, nobody));
        new VerifierRegistry(address(this), true, nobody, "stand-in");
    }

    function testFuzz_RevertWhen_ThereIsNoAdmin(bool isDevelopment) public {
        vm.expectRevert(IVerifierRegistry.AdminMissing.selector);
        new VerifierRegistry(address(0), isDevelopment, address(0), 0);
    }
}
