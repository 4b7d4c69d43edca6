// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";

contract ModelRegistryOfferOwnershipTest is ModelRegistryTest {
    function testFuzz_OffersWithoutHandingOn(address candidate) public {
        vm.expectEmit(address(registry));
        emit IModelRegistry.OwnershipOffered(modelId, OWNER, candidate);
        vm.prank(OWNER);
        registry.offerOwnership(modelId, candidate);

        assertEq(registry.candidateOf(modelId), candidate);
        assertEq(registry.ownerOf(modelId), OWNER);
    }

    function testFuzz_ANewOfferReplacesTheLast(address candidate) public {
        vm.assume(candidate != STRANGER);
        vm.startPrank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        registry.offerOwnership(modelId, candidate);
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCandidate.selector, modelId, STRANGER));
        vm.prank(STRANGER);
        registry.acceptOwnership(modelId);
    }

    function testFuzz_RevertWhen_CallerIsNotTheOwner(address caller) public {
        vm.assume(caller != OWNER);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, caller));
        vm.prank(caller);
        registry.offerOwnership(modelId, caller);
    }

    function test_RevertWhen_TheCandidateOffersOn() public {
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, STRANGER));
        vm.prank(STRANGER);
        registry.offerOwnership(modelId, address(this));
    }

    function test_RevertWhen_ThereIsNoSuchModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, NO_MODEL));
        vm.prank(OWNER);
        registry.offerOwnership(NO_MODEL, STRANGER);
    }
}
