// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelId, VersionId} from "../../src/types/Ids.sol";
import {Version, VersionStatus, VersionTerms} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

/// What is published, and all that a version needs apart from its semantics.
contract ModelRegistryPublishVersionTest is ModelRegistryTest {
    function testFuzz_PublishesAVersion(uint256 seed) public {
        Version memory version = Versions.from(seed, VERIFIER);
        VersionId expected = registry.versionIdOf(modelId, version);

        vm.expectEmit(address(registry));
        emit IModelRegistry.VersionPublished(modelId, expected, version);
        VersionId versionId = _publish(version);

        assertEq(versionId, expected);
        assertEq(registry.modelOf(versionId), modelId);
        assertEq(registry.versionAt(modelId, version.major, version.minor), versionId);
        assertEq(registry.artifactHashOf(versionId), version.artifactHash);
        assertEq(registry.signatureHashOf(versionId), version.signatureHash);
        assertEq(abi.encode(registry.semanticsOf(versionId)), abi.encode(version.semantics));
        assertEq(registry.proofCommitmentOf(versionId), version.semantics.proofCommitment);
        assertEq(
            abi.encode(registry.termsOf(versionId)),
            abi.encode(VersionTerms(VersionStatus.Active, version.semantics.kind, version.proofVerifier))
        );
    }

    function testFuzz_KeepsVersionsApart(uint256 seed) public {
        Version memory first = Versions.from(seed, VERIFIER);
        Version memory second = Versions.from(seed ^ 1, VERIFIER);
        second.major = first.major ^ 1;
        VersionId firstId = _publish(first);
        VersionId secondId = _publish(second);

        assertNotEq(firstId, secondId);
        assertEq(abi.encode(registry.semanticsOf(firstId)), abi.encode(first.semantics));
        assertEq(registry.artifactHashOf(firstId), first.artifactHash);
        assertEq(registry.versionAt(modelId, first.major, first.minor), firstId);
        assertEq(registry.versionAt(modelId, second.major, second.minor), secondId);
    }

    function test_TakesTheSameNumberInAnotherModel() public {
        Version memory version = Versions.integer();
        VersionId first = _publish(version);
        vm.startPrank(STRANGER);
        ModelId other = registry.createModel(NAME, "");

        VersionId second = registry.publishVersion(other, version);

        assertNotEq(first, second);
        assertEq(registry.modelOf(second), other);
        assertEq(registry.modelOf(first), modelId);
    }

    function test_TakesNumbersThatDifferInOnePart() public {
        Version memory version = Versions.integer();
        _publish(version);
        version.minor++;
        _publish(version);
        version.major++;
        version.minor--;
        VersionId last = _publish(version);

        assertEq(registry.versionAt(modelId, 2, 2), last);
    }

    function test_TakesVersionsFromTheNewOwner() public {
        _handOn();

        vm.prank(STRANGER);
        VersionId versionId = registry.publishVersion(modelId, Versions.integer());

        assertEq(registry.modelOf(versionId), modelId);
    }

    function test_TakesEightLongUris() public {
        Version memory version = Versions.integer();
        version.uris = new string[](8);
        for (uint256 index = 0; index < 8; index++) {
            version.uris[index] = Versions.text(256);
        }

        VersionId versionId = _publish(version);

        assertEq(registry.modelOf(versionId), modelId);
    }

    function test_RevertWhen_ThereIsNoSuchModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, NO_MODEL));
        vm.prank(OWNER);
        registry.publishVersion(NO_MODEL, Versions.integer());
    }

    function testFuzz_RevertWhen_CallerIsNotTheOwner(address caller) public {
        vm.assume(caller != OWNER);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, caller));
        vm.prank(caller);
        registry.publishVersion(modelId, Versions.integer());
    }

    function test_RevertWhen_CallerWasTheOwner() public {
        _handOn();

        _refuse(Versions.integer(), abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, OWNER));
    }

    function test_RevertWhen_TheArtifactIsMissing() public {
        Version memory version = Versions.integer();
        version.artifactHash = 0;

        _refuse(version, abi.encodeWithSelector(IModelRegistry.ArtifactMissing.selector));
    }

    function test_RevertWhen_TheSignatureIsMissing() public {
        Version memory version = Versions.integer();
        version.signatureHash = 0;

        _refuse(version, abi.encodeWithSelector(IModelRegistry.SignatureMissing.selector));
    }

    function test_RevertWhen_ThereIsNoUri() public {
        Version memory version = Versions.integer();
        version.uris = new string[](0);

        _refuse(version, abi.encodeWithSelector(IModelRegistry.UriCountInvalid.selector, 0, 8));
    }

    function test_RevertWhen_OneUriIsTooMany() public {
        Version memory version = Versions.integer();
        version.uris = new string[](9);

        _refuse(version, abi.encodeWithSelector(IModelRegistry.UriCountInvalid.selector, 9, 8));
    }

    function testFuzz_RevertWhen_ThereAreTooManyUris(uint256 count) public {
        Version memory version = Versions.integer();
        version.uris = new string[](bound(count, 9, 40));

        _refuse(version, abi.encodeWithSelector(IModelRegistry.UriCountInvalid.selector, version.uris.length, 8));
    }

    function testFuzz_RevertWhen_AUriIsEmpty(uint256 seed, uint256 index) public {
        Version memory version = Versions.from(seed, VERIFIER);
        index %= version.uris.length;
        version.uris[index] = "";

        _refuse(version, abi.encodeWithSelector(IModelRegistry.UriMissing.selector, index));
    }

    function testFuzz_RevertWhen_AUriIsTooLong(uint256 seed, uint256 index, uint256 length) public {
        Version memory version = Versions.from(seed, VERIFIER);
        length = bound(length, 257, 1000);
        version.uris[index % version.uris.length] = Versions.text(length);

        _refuse(version, abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, length, 256));
    }

    function testFuzz_RevertWhen_TheNumberIsTaken(uint256 seed, uint256 otherSeed) public {
        Version memory version = Versions.from(seed, VERIFIER);
        _publish(version);
        Version memory other = Versions.from(otherSeed, VERIFIER);
        other.major = version.major;
        other.minor = version.minor;

        _refuse(other, abi.encodeWithSelector(IModelRegistry.VersionExists.selector, modelId, version.major, version.minor));
    }

    function test_RevertWhen_TheNumberIsThatOfAYankedVersion() public {
        VersionId versionId = _publish(Versions.integer());
        vm.prank(OWNER);
        registry.yank(versionId, "");

        _refuse(Versions.integer(), abi.encodeWithSelector(IModelRegistry.VersionExists.selector, modelId, 1, 2));
    }

    function _handOn() private {
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        vm.prank(STRANGER);
        registry.acceptOwnership(modelId);
    }

    function _refuse(Version memory version, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(OWNER);
        registry.publishVersion(modelId, version);
    }
}
