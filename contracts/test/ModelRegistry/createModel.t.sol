// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelId} from "../../src/types/Ids.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";
import {Versions} from "../support/Versions.sol";

contract ModelRegistryCreateModelTest is ModelRegistryTest {
    string private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    uint256 private constant LETTERS_AND_DIGITS = 36;

    function testFuzz_TakesANameForTheCaller(address creator, uint256 seed) public {
        vm.assume(creator != address(0));
        string memory name = _name(seed);
        string memory metadata = Versions.text(seed % 257);
        ModelId expected = registry.modelIdOf(creator, name);

        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelCreated(expected, creator, name, metadata);
        vm.prank(creator);
        ModelId created = registry.createModel(name, metadata);

        assertEq(created, expected);
        assertEq(registry.ownerOf(created), creator);
        assertEq(registry.candidateOf(created), address(0));
    }

    function test_GivesOneNameToEveryCallerOnce() public {
        vm.prank(STRANGER);
        ModelId other = registry.createModel(NAME, "");

        assertNotEq(other, modelId);
        assertEq(registry.ownerOf(other), STRANGER);
        assertEq(registry.ownerOf(modelId), OWNER);
    }

    function test_TakesTheShortestAndTheLongestName() public {
        registry.createModel("a", "");
        registry.createModel("0", "");
        registry.createModel(Versions.text(64), "");
    }

    /// Every byte there is, at the start of a name and further on.
    function test_TakesTheseBytesAndNoOther() public {
        for (uint256 character = 0; character < 256; character++) {
            uint256 place = _placeInAlphabet(bytes1(uint8(character)));

            _createOrRevert(abi.encodePacked(uint8(character)), place < LETTERS_AND_DIGITS);
            _createOrRevert(abi.encodePacked("a", uint8(character)), place < bytes(ALPHABET).length);
            _createOrRevert(abi.encodePacked(uint8(character), "aa"), place < LETTERS_AND_DIGITS);
            _createOrRevert(abi.encodePacked("aa", uint8(character), "a"), place < bytes(ALPHABET).length);
        }
    }

    function testFuzz_RevertWhen_AnyByteOfTheNameIsInvalid(uint256 seed, uint256 index, bytes1 character) public {
        vm.assume(_placeInAlphabet(character) == bytes(ALPHABET).length);
        bytes memory name = bytes(_name(seed));
        name[index % name.length] = character;

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NameInvalid.selector, string(name)));
        registry.createModel(string(name), "");
    }

    function test_RevertWhen_TheNameIsEmpty() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NameInvalid.selector, ""));
        registry.createModel("", "");
    }

    function testFuzz_RevertWhen_TheNameIsTooLong(uint256 length) public {
        string memory name = Versions.text(bound(length, 65, 2000));

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NameInvalid.selector, name));
        registry.createModel(name, "");
    }

    function test_RevertWhen_OneByteIsTooMany() public {
        string memory name = Versions.text(65);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NameInvalid.selector, name));
        registry.createModel(name, "");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, 257, 256));
        registry.createModel("name", Versions.text(257));
    }

    function testFuzz_RevertWhen_TheMetadataIsTooLong(uint256 length) public {
        length = bound(length, 257, 2000);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, length, 256));
        registry.createModel("name", Versions.text(length));
    }

    function test_RevertWhen_TheNameIsTaken() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelExists.selector, modelId));
        vm.prank(OWNER);
        registry.createModel(NAME, "ipfs://other");
    }

    function test_RevertWhen_TheNameIsTakenByAModelHandedOn() public {
        vm.prank(OWNER);
        registry.offerOwnership(modelId, STRANGER);
        vm.prank(STRANGER);
        registry.acceptOwnership(modelId);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelExists.selector, modelId));
        vm.prank(OWNER);
        registry.createModel(NAME, "");
    }

    function _createOrRevert(bytes memory name, bool isValid) private {
        if (!isValid) {
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NameInvalid.selector, string(name)));
        }
        registry.createModel(string(name), "");
    }

    function _name(uint256 seed) private pure returns (string memory) {
        bytes memory name = new bytes(1 + seed % 64);
        for (uint256 index = 0; index < name.length; index++) {
            uint256 letters = index == 0 ? LETTERS_AND_DIGITS : bytes(ALPHABET).length;
            name[index] = bytes(ALPHABET)[uint256(keccak256(abi.encode(seed, index))) % letters];
        }
        return string(name);
    }

    /// The alphabet's length where the byte is not in it.
    function _placeInAlphabet(bytes1 character) private pure returns (uint256 place) {
        while (place < bytes(ALPHABET).length && bytes(ALPHABET)[place] != character) {
            place++;
        }
    }
}
