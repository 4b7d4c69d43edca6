// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Assurance, Receipt as InferenceReceipt, ReceiptLib} from "../../src/types/Receipt.sol";
import {Receipts} from "../support/Receipts.sol";

/// What a receipt's hash must be: every field counts, and the type string is the one that wallets and the off-chain twins build.
contract ReceiptStructHashTest is Test {
    function testFuzz_MatchesTheEncodingOfTheStruct(uint256 seed) public pure {
        InferenceReceipt memory receipt = Receipts.from(seed);
        // A struct of static fields encodes as its words in order, so the typehash in front of them is the whole preimage.
        bytes memory preimage = abi.encodePacked(ReceiptLib.TYPEHASH, abi.encode(receipt));

        assertEq(ReceiptLib.structHash(receipt), keccak256(preimage));
        assertEq(preimage.length, 12 * 32);
    }

    /// The hash is taken in place, and what it borrows it gives back.
    function testFuzz_HashesAsPlainSolidityDoesAndLeavesMemoryAsItWas(uint256 seed, bytes32 before) public pure {
        bytes32[] memory neighbour = new bytes32[](1);
        neighbour[0] = before;
        InferenceReceipt memory receipt = Receipts.from(seed);
        bytes32 encoded = keccak256(abi.encode(receipt));

        assertEq(ReceiptLib.structHash(receipt), ReceiptLib.plainStructHash(receipt));

        assertEq(neighbour[0], before);
        assertEq(keccak256(abi.encode(receipt)), encoded);
    }

    function testFuzz_EveryFieldChangesTheHash(uint256 seed, uint256 field) public pure {
        InferenceReceipt memory receipt = Receipts.from(seed);
        bytes32 before = ReceiptLib.structHash(receipt);

        _change(receipt, field % 11);

        assertNotEq(ReceiptLib.structHash(receipt), before);
    }

    function _change(InferenceReceipt memory receipt, uint256 field) private pure {
        unchecked {
            if (field == 0) receipt.requestId = ~receipt.requestId;
            else if (field == 1) receipt.versionId = ~receipt.versionId;
            else if (field == 2) receipt.inputCommit = ~receipt.inputCommit;
            else if (field == 3) receipt.outputCommit = ~receipt.outputCommit;
            else if (field == 4) receipt.assurance = Assurance((uint8(receipt.assurance) + 1) % 4);
            else if (field == 5) receipt.node = address(uint160(receipt.node) + 1);
            else if (field == 6) receipt.payee = address(uint160(receipt.payee) + 1);
            else if (field == 7) receipt.keyEpoch++;
            else if (field == 8) receipt.issuedAt++;
            else if (field == 9) receipt.expiresAt++;
            else receipt.evidenceHash = ~receipt.evidenceHash;
        }
    }
}
