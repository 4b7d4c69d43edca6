// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ORDER} from "./Bn254.sol";
import {Layer} from "./Layout.sol";

/// @title The loops over an item's bytes
/// @notice Nearly all that a proof costs by the byte is here: Horner's rule over inputs and accumulators, in the order in which they stand, modulo the order
/// of the groups. Plain twins stand in contracts/test/support/proofs/PlainItems.sol, and each function is held against its own.
/// @dev `at` is where the bytes begin in calldata, which must hold them all. Sums are not reduced: they are below three times the order. Expressions are
/// nested because each assignment costs five gas, and unrolled because each turn of a loop costs fifty.
library Items {
    /// @notice The sum of x_j * zeta^(count - 1 - j) over input bytes.
    /// @param at At least 32.
    /// @dev 32 bytes at a time. Where all are zero, as in the margins of pictures, they cost an eighth.
    function sumInputs(uint256 at, uint256 count, uint256 zeta) internal pure returns (uint256 sum) {
        assembly ("memory-safe") {
            let zetaTo32 := mulmod(zeta, zeta, ORDER)
            zetaTo32 := mulmod(zetaTo32, zetaTo32, ORDER)
            zetaTo32 := mulmod(zetaTo32, zetaTo32, ORDER)
            zetaTo32 := mulmod(zetaTo32, zetaTo32, ORDER)
            zetaTo32 := mulmod(zetaTo32, zetaTo32, ORDER)
            let end := add(at, count)
            // The first word is filled up in front with what stands there, which the mask takes away.
            let excess := and(sub(0, count), 31)
            at := sub(at, excess)
            let mask := shr(shl(3, excess), not(0))
            for {} lt(at, end) { at := add(at, 32) } {
                let word := and(mask, calldataload(at))
                mask := not(0)
                sum := mulmod(zetaTo32, sum, ORDER)
                if word {
                    let group
                    group := add(
                        byte(7, word),
                        mulmod(
                            zeta,
                            add(
                                byte(6, word),
                                mulmod(
                                    zeta,
                                    add(
                                        byte(5, word),
                                        mulmod(
                                            zeta,
                                            add(
                                                byte(4, word),
                                                mulmod(
                                                    zeta,
                                                    add(
                                                        byte(3, word),
                                                        mulmod(
                                                            zeta,
                                                            add(
                                                                byte(2, word),
                                                                mulmod(
                                                                    zeta,
                                                                    add(byte(1, word), mulmod(zeta, byte(0, word), ORDER)),
                                                                    ORDER
                                                                )
                                                            ),
                                                            ORDER
                                                        )
                                                    ),
                                                    ORDER
                                                )
                                            ),
                                            ORDER
                                        )
                                    ),
                                    ORDER
                                )
                            ),
                            ORDER
                        )
                    )
                    group := add(
                        byte(15, word),
                        mulmod(
                            zeta,
                            add(
                                byte(14, word),
                                mulmod(
                                    zeta,
                                    add(
                                        byte(13, word),
                                        mulmod(
                                            zeta,
                                            add(
                                                byte(12, word),
                                                mulmod(
                                                    zeta,
                                                    add(
                                                        byte(11, word),
                                                        mulmod(
                                                            zeta,
                                                            add(
                                                                byte(10, word),
                                                                mulmod(
                                                                    zeta,
                                                                    add(
                                                                        byte(9, word),
                                                                        mulmod(
                                                                            zeta,
                                                                            add(byte(8, word), mulmod(zeta, group, ORDER)),
                                                                            ORDER
                                                                        )
                                                                    ),
                                                                    ORDER
                                                                )
                                                            ),
                                                            ORDER
                                                        )
                                                    ),
                                                    ORDER
                                                )
                                            ),
                                            ORDER
                                        )
                                    ),
                                    ORDER
                                )
                            ),
                            ORDER
                        )
                    )
                    group := add(
                        byte(23, word),
                        mulmod(
                            zeta,
                            add(
                                byte(22, word),
                                mulmod(
                                    zeta,
                                    add(
                                        byte(21, word),
                                        mulmod(
                                            zeta,
                                            add(
                                                byte(20, word),
                                                mulmod(
                                                    zeta,
                                                    add(
                                                        byte(19, word),
                                                        mulmod(
                                                            zeta,
                                                            add(
                                                                byte(18, word),
                                                                mulmod(
                                                                    zeta,
                                                                    add(
                                                                        byte(17, word),
                                                                        mulmod(
                                                                            zeta,
                                                                            add(byte(16, word), mulmod(zeta, group, ORDER)),
                                                                            ORDER
                                                                        )
                                                                    ),
                                                                    ORDER
                                                                )
                                                            ),
                                                            ORDER
                                                        )
                                                    ),
                                                    ORDER
                                                )
                                            ),
                                            ORDER
                                        )
                                    ),
                                    ORDER
                                )
                            ),
                            ORDER
                        )
                    )
                    group := add(
                        byte(31, word),
                        mulmod(
                            zeta,
                            add(
                                byte(30, word),
                                mulmod(
                                    zeta,
                                    add(
                                        byte(29, word),
                                        mulmod(
                                            zeta,
                                            add(
                                                byte(28, word),
                                                mulmod(
                                                    zeta,
                                                    add(
                                                        byte(27, word),
                                                        mulmod(
                                                            zeta,
                                                            add(
                                                                byte(26, word),
                                                                mulmod(
                                                                    zeta,
                                                                    add(
                                                                        byte(25, word),
                                                                        mulmod(
                                                                            zeta,
                                                                            add(byte(24, word), mulmod(zeta, group, ORDER)),
                                                                            ORDER
                                                                        )
                                                                    ),
                                                                    ORDER
                                                                )
                                                            ),
                                                            ORDER
                                                        )
                                                    ),
                                                    ORDER
                                                )
                                            ),
                                            ORDER
                                        )
                                    ),
                                    ORDER
                                )
                            ),
                            ORDER
                        )
                    )
                    sum := add(sum, group)
                }
            }
        }
    }

    /// @notice The sums over a hidden layer's accumulators a_i: of a_i * r^(n - 1 - i), and of f_i * zeta^(n - 1 - i), where `low` + f_i is what the next
    /// layer takes of a_i.
    /// @dev Four accumulators at a time, then one by one. A negative number becomes another that is none by adding the order.
    function sumHidden(uint256 at, Layer memory layer, uint256 width, uint256 r, uint256 zeta)
        internal
        pure
        returns (uint256 sum, uint256 nextSum)
    {
        assembly ("memory-safe") {
            let multiplier := mload(add(layer, 32))
            let shift := mload(add(layer, 64))
            let ceiling := mload(add(layer, 96))
            let span := mload(add(layer, 128))
            let unread := sub(256, shl(3, width))
            let value
            let end := add(at, mul(width, and(mload(layer), not(3))))
            for {} lt(at, end) {} {
                value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                value := sar(shift, sub(ceiling, mul(value, multiplier)))
                value := sub(span, mul(value, sgt(value, 0)))
                nextSum := add(mul(value, sgt(value, 0)), mulmod(zeta, nextSum, ORDER))
                at := add(at, width)
                value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                value := sar(shift, sub(ceiling, mul(value, multiplier)))
                value := sub(span, mul(value, sgt(value, 0)))
                nextSum := add(mul(value, sgt(value, 0)), mulmod(zeta, nextSum, ORDER))
                at := add(at, width)
                value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                value := sar(shift, sub(ceiling, mul(value, multiplier)))
                value := sub(span, mul(value, sgt(value, 0)))
                nextSum := add(mul(value, sgt(value, 0)), mulmod(zeta, nextSum, ORDER))
                at := add(at, width)
                value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                value := sar(shift, sub(ceiling, mul(value, multiplier)))
                value := sub(span, mul(value, sgt(value, 0)))
                nextSum := add(mul(value, sgt(value, 0)), mulmod(zeta, nextSum, ORDER))
                at := add(at, width)
            }
            end := add(at, mul(width, and(mload(layer), 3)))
            for {} lt(at, end) {} {
                value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                value := sar(shift, sub(ceiling, mul(value, multiplier)))
                value := sub(span, mul(value, sgt(value, 0)))
                nextSum := add(mul(value, sgt(value, 0)), mulmod(zeta, nextSum, ORDER))
                at := add(at, width)
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
                let value := sar(unread, calldataload(at))
                sum := add(add(value, ORDER), mulmod(r, sum, ORDER))
                mstore8(to, value)
                mstore8(add(to, 1), shr(8, value))
                mstore8(add(to, 2), shr(16, value))
                mstore8(add(to, 3), shr(24, value))
                to := add(to, 4)
            }
        }
    }
}
