// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test, Vm} from "forge-std/Test.sol";

import {Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {Receipts} from "../support/Receipts.sol";
import {ReceiptWitness} from "../support/ReceiptWitness.sol";

contract ReceiptWitnessTest is Test {
    ReceiptWitness private witness = new ReceiptWitness();
    Vm.Wallet private node = vm.createWallet("node");

    function testFuzz_WitnessesAReceiptOnce(uint256 seed) public {
        InferenceReceipt memory receipt = _fresh(seed);
        bytes32 digest = witness.digestOf(receipt);
        bytes memory signature = _sign(receipt);

        vm.expectEmit(address(witness));
        emit ReceiptWitness.ReceiptWitnessed(receipt.requestId, receipt.versionId, node.addr, receipt.assurance, digest);
        witness.witness(receipt, signature);

        assertTrue(witness.witnessed(digest));
        vm.expectRevert(abi.encodeWithSelector(ReceiptWitness.AlreadyWitnessed.selector, digest));
        witness.witness(receipt, signature);
    }

    function testFuzz_RevertWhen_Expired(uint256 seed, uint64 late) public {
        InferenceReceipt memory receipt = _fresh(seed);
        receipt.expiresAt = uint64(bound(receipt.expiresAt, 0, type(uint64).max - 1));
        vm.warp(bound(late, uint256(receipt.expiresAt) + 1, type(uint64).max));
        bytes memory signature = _sign(receipt);

        vm.expectRevert(abi.encodeWithSelector(ReceiptWitness.ReceiptExpired.selector, receipt.expiresAt, block.timestamp));
        witness.witness(receipt, signature);
    }

    function testFuzz_RevertWhen_AnotherNodeIsNamed(uint256 seed) public {
        InferenceReceipt memory receipt = _fresh(seed);
        receipt.node = address(uint160(receipt.node) ^ 1);
        bytes memory signature = _sign(receipt);

        vm.expectRevert(abi.encodeWithSelector(ReceiptWitness.WrongSigner.selector, node.addr, receipt.node));
        witness.witness(receipt, signature);
    }

    function testFuzz_AnotherContractHasAnotherDigest(uint256 seed) public {
        InferenceReceipt memory receipt = Receipts.from(seed);

        assertNotEq(new ReceiptWitness().digestOf(receipt), witness.digestOf(receipt));
    }

    function testFuzz_AnotherChainHasAnotherDigest(uint256 seed, uint64 chainId) public {
        vm.assume(chainId != block.chainid && chainId != 0);
        InferenceReceipt memory receipt = Receipts.from(seed);
        bytes32 here = witness.digestOf(receipt);

        vm.chainId(chainId);

        assertNotEq(witness.digestOf(receipt), here);
    }

    /// A receipt that names our node and never expires.
    function _fresh(uint256 seed) private view returns (InferenceReceipt memory receipt) {
        receipt = Receipts.from(seed);
        receipt.node = node.addr;
        receipt.expiresAt = type(uint64).max;
    }

    function _sign(InferenceReceipt memory receipt) private returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(node, witness.digestOf(receipt));
        return abi.encodePacked(r, s, v);
    }
}
