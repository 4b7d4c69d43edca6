// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Conversions bit by bit, as one would by hand: slow, and made otherwise than those of the SDK, which tests hold against these.
library SlowFloats {
    uint256 private constant ONE = 1e18;

    /// The magnitude's bits of a float: no sign, no check for what is too large.
    function toFloat(uint256 magnitude, uint256 precision, int256 bias) internal pure returns (uint256) {
        if (magnitude == 0) return 0;
        uint256 whole = magnitude / ONE;
        uint256 rest = magnitude % ONE;

        // Bits come from the whole part, highest first, then from the rest by doubling; those before the first 1 only move the exponent.
        int256 position = 255;
        uint256 bit;
        while (bit == 0) {
            (bit, rest) = _next(whole, rest, position);
            if (bit == 0) position--;
        }

        int256 exponent = position;
        uint256 significand = 1;
        for (uint256 i = 1; i < precision; ++i) {
            (bit, rest) = _next(whole, rest, --position);
            significand = significand * 2 + bit;
        }
        uint256 guard;
        (guard, rest) = _next(whole, rest, --position);
        bool sticky = rest > 0;
        while (position > 0 && !sticky) {
            (bit, rest) = _next(whole, rest, --position);
            sticky = bit == 1;
        }
        if (guard == 1 && (sticky || significand % 2 == 1)) significand++;
        if (significand == 2 ** precision) {
            significand /= 2;
            exponent++;
        }
        return uint256(exponent + bias) * 2 ** (precision - 1) + significand - 2 ** (precision - 1);
    }

    /// The magnitude of a finite float; `fits` is false where it has more than 256 bits.
    function fromFloat(uint256 bits, uint256 precision, int256 bias) internal pure returns (bool fits, uint256 magnitude) {
        int256 exponent = int256(bits >> (precision - 1));
        uint256 fraction = bits % 2 ** (precision - 1);
        if (exponent == 0) exponent = 1;
        else fraction += 2 ** (precision - 1);
        exponent -= bias + int256(precision) - 1;

        magnitude = fraction * ONE;
        for (; exponent > 0; exponent--) {
            if (magnitude >= 2 ** 255) return (false, 0);
            magnitude *= 2;
        }
        uint256 guard;
        bool sticky;
        for (; exponent < 0; exponent++) {
            sticky = sticky || guard == 1;
            guard = magnitude % 2;
            magnitude /= 2;
        }
        if (guard == 1 && (sticky || magnitude % 2 == 1)) magnitude++;
        return (true, magnitude);
    }

    function _next(uint256 whole, uint256 rest, int256 position) private pure returns (uint256, uint256) {
        if (position >= 0) return ((whole >> uint256(position)) & 1, rest);
        return rest * 2 >= ONE ? (1, rest * 2 - ONE) : (0, rest * 2);
    }
}
