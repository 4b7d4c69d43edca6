// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DataType, Elements} from "../../../src/sdk/Elements.sol";
import {Floats} from "../../../src/sdk/Floats.sol";
import {Tensor, Tensors} from "../../../src/sdk/Tensors.sol";

/// @notice Answers for tests: encodings of tensors, each following from a seed.
library AnswerSamples {
    /// @notice One row of numbers of a type, named "y".
    function row(DataType dataType, uint256[] memory numbers) internal pure returns (bytes memory) {
        uint32[] memory dims = new uint32[](1);
        dims[0] = uint32(numbers.length);
        bytes memory data = Elements.pack(numbers, Elements.sizeOf(dataType));
        return Tensors.encode(Tensor({name: "y", dataType: dataType, dims: dims, data: data}));
    }

    /// @notice A row of one number.
    function one(DataType dataType, uint256 bits) internal pure returns (bytes memory) {
        uint256[] memory numbers = new uint256[](1);
        numbers[0] = bits;
        return row(dataType, numbers);
    }

    /// @notice A row of the float32 nearest to a fixed-point number.
    function float(int256 value) internal pure returns (bytes memory) {
        return one(DataType.Float, Floats.toFloat32(value));
    }

    /// @notice One to three tensors of random types with up to forty random elements each; and another answer that differs from it by
    /// little in some of them, and in about one of eight by much.
    function pair(uint256 seed) internal pure returns (bytes memory left, bytes memory right) {
        uint256 count = 1 + _random(seed, "count", 3);
        Tensor[] memory lefts = new Tensor[](count);
        Tensor[] memory rights = new Tensor[](count);
        for (uint256 i = 0; i < count; ++i) {
            (lefts[i], rights[i]) = _tensors(i, uint256(keccak256(abi.encode(seed, i))));
        }
        return (Tensors.encode(lefts), Tensors.encode(rights));
    }

    function _tensors(uint256 index, uint256 seed) private pure returns (Tensor memory left, Tensor memory right) {
        DataType[7] memory types =
            [DataType.Float, DataType.Float, DataType.Double, DataType.Float16, DataType.Bfloat16, DataType.Int8, DataType.Bool];
        left.name = string(abi.encodePacked(bytes1(uint8(0x61 + index))));
        left.dataType = types[_random(seed, "type", 7)];
        left.dims = new uint32[](_random(seed, "rank", 3));
        uint256 length = 1;
        for (uint256 i = 0; i < left.dims.length; ++i) {
            left.dims[i] = uint32(1 + _random(seed, bytes(abi.encode("dim", i)), 7));
            length *= left.dims[i];
        }
        uint256[] memory numbers = new uint256[](length);
        uint256[] memory others = new uint256[](length);
        for (uint256 i = 0; i < length; ++i) {
            (numbers[i], others[i]) = _numbers(left.dataType, uint256(keccak256(abi.encode(seed, "number", i))));
        }
        uint256 size = Elements.sizeOf(left.dataType);
        left.data = Elements.pack(numbers, size);
        right = Tensor({name: left.name, dataType: left.dataType, dims: left.dims, data: Elements.pack(others, size)});
    }

    /// Exponents of floats are mostly near that of 1, where tolerances decide.
    function _numbers(DataType dataType, uint256 seed) private pure returns (uint256 left, uint256 right) {
        if (dataType == DataType.Bool) return (seed % 2, seed % 2);
        if (dataType == DataType.Int8) return (seed % 256, seed % 256);
        (uint256 bits, uint256 precision, uint256 bias) = (32, 24, 127);
        if (dataType == DataType.Double) (bits, precision, bias) = (64, 53, 1023);
        if (dataType == DataType.Float16) (bits, precision, bias) = (16, 11, 15);
        if (dataType == DataType.Bfloat16) (bits, precision, bias) = (16, 8, 127);

        uint256 exponent = _random(seed, "wide", 8) == 0
            ? _random(seed, "exponent", 2 * bias + 1 + _random(seed, "infinite", 2))
            : bias - 8 + _random(seed, "exponent", 16);
        left = (_random(seed, "sign", 2) << (bits - 1)) | (exponent << (precision - 1))
            | _random(seed, "fraction", 2 ** (precision - 1));
        right = left;
        uint256 change = _random(seed, "change", 32);
        if (change < 12) right = left ^ _random(seed, "low bits", 2 ** (precision / 2));
        if (change == 12) right = left ^ (1 << (bits - 1));
        if (change == 13) right = left ^ (1 << (precision - 2));
    }

    function _random(uint256 seed, bytes memory purpose, uint256 bound) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % bound;
    }
}
