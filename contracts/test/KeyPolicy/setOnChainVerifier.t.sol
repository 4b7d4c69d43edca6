// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract SetOnChainVerifierTest is AttestedKeysFixture {
    function testFuzz_SetsTheVerifier(address verifier) public {
        assertEq(keys.onChainVerifier(), address(0));

        vm.expectEmit(address(keys));
        emit IAttestedKeys.OnChainVerifierSet(verifier);
        vm.prank(admin);
        keys.setOnChainVerifier(verifier);

        assertEq(keys.onChainVerifier(), verifier);
    }

    /// It shares a slot with them.
    function test_LeavesTheQuorumAlone() public {
        vm.prank(admin);
        keys.setOnChainVerifier(address(type(uint160).max));

        (uint256 count, uint256 threshold) = keys.quorum();
        assertEq(count, 3);
        assertEq(threshold, 2);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.setOnChainVerifier(stranger);
    }
}
