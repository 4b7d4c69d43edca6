// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract SetAttesterTest is AttestedKeysFixture {
    function testFuzz_AddsAndRemoves(address attester) public {
        vm.assume(!keys.isAttester(attester));

        _set(attester, true);
        assertTrue(keys.isAttester(attester));
        _assertCount(4);
        _set(attester, true);
        _assertCount(4);

        _set(attester, false);
        assertFalse(keys.isAttester(attester));
        _assertCount(3);
        _set(attester, false);
        _assertCount(3);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.setAttester(stranger, true);
    }

    function test_RevertWhen_FewerAreLeftThanTheThreshold() public {
        _set(attesters[0], false);

        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.ThresholdInvalid.selector, 2, 1));
        keys.setAttester(attesters[1], false);
    }

    function _set(address attester, bool isAttester) private {
        vm.expectEmit(address(keys));
        emit IAttestedKeys.AttesterSet(attester, isAttester);
        vm.prank(admin);
        keys.setAttester(attester, isAttester);
    }

    function _assertCount(uint256 expected) private view {
        (uint256 count, uint256 threshold) = keys.quorum();
        assertEq(count, expected);
        assertEq(threshold, 2);
    }
}
