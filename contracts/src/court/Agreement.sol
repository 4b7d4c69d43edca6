// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DataType, Elements} from "../sdk/Elements.sol";
import {Floats} from "../sdk/Floats.sol";
import {Semantics, SemanticsKind} from "../types/Version.sol";
import {TensorCursor, TensorCursorLib} from "./TensorCursor.sol";

/// @title When two answers to one question count as the same
/// @notice Where a version is `Integer` or `None`: equal bytes, and nothing else.
///
/// Where it is `Float`: both are encodings of tensors (docs/tensors.md) of at most `MAX_LENGTH` bytes with the same names, types and shapes;
/// all elements that are not floats are equal; and of every pair of floats
///
///     |left - right| <= toleranceAbs + toleranceRel * |right|
///
/// holds on the numbers in fixed point with 18 decimals, as `Floats` rounds them; from there on it is exact. Doubles beyond that (from 5.8e58
/// on) agree if their bits are equal. Bytes that are no such encoding, and encodings in which any float is NaN or infinite, agree with
/// nothing, not even with themselves. What is longer than `MAX_LENGTH` cannot be compared here and agrees with nothing either: a version whose
/// right answers are longer cannot be disputed before a committee, nor decided by a quorum of answers that differ in a bit.
///
/// The right one is the one that is gone by: the tolerance is relative to it. Which of two is taken for it changes the bound by at most its
/// toleranceRel-th part, since the two differ by no more than the bound; publishers leave ten times as much room.
/// Agreement is not transitive: two answers that agree with a third can differ by nearly twice the tolerance.
/// @dev Never reverts. Allocates nothing per element. The twin of Agreement in C#; a test holds the two together.
library Agreement {
    using TensorCursorLib for TensorCursor;

    /// @notice The longest answer in bytes that is compared number by number.
    uint256 internal constant MAX_LENGTH = 4096;

    /// What a double becomes that does not fit.
    uint256 private constant BEYOND = type(uint256).max;

    /// How floats of a type lie in a word, and by what they are held together; made once for a tensor.
    struct Format {
        /// Bits of a float; zero where elements are no floats.
        uint256 bits;
        /// Where the exponent starts.
        uint256 shift;
        /// The exponent of which the significand is a whole number.
        uint256 unit;
        uint256 sign;
        /// The hidden bit of the significand.
        uint256 hidden;
        /// All signs, and all exponents, of a word.
        uint256 signs;
        uint256 exponents;
        uint256 toleranceAbs;
        uint256 toleranceRel;
    }

    function agree(bytes calldata left, bytes calldata right, Semantics memory semantics) internal pure returns (bool) {
        if (semantics.kind != SemanticsKind.Float) return _areEqual(left, right);
        // Equal shapes have equal lengths.
        if (left.length != right.length || left.length > MAX_LENGTH) return false;

        TensorCursor memory cursor;
        uint256 count = cursor.start(left);
        if (count == 0) return false;
        uint256 head = 0;
        for (uint256 i = 0; i < count; ++i) {
            // What has the same heads as an encoding, and as long a tail, is one.
            if (!cursor.next(left) || !_areEqual(left[head:cursor.dataStart], right[head:cursor.dataStart])) return false;
            if (!_agreeData(left[cursor.dataStart:cursor.end], right[cursor.dataStart:cursor.end], cursor.dataType, semantics)) {
                return false;
            }
            head = cursor.end;
        }
        return head == left.length;
    }

    function _agreeData(bytes calldata left, bytes calldata right, DataType dataType, Semantics memory semantics)
        private
        pure
        returns (bool)
    {
        Format memory format = _formatOf(dataType);
        if (format.bits == 0) return _areEqual(left, right);
        format.toleranceAbs = semantics.toleranceAbs;
        format.toleranceRel = semantics.toleranceRel;

        for (uint256 offset = 0; offset < left.length; offset += 32) {
            uint256 end = Math.min(offset + 32, left.length);
            uint256 leftWord = Elements.reverse(uint256(bytes32(left[offset:end])));
            uint256 rightWord = Elements.reverse(uint256(bytes32(right[offset:end])));
            if (!_areFinite(leftWord, format) || !_areFinite(rightWord, format)) return false;
            if (!_agreeWords(leftWord, rightWord, format)) return false;
        }
        return true;
    }

    /// The exponent of NaN and infinities is all ones: one more at its lowest bit, and only then, carries into the sign's place.
    function _areFinite(uint256 word, Format memory format) private pure returns (bool) {
        unchecked {
            uint256 exponents = format.exponents;
            uint256 signs = format.signs;
            return ((word & exponents) + (signs - exponents)) & signs == 0;
        }
    }

    function _agreeWords(uint256 left, uint256 right, Format memory format) private pure returns (bool) {
        unchecked {
            uint256 bits = format.bits;
            uint256 lane = 2 * format.sign - 1;
            // Once what is left of both is equal, so are all its lanes.
            while (left != right) {
                if ((left ^ right) & lane != 0 && !_agreeNumbers(left & lane, right & lane, format)) return false;
                left >>= bits;
                right >>= bits;
            }
            return true;
        }
    }

    function _agreeNumbers(uint256 left, uint256 right, Format memory format) private pure returns (bool) {
        return _areNeighbours(left, right, format) || _areClose(left, right, format);
    }

    /// Whether two numbers of one sign and exponent are surely within the absolute tolerance, which most that agree are: for a fraction of
    /// the gas. The magnitudes are rounded by at most a half each, so that their distance is at most one above the whole part of the exact one.
    function _areNeighbours(uint256 left, uint256 right, Format memory format) private pure returns (bool) {
        unchecked {
            if ((left ^ right) >> format.shift != 0) return false;
            uint256 exponent = (left & (format.sign - 1)) >> format.shift;
            if (exponent == 0 || exponent >= format.unit) return false;
            uint256 difference = left > right ? left - right : right - left;
            return (difference * Floats.ONE) >> (format.unit - exponent) < format.toleranceAbs;
        }
    }

    /// The distance has at most 256 bits, since magnitudes have at most 255.
    function _areClose(uint256 left, uint256 right, Format memory format) private pure returns (bool) {
        unchecked {
            uint256 sign = format.sign;
            uint256 leftMagnitude = _magnitudeOf(left & (sign - 1), format);
            uint256 rightMagnitude = _magnitudeOf(right & (sign - 1), format);
            if ((leftMagnitude | rightMagnitude) >> 255 != 0) return false;

            uint256 distance;
            if ((left ^ right) & sign != 0) distance = leftMagnitude + rightMagnitude;
            else if (leftMagnitude > rightMagnitude) distance = leftMagnitude - rightMagnitude;
            else distance = rightMagnitude - leftMagnitude;
            if (distance <= format.toleranceAbs) return true;
            distance -= format.toleranceAbs;
            // The relative tolerance has 128 bits. A whole number is at most a quotient if it is at most what is whole of it.
            if (rightMagnitude >> 128 == 0) return distance <= rightMagnitude * format.toleranceRel / Floats.ONE;
            (uint256 high, uint256 low) = Math.mul512(distance, Floats.ONE);
            (uint256 mostHigh, uint256 mostLow) = Math.mul512(rightMagnitude, format.toleranceRel);
            return high == mostHigh ? low <= mostLow : high < mostHigh;
        }
    }

    /// The fixed-point number nearest to a finite float without its sign, ties to even, as `Floats` has it. A subnormal has the exponent of
    /// the least normal number, without the hidden bit.
    function _magnitudeOf(uint256 bits, Format memory format) private pure returns (uint256) {
        unchecked {
            uint256 hidden = format.hidden;
            uint256 exponent = bits >> format.shift;
            uint256 scaled = bits & (hidden - 1);
            if (exponent == 0) exponent = 1;
            else scaled |= hidden;
            scaled *= Floats.ONE;

            uint256 unit = format.unit;
            if (exponent < unit) {
                uint256 down = unit - exponent;
                return down > 254 ? 0 : (scaled + (uint256(1) << (down - 1)) - 1 + ((scaled >> down) & 1)) >> down;
            }
            uint256 up = exponent - unit;
            return up < 255 && scaled >> (255 - up) == 0 ? scaled << up : BEYOND;
        }
    }

    /// No bits for types that are no floats.
    function _formatOf(DataType dataType) private pure returns (Format memory) {
        if (dataType == DataType.Float) return _format(32, 24, 127);
        if (dataType == DataType.Double) return _format(64, 53, 1023);
        if (dataType == DataType.Float16) return _format(16, 11, 15);
        if (dataType == DataType.Bfloat16) return _format(16, 8, 127);
        return _format(0, 0, 0);
    }

    /// @param precision Bits of the significand, the hidden one included.
    function _format(uint256 bits, uint256 precision, uint256 bias) private pure returns (Format memory format) {
        if (bits == 0) return format;
        unchecked {
            uint256 ones = type(uint256).max / ((uint256(1) << bits) - 1);
            format.bits = bits;
            format.shift = precision - 1;
            format.unit = bias + precision - 1;
            format.sign = uint256(1) << (bits - 1);
            format.hidden = uint256(1) << (precision - 1);
            format.signs = ones << (bits - 1);
            format.exponents = (ones << (bits - 1)) - (ones << (precision - 1));
        }
    }

    function _areEqual(bytes calldata left, bytes calldata right) private pure returns (bool) {
        return left.length == right.length && keccak256(left) == keccak256(right);
    }
}
