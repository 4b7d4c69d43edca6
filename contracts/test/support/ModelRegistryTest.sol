// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {VerifierRegistry} from "../../src/VerifierRegistry.sol";
import {ModelId, VersionId} from "../../src/types/Ids.sol";
import {Version} from "../../src/types/Version.sol";

/// @notice A registry with one model of one owner, and one registered verifier.
abstract contract ModelRegistryTest is Test {
    ModelId internal constant NO_MODEL = ModelId.wrap(keccak256("no model"));
    VersionId internal constant NO_VERSION = VersionId.wrap(keccak256("no version"));
    string internal constant NAME = "resnet-50";

    address internal immutable OWNER = makeAddr("owner");
    address internal immutable STRANGER = makeAddr("stranger");
    address internal immutable VERIFIER = makeAddr("verifier");

    VerifierRegistry internal verifiers = new VerifierRegistry(address(this), true, address(0), 0);
    ModelRegistry internal registry = new ModelRegistry(verifiers);
    ModelId internal modelId;

    function setUp() public virtual {
        vm.etch(VERIFIER, hex"00");
        verifiers.register(VERIFIER, "kzg-linear", false);
        vm.prank(OWNER);
        modelId = registry.createModel(NAME, "ipfs://metadata");
    }

    function _publish(Version memory version) internal returns (VersionId) {
        vm.prank(OWNER);
        return registry.publishVersion(modelId, version);
    }

    function assertEq(ModelId left, ModelId right) internal pure {
        assertEq(ModelId.unwrap(left), ModelId.unwrap(right));
    }

    function assertNotEq(ModelId left, ModelId right) internal pure {
        assertNotEq(ModelId.unwrap(left), ModelId.unwrap(right));
    }

    function assertEq(VersionId left, VersionId right) internal pure {
        assertEq(VersionId.unwrap(left), VersionId.unwrap(right));
    }

    function assertNotEq(VersionId left, VersionId right) internal pure {
        assertNotEq(VersionId.unwrap(left), VersionId.unwrap(right));
    }
}
