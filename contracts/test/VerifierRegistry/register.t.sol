// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {VerifierRegistry} from "../../src/VerifierRegistry.sol";
import {IProofVerifier} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IVerifierRegistry} from "../../src/interfaces/IVerifierRegistry.sol";
import {FakeProofs} from "../support/Fakes.sol";

contract VerifierRegistryRegisterTest is Test {
    bytes32 private constant SYSTEM = "kzg-linear";

    address private immutable TIMELOCK = makeAddr("timelock");
    address private immutable VERIFIER = makeAddr("verifier");
    VerifierRegistry private development = new VerifierRegistry(TIMELOCK, true, address(0), 0);
    VerifierRegistry private production = new VerifierRegistry(TIMELOCK, false, address(0), 0);

    function setUp() public {
        vm.etch(VERIFIER, hex"00");
    }

    function testFuzz_RegistersAVerifier(bytes32 system, bool isDevelopment) public {
        vm.assume(system != 0);

        vm.expectEmit(address(development));
        emit IVerifierRegistry.VerifierRegistered(VERIFIER, system, isDevelopment);
        vm.prank(TIMELOCK);
        development.register(VERIFIER, system, isDevelopment);

        assertTrue(development.isRegistered(VERIFIER));
        assertEq(development.proofSystemOf(VERIFIER), system);
        assertEq(development.isDevelopmentVerifier(VERIFIER), isDevelopment);
    }

    function test_RegistersAVerifierWhereValueIsMet() public {
        vm.expectEmit(address(production));
        emit IVerifierRegistry.VerifierRegistered(VERIFIER, SYSTEM, false);
        vm.prank(TIMELOCK);
        production.register(VERIFIER, SYSTEM, false);

        assertTrue(production.isRegistered(VERIFIER));
        assertFalse(production.isDevelopmentVerifier(VERIFIER));
    }

    function testFuzz_SaysNothingOfOthers(address other) public {
        vm.assume(other != VERIFIER);

        vm.prank(TIMELOCK);
        development.register(VERIFIER, SYSTEM, true);

        assertFalse(development.isRegistered(other));
        assertFalse(development.isDevelopmentVerifier(other));
        assertEq(development.proofSystemOf(other), 0);
        assertFalse(production.isRegistered(VERIFIER));
    }

    function testFuzz_TakesAnyContractThatDoesNotCallItselfDevelopment(bytes memory code) public {
        vm.assume(code.length != 0 && code[0] != 0xef);
        vm.etch(VERIFIER, code);
        (, bytes memory answer) = VERIFIER.staticcall{gas: 50_000}(abi.encodeCall(IProofVerifier.isDevelopment, ()));
        vm.assume(answer.length != 32 || abi.decode(answer, (uint256)) == 0);

        vm.prank(TIMELOCK);
        production.register(VERIFIER, SYSTEM, false);

        assertTrue(production.isRegistered(VERIFIER));
    }

    function test_RevertWhen_TheContractCallsItselfDevelopment() public {
        // Answers every call with the word 2.
        vm.etch(VERIFIER, hex"60025f5260205ff3");

        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.DevelopmentVerifierRefused.selector, VERIFIER));
        vm.prank(TIMELOCK);
        production.register(VERIFIER, SYSTEM, false);
    }

    function testFuzz_RevertWhen_CallerIsNotTheAdmin(address caller, bool isDevelopment) public {
        vm.assume(caller != TIMELOCK);

        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.NotAdmin.selector, caller));
        vm.prank(caller);
        development.register(VERIFIER, SYSTEM, isDevelopment);
    }

    function test_RevertWhen_TheProofSystemIsMissing() public {
        vm.expectRevert(IVerifierRegistry.ProofSystemMissing.selector);
        vm.prank(TIMELOCK);
        development.register(VERIFIER, 0, false);
    }

    function test_RevertWhen_ThereIsNoCode() public {
        address nobody = makeAddr("nobody");

        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.NotAContract.selector, nobody));
        vm.prank(TIMELOCK);
        production.register(nobody, SYSTEM, false);
    }

    function test_RevertWhen_AnAccountOnlyDelegatesToCode() public {
        uint256 key = 0xa11ce;
        address account = vm.addr(key);
        vm.signAndAttachDelegation(VERIFIER, key);
        assertEq(account.code, abi.encodePacked(hex"ef0100", VERIFIER));

        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.NotAContract.selector, account));
        vm.prank(TIMELOCK);
        production.register(account, SYSTEM, false);
    }

    function testFuzz_RevertWhen_RegisteredBefore(bytes32 system, bool wasDevelopment, bool isDevelopment) public {
        vm.assume(system != 0);
        vm.prank(TIMELOCK);
        development.register(VERIFIER, SYSTEM, wasDevelopment);

        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierExists.selector, VERIFIER));
        vm.prank(TIMELOCK);
        development.register(VERIFIER, system, isDevelopment);

        assertEq(development.proofSystemOf(VERIFIER), SYSTEM);
        assertEq(development.isDevelopmentVerifier(VERIFIER), wasDevelopment);
    }

    /// The admin cannot call it anything else than it calls itself.
    function test_RevertWhen_AStandInIsSaidToBeNone() public {
        address standIn = address(new FakeProofs());
        vm.startPrank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.DevelopmentVerifierRefused.selector, standIn));
        production.register(standIn, SYSTEM, false);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.DevelopmentVerifierRefused.selector, standIn));
        development.register(standIn, SYSTEM, false);
        development.register(standIn, SYSTEM, true);
        assertTrue(development.isDevelopmentVerifier(standIn));
    }

    function test_RevertWhen_AStandInWouldMeetValue() public {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.DevelopmentVerifierRefused.selector, VERIFIER));
        vm.prank(TIMELOCK);
        production.register(VERIFIER, SYSTEM, true);
    }
}
