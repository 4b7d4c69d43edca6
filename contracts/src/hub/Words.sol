// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Settlement, Stage} from "../types/Request.sol";

/// @notice The one word of storage that a request has. What was asked is in the request's id; the word keeps what happened since.
type Word is uint256;

using Words for Word global;

/// @notice Layouts, from the lowest bit:
///     any stage            stage 8
///     Open                 stage 8 | claims 8
///     Claimed              stage 8 | claims 8 | since 40 | node 160 | bondedAt 40
///     Sealing              stage 8 | 8 | since 40
///     Settled and later    stage 8 | flags 8 | until 40 | hash 200
/// `claims` counts the claims that ran out, which sets the next bond and what they left behind. `hash` is the upper part of the
/// settlement's hash: its maker would have to find two settlements that agree in 200 bits, about 2^100 hashes.
library Words {
    Word internal constant NONE = Word.wrap(0);

    /// The callback succeeded.
    uint8 internal constant DELIVERED = 1 << 0;
    /// The tip was paid, or given back.
    uint8 internal constant TIP_SPENT = 1 << 1;
    /// A proven answer has taken the place of the first one.
    uint8 internal constant CORRECTED = 1 << 2;

    /// The size of an encoded settlement.
    uint256 private constant SETTLEMENT_BYTES = 12 * 32;

    uint256 private constant HASH_MASK = ~uint256(0) << 56;

    function open(uint8 claims_) internal pure returns (Word) {
        return Word.wrap(uint256(Stage.Open) | (uint256(claims_) << 8));
    }

    function claimed(uint8 claims_, uint40 since_, address node_, uint40 bondedAt_) internal pure returns (Word) {
        uint256 who = (uint256(uint160(node_)) << 56) | (uint256(bondedAt_) << 216);
        return Word.wrap(uint256(Stage.Claimed) | (uint256(claims_) << 8) | (uint256(since_) << 16) | who);
    }

    function sealing(uint40 since_) internal pure returns (Word) {
        return Word.wrap(uint256(Stage.Sealing) | (uint256(since_) << 16));
    }

    function settled(Stage stage_, uint8 flags_, uint40 until_, bytes32 hash) internal pure returns (Word) {
        return Word.wrap(uint256(stage_) | (uint256(flags_) << 8) | (uint256(until_) << 16) | (uint256(hash) & HASH_MASK));
    }

    function refunded() internal pure returns (Word) {
        return Word.wrap(uint256(Stage.Refunded));
    }

    function stage(Word word) internal pure returns (Stage) {
        return Stage(uint8(Word.unwrap(word)));
    }

    function claims(Word word) internal pure returns (uint8) {
        return uint8(Word.unwrap(word) >> 8);
    }

    function since(Word word) internal pure returns (uint40) {
        return uint40(Word.unwrap(word) >> 16);
    }

    function bondedAt(Word word) internal pure returns (uint40) {
        return uint40(Word.unwrap(word) >> 216);
    }

    function node(Word word) internal pure returns (address) {
        return address(uint160(Word.unwrap(word) >> 56));
    }

    function flags(Word word) internal pure returns (uint8) {
        return uint8(Word.unwrap(word) >> 8);
    }

    function has(Word word, uint8 flag) internal pure returns (bool) {
        return flags(word) & flag != 0;
    }

    function withFlags(Word word, uint8 flags_) internal pure returns (Word) {
        return Word.wrap((Word.unwrap(word) & ~(uint256(0xff) << 8)) | (uint256(flags_) << 8));
    }

    function withStage(Word word, Stage stage_) internal pure returns (Word) {
        return Word.wrap((Word.unwrap(word) & ~uint256(0xff)) | uint256(stage_));
    }

    function until(Word word) internal pure returns (uint40) {
        return uint40(Word.unwrap(word) >> 16);
    }

    /// @notice Whether this is the settlement that the word keeps the hash of.
    function keeps(Word word, Settlement memory settlement) internal pure returns (bool) {
        return Word.unwrap(word) & HASH_MASK == uint256(hashOf(settlement)) & HASH_MASK;
    }

    /// @notice keccak256(abi.encode(settlement)). A struct of static fields lies in memory as it is encoded, so that it is hashed where it is.
    function hashOf(Settlement memory settlement) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(settlement, SETTLEMENT_BYTES)
        }
    }

    /// @notice As `hashOf`, in plain Solidity.
    function plainHashOf(Settlement memory settlement) internal pure returns (bytes32) {
        return keccak256(abi.encode(settlement));
    }
}
