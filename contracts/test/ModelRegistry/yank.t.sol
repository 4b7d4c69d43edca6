// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Version, VersionStatus, VersionTerms} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

contract ModelRegistryYankTest is ModelRegistryTest {
    function testFuzz_ChangesTheStatusAndNothingElse(uint256 seed, uint256 length, bool wasDeprecated) public {
        Version memory version = Versions.from(seed, VERIFIER);
        VersionId versionId = _publish(version);
        string memory reason = Versions.text(bound(length, 0, 256));
        vm.startPrank(OWNER);
        if (wasDeprecated) registry.deprecate(versionId, "");
        assertEq(registry.yankedAt(versionId), 0);

        vm.expectEmit(address(registry));
        emit IModelRegistry.VersionYanked(versionId, reason);
        registry.yank(versionId, reason);

        assertEq(registry.yankedAt(versionId), vm.getBlockTimestamp());
        assertTrue(registry.statusOf(versionId) == VersionStatus.Yanked);
        assertEq(
            abi.encode(registry.termsOf(versionId)),
            abi.encode(VersionTerms(VersionStatus.Yanked, version.semantics.kind, version.proofVerifier))
        );
        assertEq(abi.encode(registry.semanticsOf(versionId)), abi.encode(version.semantics));
        assertEq(registry.versionAt(modelId, version.major, version.minor), versionId);
    }

    function test_LeavesOtherVersionsAlone() public {
        Version memory version = Versions.integer();
        VersionId other = _publish(version);
        version.minor++;
        VersionId versionId = _publish(version);

        vm.prank(OWNER);
        registry.yank(versionId, "");

        assertTrue(registry.statusOf(other) == VersionStatus.Active);
    }

    function test_ObeysTheNewOwnerOnly() public {
        VersionId versionId = _publish(Versions.integer());
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        vm.prank(STRANGER);
        registry.acceptOwnership(modelId);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, OWNER));
        vm.prank(OWNER);
        registry.yank(versionId, "");

        vm.prank(STRANGER);
        registry.yank(versionId, "");
        assertTrue(registry.statusOf(versionId) == VersionStatus.Yanked);
    }

    function test_RevertWhen_ThereIsNoSuchVersion() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, NO_VERSION));
        vm.prank(OWNER);
        registry.yank(NO_VERSION, "");
    }

    function testFuzz_RevertWhen_CallerIsNotTheOwner(address caller) public {
        vm.assume(caller != OWNER);
        VersionId versionId = _publish(Versions.integer());

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, caller));
        vm.prank(caller);
        registry.yank(versionId, "");
    }

    function testFuzz_RevertWhen_TheReasonIsTooLong(uint256 length) public {
        length = bound(length, 257, 2000);
        VersionId versionId = _publish(Versions.integer());

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, length, 256));
        vm.prank(OWNER);
        registry.yank(versionId, Versions.text(length));
    }

    function test_RevertWhen_YankedBefore() public {
        VersionId versionId = _publish(Versions.integer());
        vm.startPrank(OWNER);
        registry.yank(versionId, "");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsYanked.selector, versionId));
        registry.yank(versionId, "");
    }

    /// Whatever is tried, in whatever order, a status only ever rises, and a call succeeds just when it raises it.
    function testFuzz_AStatusNeverGoesBack(uint256 attempts) public {
        VersionId versionId = _publish(Versions.integer());
        for (uint256 attempt = 0; attempt < 12; attempt++) {
            VersionStatus before = registry.statusOf(versionId);
            bool isYank = (attempts >> attempt) & 1 != 0;
            bytes memory call = isYank
                ? abi.encodeCall(IModelRegistry.yank, (versionId, ""))
                : abi.encodeCall(IModelRegistry.deprecate, (versionId, ""));

            vm.prank(OWNER);
            (bool succeeded,) = address(registry).call(call);

            VersionStatus asked = isYank ? VersionStatus.Yanked : VersionStatus.Deprecated;
            assertEq(succeeded, asked > before);
            assertTrue(registry.statusOf(versionId) == (succeeded ? asked : before));
        }
    }
}
