// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../interfaces/IHubEvents.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Assurance, Receipt, ReceiptLib} from "../types/Receipt.sol";
import {Request, Settlement} from "../types/Request.sol";

/// @notice What settling encodes: a receipt to be hashed, a settlement to be kept, events to be told. Each lies in calldata or memory as it is
/// encoded, so that it is copied whole, where the compiler would take it apart and put it together again: that took a third of what
/// settling computes. Each has its plain twin beside it.
library Encodings {
    /// The receipt with its type's hash, as in `ReceiptLib`.
    uint256 private constant RECEIPT_BYTES = 12 * 32;
    uint256 private constant SETTLEMENT_BYTES = 12 * 32;
    uint256 private constant REQUEST_BYTES = 14 * 32;

    /// @notice What a settlement keeps of a submission as it came: output, node, payee, key epoch, times, evidence. Reverts where one holds bits
    /// that its type does not have, since what is copied here travels on unread.
    function take(Settlement memory settlement, Submission calldata submission) internal pure {
        assembly ("memory-safe") {
            calldatacopy(settlement, add(submission, 544), 224)
            let addresses := or(mload(add(settlement, 32)), mload(add(settlement, 64)))
            let numbers := or(or(mload(add(settlement, 96)), mload(add(settlement, 128))), mload(add(settlement, 160)))
            if or(shr(160, addresses), shr(64, numbers)) { revert(0, 0) }
        }
    }

    /// @notice As `take`, in plain Solidity.
    function plainlyTake(Settlement memory settlement, Submission calldata submission) internal pure {
        settlement.outputCommit = submission.outputCommit;
        settlement.node = submission.node;
        settlement.payee = submission.payee;
        settlement.keyEpoch = submission.keyEpoch;
        settlement.issuedAt = submission.issuedAt;
        settlement.expiresAt = submission.expiresAt;
        settlement.evidenceHash = submission.evidenceHash;
    }

    /// @notice The struct hash of the receipt that a request gives with what was taken of its submission.
    function receiptHash(Request calldata asked, Settlement memory taken, RequestId id, Assurance assurance)
        internal
        pure
        returns (bytes32 hash)
    {
        bytes32 typehash = ReceiptLib.TYPEHASH;
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, typehash)
            mstore(add(at, 32), id)
            mstore(add(at, 64), calldataload(asked))
            mstore(add(at, 96), calldataload(add(asked, 384)))
            mstore(add(at, 128), mload(taken))
            mstore(add(at, 160), assurance)
            // Node, payee, key epoch, issued at, expires at, evidence hash.
            mcopy(add(at, 192), add(taken, 32), 192)
            hash := keccak256(at, RECEIPT_BYTES)
        }
    }

    /// @notice As `receiptHash`, in plain Solidity.
    function plainReceiptHash(Request calldata asked, Settlement memory taken, RequestId id, Assurance assurance)
        internal
        pure
        returns (bytes32)
    {
        return ReceiptLib.structHash(
            Receipt({
                requestId: RequestId.unwrap(id),
                versionId: VersionId.unwrap(asked.versionId),
                inputCommit: asked.inputCommit,
                outputCommit: taken.outputCommit,
                assurance: assurance,
                node: taken.node,
                payee: taken.payee,
                keyEpoch: taken.keyEpoch,
                issuedAt: taken.issuedAt,
                expiresAt: taken.expiresAt,
                evidenceHash: taken.evidenceHash
            })
        );
    }

    /// @notice Emits `Settled`.
    function tellSettled(RequestId id, uint40 until, Settlement memory settlement, bytes calldata evidence, bytes calldata output)
        internal
    {
        bytes32 topic = IHubEvents.Settled.selector;
        assembly ("memory-safe") {
            // Until, the settlement, where the evidence is, where the output is; then both, each after its length and in whole words.
            let start := mload(0x40)
            mstore(start, and(until, 0xffffffffff))
            mcopy(add(start, 32), settlement, SETTLEMENT_BYTES)
            mstore(add(start, 416), 480)
            mstore(add(start, 480), evidence.length)
            let end := add(add(start, 512), and(add(evidence.length, 31), not(31)))
            if evidence.length { mstore(sub(end, 32), 0) }
            calldatacopy(add(start, 512), evidence.offset, evidence.length)
            mstore(add(start, 448), sub(end, start))
            mstore(end, output.length)
            let data := add(end, 32)
            end := add(data, and(add(output.length, 31), not(31)))
            if output.length { mstore(sub(end, 32), 0) }
            calldatacopy(data, output.offset, output.length)
            log3(start, sub(end, start), topic, id, mload(add(settlement, 32)))
        }
    }

    /// @notice As `tellSettled`, in plain Solidity.
    function plainlyTellSettled(
        RequestId id,
        uint40 until,
        Settlement memory settlement,
        bytes calldata evidence,
        bytes calldata output
    ) internal {
        emit IHubEvents.Settled(id, settlement.node, until, settlement, evidence, output);
    }

    /// @notice Emits `Requested` for the caller, whose request was checked field by field.
    function tellRequested(RequestId id, uint256 nonce, Request calldata asked, bytes calldata input) internal {
        bytes32 topic = IHubEvents.Requested.selector;
        assembly ("memory-safe") {
            // The nonce, the request, where the input is; then the input, after its length and in whole words.
            let start := mload(0x40)
            mstore(start, nonce)
            calldatacopy(add(start, 32), asked, REQUEST_BYTES)
            mstore(add(start, 480), 512)
            mstore(add(start, 512), input.length)
            let end := add(add(start, 544), and(add(input.length, 31), not(31)))
            if input.length { mstore(sub(end, 32), 0) }
            calldatacopy(add(start, 544), input.offset, input.length)
            log3(start, sub(end, start), topic, id, caller())
        }
    }

    /// @notice As `tellRequested`, in plain Solidity.
    function plainlyTellRequested(RequestId id, uint256 nonce, Request calldata asked, bytes calldata input) internal {
        emit IHubEvents.Requested(id, msg.sender, nonce, asked, input);
    }
}
