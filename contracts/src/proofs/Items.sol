// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ORDER} from "./Bn254.sol";
import {Layer} from "./Layout.sol";

/// @title The loops over an item's bytes
/// @notice Everything that a proof costs by the byte is here: Horner's rule over inputs and accumulators, in the order in which they stand, modulo the
/// order of the groups. Plain twins stand in contracts/test/support/PlainItems.sol, and every function is held against its own.
/// @dev `at` is where the bytes begin in calldata, which must hold them all. Sums are not reduced: they are below three times the order.
library Items {
    /// @notice The sum of x_j * zeta^(count - 1 - j) over input bytes.
    function sumInputs(uint256 at, uint256 count, uint256 zeta) internal pure returns (uint256 sum) {
        assembly ("memory-safe") {
            let end := add(at, count)
            for { let last := sub(end, and(count, 31)) } lt(at, last) { at := add(at, 32) } {
                let word := calldataload(at)
                sum := add(byte(3, word), mulmod(zeta, add(byte(2, word), mulmod(zeta, add(byte(1, word), mulmod(zeta, add(byte(0, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(7, word), mulmod(zeta, add(byte(6, word), mulmod(zeta, add(byte(5, word), mulmod(zeta, add(byte(4, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(11, word), mulmod(zeta, add(byte(10, word), mulmod(zeta, add(byte(9, word), mulmod(zeta, add(byte(8, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(15, word), mulmod(zeta, add(byte(14, word), mulmod(zeta, add(byte(13, word), mulmod(zeta, add(byte(12, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(19, word), mulmod(zeta, add(byte(18, word), mulmod(zeta, add(byte(17, word), mulmod(zeta, add(byte(16, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(23, word), mulmod(zeta, add(byte(22, word), mulmod(zeta, add(byte(21, word), mulmod(zeta, add(byte(20, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(27, word), mulmod(zeta, add(byte(26, word), mulmod(zeta, add(byte(25, word), mulmod(zeta, add(byte(24, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
                sum := add(byte(31, word), mulmod(zeta, add(byte(30, word), mulmod(zeta, add(byte(29, word), mulmod(zeta, add(byte(28, word), mulmod(zeta, sum, ORDER)), ORDER)), ORDER)), ORDER))
            }
            for {} lt(at, end) { at := add(at, 1) } {
                sum := add(shr(248, calldataload(at)), mulmod(zeta, sum, ORDER))
            }
        }
    }

    /// @notice The sums over a hidden layer's accumulators a_i: of a_i * r^(n - 1 - i), and of f_i * zeta^(n - 1 - i), where `low` + f_i is what the next
    /// layer takes of a_i.
    function sumHidden(uint256 at, Layer memory layer, uint256 width, uint256 r, uint256 zeta)
        internal
        pure
        returns (uint256 sum, uint256 nextSum)
    {
        uint256 count = layer.outputs;
        uint256 multiplier = layer.multiplier;
        uint256 shift = layer.shift;
        int256 ceiling = layer.ceiling;
        uint256 span = layer.span;
        assembly ("memory-safe") {
            let end := add(at, mul(count, width))
            let unread := sub(256, shl(3, width))
            for {} lt(at, end) { at := add(at, width) } {
                let accumulator := sar(unread, calldataload(at))
                sum := add(add(accumulator, ORDER), mulmod(r, sum, ORDER))
                let below := sar(shift, sub(ceiling, mul(accumulator, multiplier)))
                let above := sub(span, mul(below, sgt(below, 0)))
                nextSum := add(mul(above, sgt(above, 0)), mulmod(zeta, nextSum, ORDER))
            }
        }
    }

    /// @notice The sum of a_i * r^(count - 1 - i) over the last layer's accumulators, which are written down as little-endian INT32 on the way.
    /// @param to Where in memory.
    function sumOutputs(uint256 at, uint256 count, uint256 width, uint256 r, uint256 to) internal pure returns (uint256 sum) {
        assembly ("memory-safe") {
            let end := add(at, mul(count, width))
            let unread := sub(256, shl(3, width))
            for {} lt(at, end) { at := add(at, width) } {
                let accumulator := sar(unread, calldataload(at))
                sum := add(add(accumulator, ORDER), mulmod(r, sum, ORDER))
                mstore8(to, accumulator)
                mstore8(add(to, 1), shr(8, accumulator))
                mstore8(add(to, 2), shr(16, accumulator))
                mstore8(add(to, 3), shr(24, accumulator))
                to := add(to, 4)
            }
        }
    }
}
