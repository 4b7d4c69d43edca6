// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract ApproveWorkloadTest is AttestedKeysFixture {
    function testFuzz_ApprovesAWorkload(bytes32 workloadId, string memory description) public {
        vm.assume(workloadId != WORKLOAD);
        (bool isApproved,) = keys.workloadStatus(workloadId);
        assertFalse(isApproved);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.WorkloadApproved(workloadId, description);
        vm.prank(admin);
        keys.approveWorkload(workloadId, description);

        uint40 revokedAt;
        (isApproved, revokedAt) = keys.workloadStatus(workloadId);
        assertTrue(isApproved);
        assertEq(revokedAt, 0);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.approveWorkload("other", "");
    }

    function test_RevertWhen_TheWorkloadExists() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.WorkloadExists.selector, WORKLOAD));
        keys.approveWorkload(WORKLOAD, "");
    }

    function test_RevertWhen_TheWorkloadWasRevokedBefore() public {
        vm.prank(guardian);
        keys.revokeWorkload("other", "");

        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, bytes32("other")));
        keys.approveWorkload("other", "");
    }
}
