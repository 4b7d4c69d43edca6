// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IVerifierRegistry} from "../../src/interfaces/IVerifierRegistry.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Semantics, SemanticsKind, Version} from "../../src/types/Version.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

/// Which semantics, and which verifier with them, `publishVersion` takes.
contract ModelRegistryPublishSemanticsTest is ModelRegistryTest {
    /// Every kind with every set of parameters, against the rules written another way: as a table of the sets that are taken.
    function test_TakesTheseSetsOfParametersAndNoOther() public {
        uint256 taken;
        for (uint256 kind = 0; kind < 3; kind++) {
            for (uint256 set = 0; set < 32; set++) {
                Version memory version = _withParameters(SemanticsKind(kind), set);
                version.minor = uint32(kind * 32 + set);
                if (_isTaken(SemanticsKind(kind), set)) {
                    _publish(version);
                    taken++;
                } else {
                    vm.expectPartialRevert(_refusalOf(SemanticsKind(kind), set));
                    vm.prank(OWNER);
                    registry.publishVersion(modelId, version);
                }
            }
        }

        assertEq(taken, 6);
    }

    function testFuzz_TakesAnyParametersOfIntegers(bytes32 descriptorHash, bytes32 proofCommitment) public {
        vm.assume(descriptorHash != 0 && proofCommitment != 0);
        Version memory version = Versions.provable(VERIFIER);
        version.semantics.descriptorHash = descriptorHash;
        version.semantics.proofCommitment = proofCommitment;

        VersionId versionId = _publish(version);

        assertEq(registry.termsOf(versionId).proofVerifier, VERIFIER);
        assertEq(registry.proofCommitmentOf(versionId), proofCommitment);
    }

    function testFuzz_TakesAnyTolerancesBelowTheWhole(uint128 toleranceAbs, uint128 toleranceRel) public {
        toleranceRel = uint128(bound(toleranceRel, 0, Versions.WHOLE - 1));
        vm.assume(toleranceAbs != 0 || toleranceRel != 0);
        Version memory version = _floating(toleranceAbs, toleranceRel);

        Semantics memory kept = registry.semanticsOf(_publish(version));

        assertEq(kept.toleranceAbs, toleranceAbs);
        assertEq(kept.toleranceRel, toleranceRel);
    }

    function test_TakesTheLeastAndTheGreatestRelativeTolerance() public {
        Version memory version = _floating(0, 1);
        _publish(version);
        version = _floating(0, Versions.WHOLE - 1);
        version.minor++;
        _publish(version);
    }

    function testFuzz_RevertWhen_TheRelativeToleranceIsTheWholeOrMore(uint128 toleranceAbs, uint128 toleranceRel) public {
        toleranceRel = uint128(bound(toleranceRel, Versions.WHOLE, type(uint128).max));

        _refuseSemantics(_floating(toleranceAbs, toleranceRel));
    }

    function test_RevertWhen_TheRelativeToleranceIsJustTheWhole() public {
        _refuseSemantics(_floating(1, Versions.WHOLE));
    }

    function testFuzz_RevertWhen_SampledAnswersHaveAParameter(uint256 set, uint256 field) public {
        Version memory version = _withParameters(SemanticsKind.None, (set & 15) | (1 << (field % 4)));

        _refuseSemantics(version);
    }

    function testFuzz_RevertWhen_TheVerifierIsNotRegistered(address verifier) public {
        vm.assume(verifier != VERIFIER && verifier != address(0));

        _refuse(Versions.provable(verifier), abi.encodeWithSelector(IModelRegistry.VerifierUnknown.selector, verifier));
    }

    function test_TakesAVerifierFromWhenItIsRegistered() public {
        address later = makeAddr("later");
        vm.etch(later, hex"00");
        _refuse(Versions.provable(later), abi.encodeWithSelector(IModelRegistry.VerifierUnknown.selector, later));

        verifiers.register(later, "another", true);

        assertEq(registry.termsOf(_publish(Versions.provable(later))).proofVerifier, later);
    }

    function test_RevertWhen_AVerifierHasNoCommitment() public {
        Version memory version = Versions.provable(VERIFIER);
        version.semantics.proofCommitment = 0;

        _refuse(version, abi.encodeWithSelector(IModelRegistry.VerifierNeedsCommitment.selector));
    }

    function test_RevertWhen_ACommitmentHasNoVerifier() public {
        Version memory version = Versions.provable(address(0));

        _refuse(version, abi.encodeWithSelector(IModelRegistry.VerifierNeedsCommitment.selector));
    }

    function test_RevertWhen_AVerifierStandsWithAnswersThatCannotBeProven() public {
        Version memory version = Versions.floating();
        version.proofVerifier = VERIFIER;
        _refuse(version, abi.encodeWithSelector(IModelRegistry.VerifierNeedsCommitment.selector));

        version.semantics.proofCommitment = keccak256("commitment");
        _refuseSemantics(version);
    }

    /// The register is asked only where there is something to ask.
    function test_AsksTheRegisterOfVerifiersOnlyAboutAVerifier() public {
        vm.expectCall(address(verifiers), abi.encodeCall(IVerifierRegistry.isRegistered, (address(0))), 0);
        _publish(Versions.integer());
    }

    function test_RevertWhen_TheKindDoesNotExist() public {
        bytes memory call = abi.encodeCall(IModelRegistry.publishVersion, (modelId, Versions.sampled()));
        // After the selector: the id, the offset of the version, five words of it, and then the kind.
        call[4 + 7 * 32 + 31] = 0x03;

        vm.prank(OWNER);
        (bool succeeded,) = address(registry).call(call);

        assertFalse(succeeded);
        call[4 + 7 * 32 + 31] = 0x00;
        vm.prank(OWNER);
        (succeeded,) = address(registry).call(call);
        assertTrue(succeeded);
    }

    /// Bits of a set: 1 descriptor, 2 commitment, 4 absolute tolerance, 8 relative tolerance, 16 verifier.
    function _isTaken(SemanticsKind kind, uint256 set) private pure returns (bool) {
        if (kind == SemanticsKind.Integer) return set == 1 || set == 1 + 2 + 16;
        if (kind == SemanticsKind.Float) return set == 4 || set == 8 || set == 4 + 8;
        return set == 0;
    }

    /// Semantics are judged before the verifier.
    function _refusalOf(SemanticsKind kind, uint256 set) private pure returns (bytes4) {
        bool isSound = _isTaken(kind, set & 15) || (kind == SemanticsKind.Integer && set & 15 == 1 + 2);
        return isSound ? IModelRegistry.VerifierNeedsCommitment.selector : IModelRegistry.SemanticsInvalid.selector;
    }

    function _withParameters(SemanticsKind kind, uint256 set) private view returns (Version memory version) {
        version = Versions.sampled();
        version.semantics.kind = kind;
        if (set & 1 != 0) version.semantics.descriptorHash = keccak256("descriptor");
        if (set & 2 != 0) version.semantics.proofCommitment = keccak256("commitment");
        if (set & 4 != 0) version.semantics.toleranceAbs = 1;
        if (set & 8 != 0) version.semantics.toleranceRel = 1;
        if (set & 16 != 0) version.proofVerifier = VERIFIER;
    }

    function _floating(uint128 toleranceAbs, uint128 toleranceRel) private pure returns (Version memory version) {
        version = Versions.floating();
        version.semantics.toleranceAbs = toleranceAbs;
        version.semantics.toleranceRel = toleranceRel;
    }

    function _refuseSemantics(Version memory version) private {
        _refuse(version, abi.encodeWithSelector(IModelRegistry.SemanticsInvalid.selector, version.semantics));
    }

    function _refuse(Version memory version, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(OWNER);
        registry.publishVersion(modelId, version);
    }
}
