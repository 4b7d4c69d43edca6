// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A descriptor as docs/inference.md has it, field by field.
struct PlainLayer {
    uint256 outputs;
    int256 multiplier;
    uint256 shift;
    int256 zeroPoint;
    int256 low;
    int256 high;
}

struct PlainDescriptor {
    uint256 rows;
    uint256 inputs;
    uint256 width;
    PlainLayer[] layers;
}

struct PlainChallenges {
    uint256 r;
    uint256 gamma;
    uint256 delta;
    uint256 zeta;
}

/// @title What `Items`, `Folding` and `LayoutLib` compute, in plain Solidity
/// @notice Written after the formulas of docs/proofs.md term by term, without a trick and without a thought of gas.
library PlainItems {
    uint256 internal constant P =
        21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617;

    function encode(PlainDescriptor memory descriptor) internal pure returns (bytes memory encoded) {
        encoded = abi.encodePacked(
            uint16(descriptor.rows), uint16(descriptor.inputs), uint8(descriptor.width), uint8(descriptor.layers.length)
        );
        for (uint256 i = 0; i < descriptor.layers.length; ++i) {
            PlainLayer memory layer = descriptor.layers[i];
            encoded = bytes.concat(
                encoded,
                abi.encodePacked(
                    uint16(layer.outputs),
                    uint32(uint256(layer.multiplier)),
                    uint8(layer.shift),
                    int8(layer.zeroPoint),
                    int16(layer.low),
                    int16(layer.high)
                )
            );
        }
    }

    /// @notice What an accumulator becomes.
    function requantise(int256 accumulator, PlainLayer memory layer) internal pure returns (int256 value) {
        value = ((accumulator * layer.multiplier + int256(1 << (layer.shift - 1))) >> layer.shift) + layer.zeroPoint;
        if (value < layer.low) return layer.low;
        if (value > layer.high) return layer.high;
    }

    function itemLength(PlainDescriptor memory descriptor) internal pure returns (uint256 length) {
        length = descriptor.inputs;
        for (uint256 i = 0; i < descriptor.layers.length; ++i) {
            length += descriptor.layers[i].outputs * descriptor.width;
        }
    }

    function inputsOf(PlainDescriptor memory descriptor, uint256 layer) internal pure returns (uint256) {
        return layer == 0 ? descriptor.inputs : descriptor.layers[layer - 1].outputs;
    }

    function blocksOf(PlainDescriptor memory descriptor, uint256 layer) internal pure returns (uint256) {
        return (descriptor.layers[layer].outputs + descriptor.rows - 1) / descriptor.rows;
    }

    /// @notice Where a layer's columns begin.
    function columnOf(PlainDescriptor memory descriptor, uint256 layer) internal pure returns (uint256 column) {
        for (uint256 i = layer + 1; i < descriptor.layers.length; ++i) {
            column += blocksOf(descriptor, i) * (inputsOf(descriptor, i) + 1);
        }
    }

    function columns(PlainDescriptor memory descriptor) internal pure returns (uint256 count) {
        count = 1;
        while (count < columnOf(descriptor, 0) + blocksOf(descriptor, 0) * (descriptor.inputs + 1)) count *= 2;
    }

    /// @notice An accumulator of an item.
    function accumulatorAt(PlainDescriptor memory descriptor, bytes memory items, uint256 item, uint256 layer, uint256 index)
        internal
        pure
        returns (int256)
    {
        uint256 at = item * itemLength(descriptor) + descriptor.inputs;
        for (uint256 i = 0; i < layer; ++i) {
            at += descriptor.layers[i].outputs * descriptor.width;
        }
        return numberAt(items, at + index * descriptor.width, descriptor.width);
    }

    /// @notice A signed number of so many bytes.
    function numberAt(bytes memory data, uint256 at, uint256 width) internal pure returns (int256 number) {
        for (uint256 i = 0; i < width; ++i) {
            number = number * 256 + int256(uint256(uint8(data[at + i])));
        }
        if (number >= int256(1 << (8 * width - 1))) number -= int256(1 << (8 * width));
    }

    /// @notice v, the accumulators folded.
    function foldOutputs(PlainDescriptor memory descriptor, bytes memory items, uint256 count, PlainChallenges memory by)
        internal
        pure
        returns (uint256 v)
    {
        uint256 last = descriptor.layers.length - 1;
        for (uint256 b = 0; b < count; ++b) {
            for (uint256 l = 0; l <= last; ++l) {
                uint256 factor = mulmod(power(by.delta, count - 1 - b), power(by.gamma, last - l), P);
                uint256 outputs = descriptor.layers[l].outputs;
                uint256 sum;
                for (uint256 i = 0; i < outputs; ++i) {
                    uint256 accumulator = modulo(accumulatorAt(descriptor, items, b, l, i));
                    sum = addmod(sum, mulmod(power(by.r, outputs - 1 - i), accumulator, P), P);
                }
                v = addmod(v, mulmod(factor, sum, P), P);
            }
        }
    }

    /// @notice X at zeta, the inputs of all layers folded.
    function foldInputs(PlainDescriptor memory descriptor, bytes memory items, uint256 count, PlainChallenges memory by)
        internal
        pure
        returns (uint256 x)
    {
        for (uint256 b = 0; b < count; ++b) {
            for (uint256 l = 0; l < descriptor.layers.length; ++l) {
                uint256 factor = mulmod(power(by.delta, count - 1 - b), _layerFactor(descriptor, l, by), P);
                x = addmod(x, mulmod(factor, _inputsAt(descriptor, items, b, l, by.zeta), P), P);
            }
        }
    }

    /// What a layer's inputs count for: its columns' place, and all its blocks.
    function _layerFactor(PlainDescriptor memory descriptor, uint256 layer, PlainChallenges memory by)
        private
        pure
        returns (uint256)
    {
        uint256 rows = power(by.r, descriptor.rows);
        uint256 width = power(by.zeta, inputsOf(descriptor, layer) + 1);
        uint256 blocks;
        for (uint256 k = 0; k < blocksOf(descriptor, layer); ++k) {
            blocks = addmod(blocks, power(mulmod(rows, width, P), k), P);
        }
        uint256 factor = mulmod(power(by.gamma, descriptor.layers.length - 1 - layer), blocks, P);
        return mulmod(factor, power(by.zeta, columnOf(descriptor, layer)), P);
    }

    /// The inputs of one layer of one item at zeta, the bias column's 1 among them.
    function _inputsAt(PlainDescriptor memory descriptor, bytes memory items, uint256 item, uint256 layer, uint256 zeta)
        private
        pure
        returns (uint256 sum)
    {
        uint256 width = inputsOf(descriptor, layer) + 1;
        for (uint256 j = 0; j < width; ++j) {
            int256 value = 1;
            if (j + 1 < width) {
                value = layer == 0
                    ? int256(uint256(uint8(items[item * itemLength(descriptor) + j])))
                    : requantise(accumulatorAt(descriptor, items, item, layer - 1, j), descriptor.layers[layer - 1]);
            }
            sum = addmod(mulmod(sum, zeta, P), modulo(value), P);
        }
    }

    /// @notice An item's input, encoded as a tensor.
    function inputTensor(PlainDescriptor memory descriptor, bytes memory items, uint256 item)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory data = new bytes(descriptor.inputs);
        for (uint256 i = 0; i < data.length; ++i) {
            data[i] = items[item * itemLength(descriptor) + i];
        }
        return bytes.concat(hex"0101", hex"05", "input", hex"0201", littleEndian(data.length), data);
    }

    /// @notice An item's output, encoded as a tensor.
    function outputTensor(PlainDescriptor memory descriptor, bytes memory items, uint256 item)
        internal
        pure
        returns (bytes memory)
    {
        uint256 last = descriptor.layers.length - 1;
        bytes memory data;
        for (uint256 i = 0; i < descriptor.layers[last].outputs; ++i) {
            int256 accumulator = accumulatorAt(descriptor, items, item, last, i);
            data = bytes.concat(data, littleEndian(uint256(accumulator) & 0xffffffff));
        }
        return bytes.concat(hex"0101", hex"06", "output", hex"0601", littleEndian(descriptor.layers[last].outputs), data);
    }

    function inputCommit(PlainDescriptor memory descriptor, bytes memory items, uint256 item) internal pure returns (bytes32) {
        return keccak256(inputTensor(descriptor, items, item));
    }

    function outputCommit(PlainDescriptor memory descriptor, bytes memory items, uint256 item) internal pure returns (bytes32) {
        return keccak256(outputTensor(descriptor, items, item));
    }

    function littleEndian(uint256 number) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(number), uint8(number >> 8), uint8(number >> 16), uint8(number >> 24));
    }

    function power(uint256 base, uint256 exponent) internal pure returns (uint256 result) {
        result = 1;
        for (; exponent != 0; exponent /= 2) {
            if (exponent % 2 == 1) result = mulmod(result, base, P);
            base = mulmod(base, base, P);
        }
    }

    function inverse(uint256 number) internal pure returns (uint256) {
        return power(number, P - 2);
    }

    function modulo(int256 number) internal pure returns (uint256) {
        return number < 0 ? P - uint256(-number) : uint256(number);
    }

    function minus(uint256 left, uint256 right) internal pure returns (uint256) {
        return addmod(left, P - right % P, P);
    }
}
