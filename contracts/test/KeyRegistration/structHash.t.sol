// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {KeyRegistration, KeyRegistrationLib} from "../../src/types/KeyRegistration.sol";

contract KeyRegistrationStructHashTest is Test {
    /// Against an implementation of EIP-712 that reads the types from their description.
    /// forge-config: default.fuzz.runs = 1000
    function testFuzz_IsTheStructHashOfEip712(KeyRegistration memory registration, uint256 nonce, uint256 deadline) public pure {
        bytes32 expected = vm.eip712HashStruct(
            "RegisterKey(KeyRegistration registration,uint256 nonce,uint256 deadline)KeyRegistration(address node,address signer,bytes32 hpkeKey,bytes32 evidenceHash,bytes32 rootId,bytes32 teeType,bytes32 workloadId,bytes32 platformId,uint8 tcbStatus,uint32 tcbEval,uint40 attestedAt,uint40 expiresAt,uint64 keyEpoch)",
            abi.encode(registration, nonce, deadline)
        );

        assertEq(KeyRegistrationLib.structHash(registration, nonce, deadline), expected);
    }
}
