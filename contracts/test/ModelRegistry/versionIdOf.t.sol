// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {ModelId, VersionId} from "../../src/types/Ids.sol";
import {SemanticsKind, Version} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

contract ModelRegistryVersionIdOfTest is ModelRegistryTest {
    function testFuzz_IsTheHashThatTheInterfaceStates(ModelId model, uint256 seed) public view {
        Version memory version = Versions.from(seed, VERIFIER);
        bytes32 tag = keccak256("OpenGradient.Relayer.Version");
        bytes32 expected = keccak256(abi.encode(tag, block.chainid, address(registry), model, keccak256(abi.encode(version))));

        assertEq(VersionId.unwrap(registry.versionIdOf(model, version)), expected);
    }

    function testFuzz_BindsEveryFieldOfTheVersion(uint256 seed, uint256 field) public view {
        Version memory version = Versions.from(seed, VERIFIER);
        VersionId before = registry.versionIdOf(modelId, version);

        _change(version, field % 14);

        assertNotEq(registry.versionIdOf(modelId, version), before);
    }

    function test_BindsWhereOneUriEndsAndTheNextBegins() public view {
        Version memory version = Versions.integer();
        version.uris = new string[](2);
        (version.uris[0], version.uris[1]) = ("ab", "c");
        VersionId before = registry.versionIdOf(modelId, version);

        (version.uris[0], version.uris[1]) = ("a", "bc");

        assertNotEq(registry.versionIdOf(modelId, version), before);
    }

    function testFuzz_BindsTheModel(ModelId other, uint256 seed) public view {
        vm.assume(other != modelId);
        Version memory version = Versions.from(seed, VERIFIER);

        assertNotEq(registry.versionIdOf(other, version), registry.versionIdOf(modelId, version));
    }

    function testFuzz_BindsTheChain(uint64 chainId) public {
        vm.assume(chainId != block.chainid);
        VersionId here = registry.versionIdOf(modelId, Versions.integer());

        vm.chainId(chainId);

        assertNotEq(registry.versionIdOf(modelId, Versions.integer()), here);
    }

    function test_BindsTheRegistry() public {
        VersionId elsewhere = new ModelRegistry(verifiers).versionIdOf(modelId, Versions.integer());

        assertNotEq(elsewhere, registry.versionIdOf(modelId, Versions.integer()));
    }

    function _change(Version memory version, uint256 field) private pure {
        unchecked {
            if (field == 0) version.major++;
            else if (field == 1) version.minor++;
            else if (field == 2) version.artifactHash = ~version.artifactHash;
            else if (field == 3) version.signatureHash = ~version.signatureHash;
            else if (field == 4) version.proofVerifier = address(uint160(version.proofVerifier) + 1);
            else if (field == 5) version.semantics.kind = SemanticsKind((uint8(version.semantics.kind) + 1) % 3);
            else if (field == 6) version.semantics.descriptorHash = ~version.semantics.descriptorHash;
            else if (field == 7) version.semantics.proofCommitment = ~version.semantics.proofCommitment;
            else if (field == 8) version.semantics.toleranceAbs++;
            else if (field == 9) version.semantics.toleranceRel++;
            else if (field == 10) version.uris = new string[](version.uris.length + 1);
            else if (field == 11) version.uris[0] = "";
            else if (field == 12) version.uris[version.uris.length - 1] = "another";
            else (version.major, version.minor) = (version.minor, version.major);
        }
    }
}
