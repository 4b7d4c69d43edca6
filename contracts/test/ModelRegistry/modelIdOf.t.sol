// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {ModelId} from "../../src/types/Ids.sol";
import {ModelRegistryTest} from "../support/ModelRegistryTest.sol";

contract ModelRegistryModelIdOfTest is ModelRegistryTest {
    function testFuzz_IsTheHashThatTheInterfaceStates(address creator, string memory name) public view {
        bytes32 tag = keccak256("OpenGradient.Relayer.Model");
        bytes32 expected = keccak256(abi.encode(tag, block.chainid, address(registry), creator, keccak256(bytes(name))));

        assertEq(ModelId.unwrap(registry.modelIdOf(creator, name)), expected);
    }

    function testFuzz_BindsTheCreator(address creator, address other, string memory name) public view {
        vm.assume(creator != other);

        assertNotEq(registry.modelIdOf(creator, name), registry.modelIdOf(other, name));
    }

    function testFuzz_BindsTheName(address creator, string memory name, string memory other) public view {
        vm.assume(keccak256(bytes(name)) != keccak256(bytes(other)));

        assertNotEq(registry.modelIdOf(creator, name), registry.modelIdOf(creator, other));
    }

    function testFuzz_BindsTheChain(uint64 chainId) public {
        vm.assume(chainId != block.chainid);
        ModelId here = registry.modelIdOf(OWNER, NAME);

        vm.chainId(chainId);

        assertNotEq(registry.modelIdOf(OWNER, NAME), here);
    }

    function test_BindsTheRegistry() public {
        assertNotEq(new ModelRegistry(verifiers).modelIdOf(OWNER, NAME), registry.modelIdOf(OWNER, NAME));
    }
}
