// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {SemanticsKind, VersionStatus, VersionTerms} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

/// What can be asked of a version, above all where there is none. That the answers are what was published stands with `publishVersion`.
contract ModelRegistryTermsOfTest is ModelRegistryTest {
    function testFuzz_ReadsOneSlot(uint256 seed) public {
        VersionId versionId = _publish(Versions.from(seed, VERIFIER));

        vm.record();
        registry.termsOf(versionId);
        (bytes32[] memory reads,) = vm.accesses(address(registry));

        assertNotEq(reads.length, 0);
        for (uint256 index = 1; index < reads.length; index++) {
            assertEq(reads[index], reads[0]);
        }
    }

    function test_TheProofCommitmentIsOneSlotMore() public {
        VersionId versionId = _publish(Versions.provable(VERIFIER));

        vm.record();
        registry.proofCommitmentOf(versionId);
        (bytes32[] memory reads,) = vm.accesses(address(registry));

        assertEq(reads.length, 1);
    }

    function testFuzz_AreEmptyWhereThereIsNoSuchVersion(VersionId versionId) public view {
        assertEq(
            abi.encode(registry.termsOf(versionId)),
            abi.encode(VersionTerms(VersionStatus.Unknown, SemanticsKind.None, address(0)))
        );
        assertTrue(registry.statusOf(versionId) == VersionStatus.Unknown);
        assertEq(registry.proofCommitmentOf(versionId), 0);
    }

    function testFuzz_ThereIsNothingOfAModelThatDoesNotExist(uint32 major, uint32 minor) public view {
        assertEq(registry.ownerOf(NO_MODEL), address(0));
        assertEq(registry.candidateOf(NO_MODEL), address(0));
        assertEq(registry.versionAt(NO_MODEL, major, minor), VersionId.wrap(0));
    }

    function testFuzz_RevertWhen_AskedForTheModelOfNoVersion(VersionId versionId) public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, versionId));
        registry.modelOf(versionId);
    }

    function testFuzz_RevertWhen_AskedForTheSemanticsOfNoVersion(VersionId versionId) public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, versionId));
        registry.semanticsOf(versionId);
    }

    function testFuzz_RevertWhen_AskedForTheArtifactOfNoVersion(VersionId versionId) public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, versionId));
        registry.artifactHashOf(versionId);
    }

    function testFuzz_RevertWhen_AskedForTheSignatureOfNoVersion(VersionId versionId) public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, versionId));
        registry.signatureHashOf(versionId);
    }
}
