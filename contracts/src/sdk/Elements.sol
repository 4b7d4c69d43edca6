// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The element types of a tensor, by the numbers that ONNX's TensorProto gives them. `Undefined`, `String` and the complex ones stand
/// here for their numbers only: no tensor has them.
enum DataType {
    Undefined,
    Float,
    Uint8,
    Int8,
    Uint16,
    Int16,
    Int32,
    Int64,
    String,
    Bool,
    Float16,
    Double,
    Uint32,
    Uint64,
    Complex64,
    Complex128,
    Bfloat16
}

/// @notice The bytes of elements: their sizes, and little-endian numbers packed one after the other.
library Elements {
    /// One hexadecimal digit a type: its size in bytes, zero where no tensor has it.
    uint256 private constant SIZES = 0x20084821084221140;

    uint256 private constant BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant QUADS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant OCTETS = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;

    /// @notice The bytes of one element; zero for a type that no tensor has.
    function sizeOf(DataType dataType) internal pure returns (uint256) {
        return (SIZES >> (4 * uint256(dataType))) & 0xf;
    }

    /// @notice Whether elements are integers, `Bool` not among them.
    function isInteger(DataType dataType) internal pure returns (bool) {
        return isSigned(dataType) || dataType == DataType.Uint8 || dataType == DataType.Uint16 || dataType == DataType.Uint32
            || dataType == DataType.Uint64;
    }

    function isSigned(DataType dataType) internal pure returns (bool) {
        return dataType == DataType.Int8 || dataType == DataType.Int16 || dataType == DataType.Int32 || dataType == DataType.Int64;
    }

    /// @notice The least and the greatest number of an integer type.
    function rangeOf(DataType dataType) internal pure returns (int256 least, int256 greatest) {
        uint256 bits = 8 * sizeOf(dataType);
        if (!isSigned(dataType)) return (0, (int256(1) << bits) - 1);
        return (-(int256(1) << (bits - 1)), (int256(1) << (bits - 1)) - 1);
    }

    /// @notice Packs numbers little-endian, the lowest `size` bytes of each.
    function pack(uint256[] memory numbers, uint256 size) internal pure returns (bytes memory packed) {
        uint256 perWord = 32 / size;
        uint256[] memory words = new uint256[]((numbers.length + perWord - 1) / perWord);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = _word(numbers, size, i * perWord);
        }
        packed = abi.encodePacked(words);
        uint256 length = numbers.length * size;
        // Shortens what was just allocated. In plain words: copy the first `length` bytes of it, one by one.
        assembly ("memory-safe") {
            mstore(packed, length)
        }
    }

    /// @notice The numbers that `pack` packed. What is left over at the end, less than a number, is dropped.
    function unpack(bytes calldata data, uint256 size) internal pure returns (uint256[] memory numbers) {
        numbers = new uint256[](data.length / size);
        uint256 perWord = 32 / size;
        uint256 mask = 2 ** (8 * size) - 1;
        uint256 word;
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (i % perWord == 0) {
                uint256 start = i * size;
                word = reverse(uint256(bytes32(data[start:_min(start + 32, data.length)])));
            }
            numbers[i] = word & mask;
            word >>= 8 * size;
        }
    }

    /// @notice One of the numbers that `pack` packed.
    function at(bytes calldata data, uint256 size, uint256 index) internal pure returns (uint256) {
        return reverse(uint256(bytes32(data[index * size:(index + 1) * size])));
    }

    /// @notice The number that the lowest `size` bytes are in two's complement.
    function signed(uint256 number, uint256 size) internal pure returns (int256) {
        uint256 unused = 256 - 8 * size;
        // casting to 'int256' is safe because it is the sign that is moved into its place
        // forge-lint: disable-next-line(unsafe-typecast)
        return int256(number << unused) >> unused;
    }

    /// @notice The bytes of a word in the other order.
    function reverse(uint256 word) internal pure returns (uint256) {
        word = ((word >> 8) & BYTES) | ((word & BYTES) << 8);
        word = ((word >> 16) & PAIRS) | ((word & PAIRS) << 16);
        word = ((word >> 32) & QUADS) | ((word & QUADS) << 32);
        word = ((word >> 64) & OCTETS) | ((word & OCTETS) << 64);
        return (word >> 128) | (word << 128);
    }

    /// A word is filled from its low end and turned round once.
    function _word(uint256[] memory numbers, uint256 size, uint256 start) private pure returns (uint256 word) {
        uint256 mask = 2 ** (8 * size) - 1;
        uint256 end = _min(start + 32 / size, numbers.length);
        for (uint256 i = start; i < end; ++i) {
            word |= (numbers[i] & mask) << (8 * size * (i - start));
        }
        return reverse(word);
    }

    function _min(uint256 left, uint256 right) private pure returns (uint256) {
        return left < right ? left : right;
    }
}
