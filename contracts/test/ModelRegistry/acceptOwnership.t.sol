// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelId} from "../../src/types/Ids.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";

contract ModelRegistryAcceptOwnershipTest is ModelRegistryTest {
    function testFuzz_HandsOn(address candidate) public {
        vm.assume(candidate != address(0));
        vm.prank(OWNER);
        registry.offerOwnership(modelId, candidate);

        vm.expectEmit(address(registry));
        emit IModelRegistry.OwnershipAccepted(modelId, OWNER, candidate);
        vm.prank(candidate);
        registry.acceptOwnership(modelId);

        assertEq(registry.ownerOf(modelId), candidate);
        assertEq(registry.candidateOf(modelId), address(0));
    }

    function test_LeavesOtherModelsAlone() public {
        vm.startPrank(OWNER);
        ModelId other = registry.createModel("other", "");
        registry.offerOwnership(modelId, STRANGER);
        vm.stopPrank();

        vm.startPrank(STRANGER);
        registry.acceptOwnership(modelId);

        assertEq(registry.ownerOf(other), OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCandidate.selector, other, STRANGER));
        registry.acceptOwnership(other);
    }

    function testFuzz_RevertWhen_CallerIsNotTheCandidate(address caller) public {
        vm.assume(caller != STRANGER);
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCandidate.selector, modelId, caller));
        vm.prank(caller);
        registry.acceptOwnership(modelId);
    }

    function test_RevertWhen_TheOfferWasTakenBack() public {
        vm.startPrank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        registry.offerOwnership(modelId, address(0));
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCandidate.selector, modelId, STRANGER));
        vm.prank(STRANGER);
        registry.acceptOwnership(modelId);
    }

    function test_RevertWhen_TheOfferWasAccepted() public {
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        vm.startPrank(STRANGER);
        registry.acceptOwnership(modelId);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCandidate.selector, modelId, STRANGER));
        registry.acceptOwnership(modelId);
    }

    function testFuzz_RevertWhen_ThereIsNoSuchModel(address caller) public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, NO_MODEL));
        vm.prank(caller);
        registry.acceptOwnership(NO_MODEL);
    }
}
