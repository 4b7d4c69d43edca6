// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract SetThresholdTest is AttestedKeysFixture {
    function testFuzz_SetsTheThreshold(uint8 threshold) public {
        threshold = uint8(bound(threshold, 0, 3));

        vm.expectEmit(address(keys));
        emit IAttestedKeys.ThresholdSet(threshold);
        vm.prank(admin);
        keys.setThreshold(threshold);

        (uint256 count, uint256 actual) = keys.quorum();
        assertEq(count, 3);
        assertEq(actual, threshold);
    }

    function testFuzz_RevertWhen_ThereAreNotAsManyAttesters(uint8 threshold) public {
        threshold = uint8(bound(threshold, 4, type(uint8).max));

        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.ThresholdInvalid.selector, threshold, 3));
        keys.setThreshold(threshold);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.setThreshold(1);
    }
}
