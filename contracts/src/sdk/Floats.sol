// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Fixed point and IEEE-754, exactly
/// @notice Converts between fixed point with 18 decimals and the bits of float32 and float64. Every result is the number nearest to the exact
/// one, and of two that are equally near the even one, which is what processors do: so that the same fixed point gives the same bits on the
/// chain and off it. Zero is +0; subnormals, all below 1e-37, are 0. NaN and infinity are errors.
library Floats {
    /// @notice The bits are NaN or an infinity.
    error FloatNotFinite(uint256 bits);

    /// @notice The number is beyond the largest finite one of its format.
    error FloatOverflow(uint256 magnitude);

    /// @notice The number is beyond an `int256` of 18 decimals.
    error FixedPointOverflow(uint256 bits);

    /// @notice 1 in fixed point.
    uint256 internal constant ONE = 1e18;

    /// Bits of the significand, the hidden one included.
    uint256 private constant PRECISION_32 = 24;
    uint256 private constant PRECISION_64 = 53;
    uint256 private constant BIAS_32 = 127;
    uint256 private constant BIAS_64 = 1023;
    uint256 private constant SIGN_32 = 1 << 31;
    uint256 private constant SIGN_64 = 1 << 63;

    /// @notice The bits of the float32 nearest to a fixed-point number. An error from 2^128 on.
    function toFloat32(int256 value) internal pure returns (uint256 bits) {
        bits = _toFloat(magnitudeOf(value), PRECISION_32, BIAS_32);
        if (value < 0) bits |= SIGN_32;
    }

    /// @notice The bits of the float32 nearest to a fixed-point number without a sign.
    function toFloat32(uint256 value) internal pure returns (uint256) {
        return _toFloat(value, PRECISION_32, BIAS_32);
    }

    /// @notice The bits of the float64 nearest to a fixed-point number. Never an error.
    function toFloat64(int256 value) internal pure returns (uint256 bits) {
        bits = _toFloat(magnitudeOf(value), PRECISION_64, BIAS_64);
        if (value < 0) bits |= SIGN_64;
    }

    /// @notice The bits of the float64 nearest to a fixed-point number without a sign.
    function toFloat64(uint256 value) internal pure returns (uint256) {
        return _toFloat(value, PRECISION_64, BIAS_64);
    }

    /// @notice The fixed-point number nearest to a float32.
    function fromFloat32(uint256 bits) internal pure returns (int256) {
        uint256 magnitude = _fromFloat(bits, bits & (SIGN_32 - 1), PRECISION_32, BIAS_32);
        return _signed(magnitude, bits & SIGN_32 != 0, bits);
    }

    /// @notice The fixed-point number nearest to a float64.
    function fromFloat64(uint256 bits) internal pure returns (int256) {
        uint256 magnitude = _fromFloat(bits, bits & (SIGN_64 - 1), PRECISION_64, BIAS_64);
        return _signed(magnitude, bits & SIGN_64 != 0, bits);
    }

    /// @notice A number that orders float32s as they are ordered; both zeros are 0.
    function orderOfFloat32(uint256 bits) internal pure returns (int256) {
        return _order(bits, bits & (SIGN_32 - 1), PRECISION_32, BIAS_32, bits & SIGN_32 != 0);
    }

    /// @notice A number that orders float64s as they are ordered; both zeros are 0.
    function orderOfFloat64(uint256 bits) internal pure returns (int256) {
        return _order(bits, bits & (SIGN_64 - 1), PRECISION_64, BIAS_64, bits & SIGN_64 != 0);
    }

    /// @notice The distance from zero; that of the least `int256` is 2^255.
    function magnitudeOf(int256 value) internal pure returns (uint256) {
        unchecked {
            // casting to 'uint256' is safe because the negation of a negative number, taken as bits, is its magnitude
            // forge-lint: disable-next-line(unsafe-typecast)
            return value < 0 ? uint256(-value) : uint256(value);
        }
    }

    /// @notice The number of its highest bit; 0 for 0.
    function log2(uint256 value) internal pure returns (uint256 bit) {
        for (uint256 step = 128; step > 0; step >>= 1) {
            if (value >> step > 0) {
                value >>= step;
                bit += step;
            }
        }
    }

    /// The number is shifted up as far as it goes and divided by 1e18. The quotient has its highest bit at 195 or 196, far more than any
    /// significand, and what lies below the significand, with the remainder, decides how to round.
    function _toFloat(uint256 magnitude, uint256 precision, uint256 bias) private pure returns (uint256 bits) {
        if (magnitude == 0) return 0;
        uint256 shift = 255 - log2(magnitude);
        uint256 quotient = (magnitude << shift) / ONE;
        bool isExact = (magnitude << shift) % ONE == 0;

        uint256 top = quotient >> 196 == 0 ? 195 : 196;
        uint256 significand = _roundedShift(quotient, top + 1 - precision, isExact);
        // The hidden bit adds one to the exponent, and so does a significand that was rounded up to the next power of two.
        bits = ((bias - 1 + top - shift) << (precision - 1)) + significand;
        require(bits < (2 * bias + 1) << (precision - 1), FloatOverflow(magnitude));
    }

    function _fromFloat(uint256 bits, uint256 unsignedBits, uint256 precision, uint256 bias) private pure returns (uint256) {
        uint256 exponent = unsignedBits >> (precision - 1);
        require(exponent <= 2 * bias, FloatNotFinite(bits));
        if (exponent == 0) return 0;

        uint256 hidden = 2 ** (precision - 1);
        uint256 scaled = ((unsignedBits & (hidden - 1)) | hidden) * ONE;
        uint256 unit = bias + precision - 1;
        if (exponent < unit) return _roundedShift(scaled, unit - exponent, true);

        uint256 shift = exponent - unit;
        require(shift < 256 && (scaled << shift) >> shift == scaled, FixedPointOverflow(bits));
        return scaled << shift;
    }

    /// value / 2^shift, to the nearest, ties to even; `isExact` says that nothing is below value's lowest bit.
    function _roundedShift(uint256 value, uint256 shift, bool isExact) private pure returns (uint256 rounded) {
        if (shift > 255) return 0;
        rounded = value >> shift;
        uint256 rest = value - (rounded << shift);
        uint256 half = 2 ** (shift - 1);
        if (rest > half || (rest == half && (!isExact || rounded & 1 == 1))) ++rounded;
    }

    function _signed(uint256 magnitude, bool isNegative, uint256 bits) private pure returns (int256) {
        uint256 most = isNegative ? 1 << 255 : (1 << 255) - 1;
        require(magnitude <= most, FixedPointOverflow(bits));
        unchecked {
            // casting to 'int256' is safe because the magnitude was just bounded; that of 2^255 is its own negation
            // forge-lint: disable-next-line(unsafe-typecast)
            return isNegative ? -int256(magnitude) : int256(magnitude);
        }
    }

    function _order(uint256 bits, uint256 unsignedBits, uint256 precision, uint256 bias, bool isNegative)
        private
        pure
        returns (int256)
    {
        require(unsignedBits >> (precision - 1) <= 2 * bias, FloatNotFinite(bits));
        return _signed(unsignedBits, isNegative, bits);
    }
}
