// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RevokeWorkloadTest is AttestedKeysFixture {
    function test_EndsTheKeysThatRestOnIt() public {
        address signer = _active();
        skip(1 days);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.WorkloadRevoked(WORKLOAD, "broken");
        vm.prank(guardian);
        keys.revokeWorkload(WORKLOAD, "broken");

        _assertState(signer, KeyState.Revoked);
        assertEq(_revokedAt(WORKLOAD), vm.getBlockTimestamp());
        assertTrue(keys.isValidAt(signer, uint40(vm.getBlockTimestamp()) - 1));
    }

    function testFuzz_TouchesNoOthers(bytes32 id) public {
        vm.assume(id != WORKLOAD);
        address signer = _active();

        vm.prank(admin);
        keys.revokeWorkload(id, "");

        _assertState(signer, KeyState.Active);
        assertEq(_revokedAt(id), vm.getBlockTimestamp());
        assertEq(_revokedAt(WORKLOAD), 0);
        _assertState(_active(), KeyState.Active);
    }

    function testFuzz_RevertWhen_TheCallerMayNot(address caller) public {
        vm.assume(caller != guardian && caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotGuardian.selector, caller));
        keys.revokeWorkload(WORKLOAD, "");
    }

    function test_RevertWhen_ItIsRevoked() public {
        vm.startPrank(guardian);
        keys.revokeWorkload(WORKLOAD, "");
        skip(1);

        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, WORKLOAD));
        keys.revokeWorkload(WORKLOAD, "");
        vm.stopPrank();
    }

    function _revokedAt(bytes32 id) private view returns (uint40) {
        (, uint40 revokedAt) = keys.workloadStatus(id);
        return revokedAt;
    }
}
