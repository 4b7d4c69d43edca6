// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ORDER} from "./Bn254.sol";
import {ProofStatement} from "../interfaces/IEvidenceVerifier.sol";

/// @title What is hashed before each challenge
/// @notice In the order of docs/proofs.md. Everything has a fixed width, but the items, which come last and whose length the commitment fixes.
library Transcript {
    bytes32 internal constant SHORT = keccak256("OpenGradient.Relayer.Proof.Short.1");
    bytes32 internal constant LONG = keccak256("OpenGradient.Relayer.Proof.Long.1");

    uint256 private constant HEAD_BYTES = 160;
    uint256 private constant STATEMENT_BYTES = 128;
    uint256 private constant DIGEST = 96;

    /// @notice What a proof is made for: this verifier on this chain, the weights, all receipts, all items.
    /// @param items Where they begin in calldata.
    /// @param length How many bytes they are.
    function begin(bytes32 domain, bytes32 commitment, ProofStatement[] calldata statements, uint256 items, uint256 length)
        internal
        view
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, domain)
            mstore(add(start, 32), chainid())
            mstore(add(start, 64), address())
            mstore(add(start, 96), commitment)
            mstore(add(start, 128), statements.length)
            let to := add(start, HEAD_BYTES)
            let end := add(to, shl(5, statements.length))
            for { let from := add(statements.offset, DIGEST) } lt(to, end) { from := add(from, STATEMENT_BYTES) } {
                mstore(to, calldataload(from))
                to := add(to, 32)
            }
            calldatacopy(end, items, length)
            hash := keccak256(start, sub(add(end, length), start))
        }
    }

    /// @notice The state after more of the proof, which stands in calldata.
    function absorb(bytes32 state, uint256 at, uint256 length) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, state)
            calldatacopy(add(start, 32), at, length)
            hash := keccak256(start, add(length, 32))
        }
    }

    /// @notice One of several challenges that a state gives.
    function challenge(bytes32 state, uint8 which) internal pure returns (uint256 drawn) {
        assembly ("memory-safe") {
            mstore(0, state)
            mstore8(32, which)
            drawn := mod(keccak256(0, 33), ORDER)
        }
    }
}
