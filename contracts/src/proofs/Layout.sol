// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Bn254} from "./Bn254.sol";

/// @notice One layer, as far as a proof needs it.
struct Layer {
    /// How many accumulators it has.
    uint256 outputs;
    /// What the next layer takes of an accumulator is `low` and what `clamp((ceiling - accumulator * multiplier) >> shift, 0, span)` leaves of `span`.
    uint256 multiplier;
    uint256 shift;
    int256 ceiling;
    uint256 span;
    int256 low;
    /// How many blocks the layer's rows are folded into, and how many columns each of them has.
    uint256 blocks;
    uint256 columns;
    /// What the sum over its inputs counts for in X, and what is added to that sum in any case. `Folding.weigh` sets both.
    uint256 weight;
    uint256 addend;
}

/// @notice A descriptor, read and found to be one.
struct Layout {
    /// Rows of the folded matrix.
    uint256 rows;
    /// Bytes of an input.
    uint256 inputs;
    /// Bytes of an accumulator.
    uint256 width;
    /// Columns of the folded matrix: two to the power of this.
    uint256 columnsLog;
    /// Bytes that an item takes in a proof: its input, and the accumulators of all layers.
    uint256 itemLength;
    Layer[] layers;
}

/// @title Descriptors of Integer versions, and the matrix that their weights are folded into
/// @notice docs/inference.md has the bytes, docs/proofs.md the matrix.
library LayoutLib {
    uint256 internal constant HEADER_BYTES = 6;
    uint256 internal constant LAYER_BYTES = 12;
    uint256 private constant MAX_COLUMNS = 2 ** 20;

    uint256 private constant MIN_WIDTH = 2;
    uint256 private constant MAX_WIDTH = 4;
    uint256 private constant MAX_SHIFT = 62;
    uint256 private constant MAX_MULTIPLIER = type(uint32).max >> 1;

    /// @notice How many bytes a descriptor has that bytes begin with; zero where they do not begin with one.
    function lengthOf(bytes calldata encoded) internal pure returns (uint256 length) {
        if (encoded.length < HEADER_BYTES) return 0;
        length = HEADER_BYTES + LAYER_BYTES * uint8(encoded[5]);
        if (length > encoded.length) return 0;
    }

    /// @notice Reads a descriptor.
    /// @param encoded Of the length that its sixth byte asks for.
    /// @return isValid Whether it is a descriptor, and one whose matrix a proof can be about. If not, the layout is in no order.
    function read(bytes calldata encoded, Layout memory layout) internal pure returns (bool isValid) {
        uint256 at;
        assembly ("memory-safe") {
            at := encoded.offset
        }
        uint256 word = Bn254.wordAt(at);
        layout.rows = word >> 240;
        layout.inputs = (word >> 224) & type(uint16).max;
        layout.width = (word >> 216) & type(uint8).max;
        uint256 count = (word >> 208) & type(uint8).max;
        if (count == 0 || layout.rows == 0 || layout.inputs == 0 || layout.width < MIN_WIDTH || layout.width > MAX_WIDTH) {
            return false;
        }
        layout.layers = new Layer[](count);
        return _readLayers(at + HEADER_BYTES, layout);
    }

    function _readLayers(uint256 at, Layout memory layout) private pure returns (bool isValid) {
        // No sum overflows: there are at most 255 layers, and of rows and columns 2^16.
        unchecked {
            Layer[] memory layers = layout.layers;
            uint256 rows = layout.rows;
            uint256 former = layout.inputs;
            uint256 columns;
            uint256 widest;
            uint256 accumulators;
            for (uint256 i = 0; i < layers.length; ++i) {
                Layer memory layer = layers[i];
                if (!_readLayer(Bn254.wordAt(at) >> 160, layer)) return false;
                uint256 outputs = layer.outputs;
                uint256 blocks = (outputs + rows - 1) / rows;
                (layer.columns, layer.blocks) = (former + 1, blocks);
                columns += blocks * (former + 1);
                accumulators += outputs;
                if (outputs > widest) widest = outputs;
                former = outputs;
                at += LAYER_BYTES;
            }
            layout.itemLength = layout.inputs + accumulators * layout.width;
            layout.columnsLog = _logOf(columns);
            // More rows than the widest layer has would be the same matrix under another hash.
            isValid = rows <= widest && columns <= MAX_COLUMNS;
        }
    }

    /// @param word A layer's bytes, at the end of a word.
    function _readLayer(uint256 word, Layer memory layer) private pure returns (bool isValid) {
        unchecked {
            uint256 outputs = word >> 80;
            uint256 multiplier = (word >> 48) & type(uint32).max;
            uint256 shift = (word >> 40) & type(uint8).max;
            // casting to smaller types is safe because each takes its own bytes
            // forge-lint: disable-start(unsafe-typecast)
            int256 zeroPoint = int8(uint8(word >> 32));
            int256 low = int16(uint16(word >> 16));
            int256 high = int16(uint16(word));
            // forge-lint: disable-end(unsafe-typecast)
            if (outputs == 0 || multiplier > MAX_MULTIPLIER || shift == 0 || shift > MAX_SHIFT || low > high) return false;

            (layer.outputs, layer.multiplier, layer.shift, layer.low) = (outputs, multiplier, shift, low);
            // casting is safe because low <= high
            // forge-lint: disable-next-line(unsafe-typecast)
            layer.span = uint256(high - low);
            // The half is a power of two, in this order. high - clamp(...) of a sum that is rounded down is a difference that is rounded up.
            // forge-lint: disable-next-line(incorrect-shift)
            layer.ceiling = ((high - zeroPoint) << shift) + int256(1 << (shift - 1)) - 1;
            isValid = true;
        }
    }

    /// The least power of two that is not below a number from 1 to 2^32.
    function _logOf(uint256 least) private pure returns (uint256 log) {
        assembly ("memory-safe") {
            let rest := sub(least, 1)
            log := shl(4, lt(0xffff, rest))
            log := or(log, shl(3, lt(0xff, shr(log, rest))))
            log := or(log, shl(2, lt(0xf, shr(log, rest))))
            log := or(log, shl(1, lt(0x3, shr(log, rest))))
            log := or(log, lt(0x1, shr(log, rest)))
            log := add(log, iszero(iszero(rest)))
        }
    }
}
