// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

contract ModelRegistrySetMetadataTest is ModelRegistryTest {
    function testFuzz_SaysWhereTheMetadataIs(uint256 length) public {
        string memory metadata = Versions.text(bound(length, 0, 256));

        vm.expectEmit(address(registry));
        emit IModelRegistry.MetadataChanged(modelId, metadata);
        vm.prank(OWNER);
        registry.setMetadata(modelId, metadata);
    }

    function testFuzz_RevertWhen_TheMetadataIsTooLong(uint256 length) public {
        string memory metadata = Versions.text(bound(length, 257, 2000));

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, bytes(metadata).length, 256));
        vm.prank(OWNER);
        registry.setMetadata(modelId, metadata);
    }

    function testFuzz_RevertWhen_CallerIsNotTheOwner(address caller) public {
        vm.assume(caller != OWNER);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOwner.selector, modelId, caller));
        vm.prank(caller);
        registry.setMetadata(modelId, "");
    }

    function test_RevertWhen_ThereIsNoSuchModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, NO_MODEL));
        vm.prank(OWNER);
        registry.setMetadata(NO_MODEL, "");
    }
}
