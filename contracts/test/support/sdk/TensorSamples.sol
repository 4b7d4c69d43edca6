// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DataType, Elements} from "../../../src/sdk/Elements.sol";
import {Tensor} from "../../../src/sdk/Tensors.sol";

/// @notice Tensors for tests: everything follows from a seed, and is valid.
library TensorSamples {
    bytes private constant CHARACTERS = "-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    bytes private constant TYPES = hex"0102030405060709" hex"0a0b0c0d10";

    function from(uint256 seed) internal pure returns (Tensor[] memory tensors) {
        tensors = new Tensor[](1 + _draw(seed, 0) % 3);
        for (uint256 i = 0; i < tensors.length; ++i) {
            tensors[i] = _one(_draw(seed, i + 1), i);
        }
    }

    /// A vector of bytes.
    function vector(string memory name, bytes memory data) internal pure returns (Tensor memory) {
        uint32[] memory dims = new uint32[](1);
        dims[0] = uint32(data.length);
        return Tensor({name: name, dataType: DataType.Uint8, dims: dims, data: data});
    }

    /// Names ascend because each begins with its place.
    function _one(uint256 seed, uint256 place) private pure returns (Tensor memory tensor) {
        bytes memory name = new bytes(1 + _draw(seed, 0) % (_draw(seed, 102) % 16 == 0 ? 64 : 8));
        name[0] = CHARACTERS[place * 13];
        for (uint256 i = 1; i < name.length; ++i) {
            name[i] = CHARACTERS[_draw(seed, i) % CHARACTERS.length];
        }
        tensor.name = string(name);
        tensor.dataType = DataType(uint8(TYPES[_draw(seed, 100) % TYPES.length]));
        tensor.dims = new uint32[](_draw(seed, 101) % 9);
        uint256 length = Elements.sizeOf(tensor.dataType);
        for (uint256 i = 0; i < tensor.dims.length; ++i) {
            tensor.dims[i] = uint32(1 + _draw(seed, 200 + i) % (length < 40 ? 3 : 1));
            length *= tensor.dims[i];
        }
        tensor.data = new bytes(length);
        bytes32 drawn;
        for (uint256 i = 0; i < length; ++i) {
            if (i % 32 == 0) drawn = bytes32(_draw(seed, 1000 + i));
            tensor.data[i] = tensor.dataType == DataType.Bool ? drawn[i % 32] & 0x01 : drawn[i % 32];
        }
    }

    function _draw(uint256 seed, uint256 what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }
}
