// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RaiseTcbFloorTest is AttestedKeysFixture {
    function testFuzz_EndsTheKeysBelowIt(uint32 floor) public {
        floor = uint32(bound(floor, 1, type(uint32).max));
        address signer = _active();

        vm.expectEmit(address(keys));
        emit IAttestedKeys.TcbFloorRaised(TEE_TYPE, floor);
        vm.prank(guardian);
        keys.raiseTcbFloor(TEE_TYPE, floor);

        assertEq(keys.tcbFloorOf(TEE_TYPE), floor);
        _assertState(signer, floor > TCB_EVAL ? KeyState.Revoked : KeyState.Active);
    }

    function test_EachTypeHasItsOwn() public {
        vm.startPrank(admin);
        keys.raiseTcbFloor(TEE_TYPE, 3);
        keys.raiseTcbFloor("sgx", 5);
        vm.stopPrank();

        assertEq(keys.tcbFloorOf(TEE_TYPE), 3);
        assertEq(keys.tcbFloorOf("sgx"), 5);
        assertEq(keys.tcbFloorOf("other"), 0);
    }

    function testFuzz_RevertWhen_ItDoesNotRise(uint32 floor, uint32 next) public {
        floor = uint32(bound(floor, 1, type(uint32).max));
        next = uint32(bound(next, 0, floor));
        vm.startPrank(guardian);
        keys.raiseTcbFloor(TEE_TYPE, floor);

        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.TcbBelowFloor.selector, next, floor));
        keys.raiseTcbFloor(TEE_TYPE, next);
        vm.stopPrank();
    }

    function test_RevertWhen_TheFirstIsZero() public {
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.TcbBelowFloor.selector, 0, 0));
        keys.raiseTcbFloor(TEE_TYPE, 0);
    }

    function testFuzz_RevertWhen_TheCallerMayNot(address caller) public {
        vm.assume(caller != guardian && caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotGuardian.selector, caller));
        keys.raiseTcbFloor(TEE_TYPE, 1);
    }
}
