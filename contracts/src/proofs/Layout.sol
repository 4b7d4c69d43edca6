// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

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
    uint256 internal constant MAX_COLUMNS_LOG = 20;

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
        uint256 count = uint8(encoded[5]);
        layout.rows = uint16(bytes2(encoded[0:2]));
        layout.inputs = uint16(bytes2(encoded[2:4]));
        layout.width = uint8(encoded[4]);
        layout.layers = new Layer[](count);
        if (count == 0 || layout.rows == 0 || layout.inputs == 0 || layout.width < MIN_WIDTH || layout.width > MAX_WIDTH) {
            return false;
        }

        uint256 former = layout.inputs;
        uint256 columns;
        uint256 widest;
        uint256 accumulators;
        for (uint256 i = 0; i < count; ++i) {
            uint256 at = HEADER_BYTES + LAYER_BYTES * i;
            Layer memory layer = layout.layers[i];
            if (!_readLayer(encoded[at:at + LAYER_BYTES], layer)) return false;
            layer.columns = former + 1;
            layer.blocks = (layer.outputs + layout.rows - 1) / layout.rows;
            columns += layer.blocks * layer.columns;
            accumulators += layer.outputs;
            if (layer.outputs > widest) widest = layer.outputs;
            former = layer.outputs;
        }
        layout.itemLength = layout.inputs + accumulators * layout.width;
        // More rows than the widest layer has would be the same matrix under another hash.
        if (layout.rows > widest || columns > 1 << MAX_COLUMNS_LOG) return false;
        while (1 << layout.columnsLog < columns) ++layout.columnsLog;
        isValid = true;
    }

    function _readLayer(bytes calldata encoded, Layer memory layer) private pure returns (bool isValid) {
        uint256 word = uint256(bytes32(encoded)) >> 160;
        layer.outputs = word >> 80;
        layer.multiplier = (word >> 48) & type(uint32).max;
        layer.shift = (word >> 40) & type(uint8).max;
        // casting to smaller types is safe because each takes its own bytes
        // forge-lint: disable-start(unsafe-typecast)
        int256 zeroPoint = int8(uint8(word >> 32));
        int256 low = int16(uint16(word >> 16));
        int256 high = int16(uint16(word));
        // forge-lint: disable-end(unsafe-typecast)
        isValid = layer.outputs != 0 && layer.multiplier <= MAX_MULTIPLIER && layer.shift != 0 && layer.shift <= MAX_SHIFT
            && low <= high;
        if (!isValid) return false;

        layer.low = low;
        // casting is safe because low <= high
        // forge-lint: disable-next-line(unsafe-typecast)
        layer.span = uint256(high - low);
        // high - clamp(...) of a sum that is rounded down is a difference that is rounded up.
        layer.ceiling = ((high - zeroPoint) << layer.shift) + int256(1 << (layer.shift - 1)) - 1;
    }
}
