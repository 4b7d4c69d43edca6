// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract ApproveRootTest is AttestedKeysFixture {
    function testFuzz_ApprovesARoot(bytes32 rootId, bytes16 label) public {
        vm.assume(rootId != ROOT && label[0] != 0 && label != bytes16("emulated"));

        vm.expectEmit(address(keys));
        emit IAttestedKeys.RootApproved(rootId, label, false);
        _approve(rootId, label, false);

        _assertRoot(rootId, label, false);
    }

    function test_ApprovesAnEmulatedRootOnADevelopmentDeployment() public {
        keys = _deploy(true);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.RootApproved(ROOT, "emulated", true);
        _approve(ROOT, "emulated", true);

        _assertRoot(ROOT, "emulated", true);
    }

    function test_AnUnknownRootHasNoLabel() public view {
        _assertRoot("other", 0, false);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.approveRoot("other", LABEL, false);
    }

    function test_RevertWhen_ItIsEmulatedAndValueIsAtStake() public {
        _expect(abi.encodeWithSelector(IAttestedKeys.EmulatedRootRefused.selector, bytes32("other")), "emulated", true);
    }

    function testFuzz_RevertWhen_TheLabelIsLong(bytes32 label) public {
        vm.assume(bytes32(bytes16(label)) != label && label[0] != 0);

        _expectLabel(label, false);
    }

    function testFuzz_RevertWhen_TheLabelStartsWithZero(bytes32 label) public {
        _expectLabel(label >> 8, false);
    }

    function test_RevertWhen_TheLabelLies() public {
        _expectLabel("emulated", false);
        keys = _deploy(true);
        _expectLabel("emulated", false);
        _expectLabel("production", true);
    }

    function test_RevertWhen_TheRootExists() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.RootExists.selector, ROOT));
        keys.approveRoot(ROOT, LABEL, false);
    }

    function test_RevertWhen_TheRootWasRevokedBefore() public {
        vm.prank(guardian);
        keys.revokeRoot("other", "");

        _expect(abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, bytes32("other")), LABEL, false);
    }

    function _expectLabel(bytes32 label, bool isEmulated) private {
        _expect(abi.encodeWithSelector(IAttestedKeys.RootLabelInvalid.selector, label), label, isEmulated);
    }

    function _expect(bytes memory reason, bytes32 label, bool isEmulated) private {
        vm.expectRevert(reason);
        _approve("other", label, isEmulated);
    }

    function _approve(bytes32 rootId, bytes32 label, bool isEmulated) private {
        vm.prank(admin);
        keys.approveRoot(rootId, label, isEmulated);
    }

    function _assertRoot(bytes32 rootId, bytes32 label, bool isEmulated) private view {
        (bytes32 actualLabel, bool actuallyEmulated, uint40 revokedAt) = keys.rootOf(rootId);
        assertEq(actualLabel, label);
        assertEq(actuallyEmulated, isEmulated);
        assertEq(revokedAt, 0);
    }
}
