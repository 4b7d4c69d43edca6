// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The sum of a word's four lanes of 64 bits.
function sumOfLanes(uint256 word) pure returns (uint256) {
    uint256 lane = type(uint64).max;
    unchecked {
        return (word & lane) + ((word >> 64) & lane) + ((word >> 128) & lane) + (word >> 192);
    }
}
