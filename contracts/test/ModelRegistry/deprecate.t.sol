// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Version, VersionStatus, VersionTerms} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

contract ModelRegistryDeprecateTest is ModelRegistryTest {
    function testFuzz_ChangesTheStatusAndNothingElse(uint256 seed, uint256 length) public {
        Version memory version = Versions.from(seed, VERIFIER);
        VersionId versionId = _publish(version);
        string memory reason = Versions.text(bound(length, 0, 256));

        vm.expectEmit(address(registry));
        emit IModelRegistry.VersionDeprecated(versionId, reason);
        vm.prank(OWNER);
        registry.deprecate(versionId, reason);

        assertTrue(registry.statusOf(versionId) == VersionStatus.Deprecated);
        assertEq(
            abi.encode(registry.termsOf(versionId)),
            abi.encode(VersionTerms(VersionStatus.Deprecated, version.semantics.kind, version.proofVerifier))
        );
        assertEq(abi.encode(registry.semanticsOf(versionId)), abi.encode(version.semantics));
        assertEq(registry.modelOf(versionId), modelId);
    }

    function test_LeavesOtherVersionsAlone() public {
        Version memory version = Versions.integer();
        VersionId other = _publish(version);
        version.minor++;
        VersionId versionId = _publish(version);

        vm.prank(OWNER);
        registry.deprecate(versionId, "");

        assertTrue(registry.statusOf(other) == VersionStatus.Active);
    }

    function test_RevertWhen_ThereIsNoSuchVersion() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, NO_VERSION));
        vm.prank(OWNER);
        registry.deprecate(NO_VERSION, "");
    }

    function testFuzz_RevertWhen_CallerIsNotTheOwner(address caller) public {
        vm.assume(caller != OWNER);
        VersionId versionId = _publish(Versions.integer());

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, caller));
        vm.prank(caller);
        registry.deprecate(versionId, "");
    }

    function testFuzz_RevertWhen_TheReasonIsTooLong(uint256 length) public {
        length = bound(length, 257, 2000);
        VersionId versionId = _publish(Versions.integer());

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, length, 256));
        vm.prank(OWNER);
        registry.deprecate(versionId, Versions.text(length));
    }

    function test_RevertWhen_DeprecatedBefore() public {
        VersionId versionId = _publish(Versions.integer());
        vm.startPrank(OWNER);
        registry.deprecate(versionId, "");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, versionId));
        registry.deprecate(versionId, "");
    }

    function testFuzz_RevertWhen_Yanked(bool wasDeprecated) public {
        VersionId versionId = _publish(Versions.integer());
        vm.startPrank(OWNER);
        if (wasDeprecated) registry.deprecate(versionId, "");
        registry.yank(versionId, "");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsYanked.selector, versionId));
        registry.deprecate(versionId, "");
    }
}
