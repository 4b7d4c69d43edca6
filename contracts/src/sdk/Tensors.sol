// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DataType, Elements} from "./Elements.sol";

/// @notice A tensor to be encoded.
/// @param name 1 to 64 of A-Z, a-z, 0-9, '_', '.', '/', ':' and '-'.
/// @param dims At most 8, each at least 1; none for a scalar.
/// @param data Row-major, little-endian, packed.
struct Tensor {
    string name;
    DataType dataType;
    uint32[] dims;
    bytes data;
}

/// @notice Where a tensor lies in an encoding. `Tensors.nameOf` and `Tensors.dataOf` give the bytes without copying.
struct TensorView {
    DataType dataType;
    uint32[] dims;
    uint256 nameOffset;
    uint256 nameLength;
    uint256 dataOffset;
    uint256 dataLength;
}

/// @title The canonical encoding of tensors
/// @notice Inputs and outputs of models are byte strings of exactly this form, on the chain and off it:
///
///     version      u8, 1
///     tensorCount  u8, 1 to 16
///     then each tensor, in strictly ascending order of the bytes of their names:
///       nameLength u8, 1 to 64
///       name       A-Z, a-z, 0-9, '_', '.', '/', ':', '-'
///       dataType   u8, ONNX's TensorProto numbers: FLOAT 1, UINT8 2, INT8 3, UINT16 4, INT16 5, INT32 6, INT64 7, BOOL 9, FLOAT16 10,
///                  DOUBLE 11, UINT32 12, UINT64 13, BFLOAT16 16
///       rank       u8, 0 to 8
///       dims       rank times u32, little-endian, at least 1
///       data       the elements, row-major, little-endian, packed; a BOOL is a byte 0 or 1
///
/// and nothing after the last. The same tensors have one encoding only, so that its hash, keccak256 of these bytes, is the hash of the
/// tensors: `inputCommit` and `outputCommit` of public requests. Those of private requests are salted, see `privateCommit`.
/// @dev Decoding reads calldata once, copies only dims and names, and costs at most in proportion to the bytes given.
library Tensors {
    error EncodingVersionUnknown(uint256 version);
    error TensorCountInvalid(uint256 count);
    error NameLengthInvalid(uint256 index, uint256 length);
    error NameCharacterInvalid(uint256 index, bytes1 character);
    /// @notice A name is not greater than the one before it.
    error NamesNotAscending(uint256 index);
    error DataTypeUnknown(uint256 index, uint256 dataType);
    error RankInvalid(uint256 index, uint256 rank);
    error DimensionZero(uint256 index);
    error BoolInvalid(uint256 index, bytes1 value);
    /// @notice To encode: dims and type ask for another length of the data.
    error DataLengthInvalid(uint256 index, uint256 length);
    /// @notice To decode: bytes are missing at this offset.
    error Truncated(uint256 offset);
    error TrailingBytes(uint256 offset);
    error TensorMissing(string name);

    uint256 internal constant VERSION = 1;
    uint256 internal constant MAX_TENSORS = 16;
    uint256 internal constant MAX_NAME = 64;
    uint256 internal constant MAX_RANK = 8;

    /// What makes a private commitment different from all other hashes.
    bytes32 internal constant PRIVATE_TAG = keccak256("OpenGradient.Relayer.PrivateTensors.1");

    /// A bit for each byte that may stand in a name.
    uint256 private constant NAME_CHARACTERS =
        (((1 << 14) - 1) << 0x2d) | (((1 << 26) - 1) << 0x41) | (1 << 0x5f) | (((1 << 26) - 1) << 0x61);

    /// @notice Encodes tensors, which must be valid and in the order of their names.
    function encode(Tensor[] memory tensors) internal pure returns (bytes memory encoded) {
        uint256 count = tensors.length;
        require(count > 0 && count <= MAX_TENSORS, TensorCountInvalid(count));
        encoded = abi.encodePacked(_byte(VERSION), _byte(count));
        bytes memory former;
        for (uint256 i = 0; i < count; ++i) {
            encoded = bytes.concat(encoded, _encodeOne(i, former, tensors[i]));
            former = bytes(tensors[i].name);
        }
    }

    /// @notice Encodes one tensor.
    function encode(Tensor memory tensor) internal pure returns (bytes memory) {
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = tensor;
        return encode(tensors);
    }

    /// @notice Reads an encoding, and refuses anything else.
    function decode(bytes calldata encoded) internal pure returns (TensorView[] memory views) {
        uint256 version = _byteAt(encoded, 0);
        require(version == VERSION, EncodingVersionUnknown(version));
        uint256 count = _byteAt(encoded, 1);
        require(count > 0 && count <= MAX_TENSORS, TensorCountInvalid(count));

        views = new TensorView[](count);
        uint256 offset = 2;
        bytes memory former;
        for (uint256 i = 0; i < count; ++i) {
            (former, offset) = _decodeOne(encoded, i, offset, former, views[i]);
        }
        require(offset == encoded.length, TrailingBytes(offset));
    }

    /// @notice Reads an encoding and gives one tensor of it.
    function find(bytes calldata encoded, string memory name) internal pure returns (TensorView memory) {
        TensorView[] memory views = decode(encoded);
        bytes32 wanted = keccak256(bytes(name));
        for (uint256 i = 0; i < views.length; ++i) {
            if (keccak256(nameOf(encoded, views[i])) == wanted) return views[i];
        }
        revert TensorMissing(name);
    }

    /// @notice The name of a tensor, a part of the encoding.
    function nameOf(bytes calldata encoded, TensorView memory tensor) internal pure returns (bytes calldata) {
        return encoded[tensor.nameOffset:tensor.nameOffset + tensor.nameLength];
    }

    /// @notice The data of a tensor, a part of the encoding.
    function dataOf(bytes calldata encoded, TensorView memory tensor) internal pure returns (bytes calldata) {
        return encoded[tensor.dataOffset:tensor.dataOffset + tensor.dataLength];
    }

    /// @notice The canonical hash: what public requests and receipts commit to.
    function hash(bytes memory encoded) internal pure returns (bytes32) {
        return keccak256(encoded);
    }

    /// @notice What private requests and receipts commit to.
    /// @dev Warning: what is in a transaction is public. Call it off the chain, or when the bytes are to be revealed. A salt is 32 random bytes
    /// and is used once: without it, or with a known one, short inputs can be guessed.
    function privateCommit(bytes32 salt, bytes memory encoded) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(PRIVATE_TAG, salt, encoded.length, encoded));
    }

    function _encodeOne(uint256 index, bytes memory former, Tensor memory tensor) private pure returns (bytes memory) {
        bytes memory name = bytes(tensor.name);
        bytes memory data = tensor.data;
        _checkName(index, former, name);
        require(data.length == _lengthOf(index, tensor), DataLengthInvalid(index, data.length));
        if (tensor.dataType == DataType.Bool) _checkBools(index, data);
        return bytes.concat(_byte(name.length), name, _byte(uint256(tensor.dataType)), _encodeDims(tensor.dims), data);
    }

    /// The fields of a view are written in place.
    function _decodeOne(bytes calldata encoded, uint256 index, uint256 offset, bytes memory former, TensorView memory tensor)
        private
        pure
        returns (bytes memory name, uint256 end)
    {
        uint256 nameLength = _byteAt(encoded, offset++);
        require(nameLength > 0 && nameLength <= MAX_NAME, NameLengthInvalid(index, nameLength));
        require(nameLength <= encoded.length - offset, Truncated(encoded.length));
        (tensor.nameOffset, tensor.nameLength) = (offset, nameLength);
        name = nameOf(encoded, tensor);
        _checkName(index, former, name);
        offset += nameLength;

        uint256 dataType = _byteAt(encoded, offset++);
        require(dataType <= uint256(type(DataType).max), DataTypeUnknown(index, dataType));
        // casting to 'uint8' is safe because it was read from a byte
        // forge-lint: disable-next-line(unsafe-typecast)
        tensor.dataType = DataType(uint8(dataType));
        uint256 count = Elements.sizeOf(tensor.dataType);
        require(count > 0, DataTypeUnknown(index, dataType));

        offset = _decodeDims(encoded, index, offset, tensor);
        for (uint256 i = 0; i < tensor.dims.length; ++i) {
            // Both factors are small, so that the product cannot overflow before it is found to be too large.
            count *= tensor.dims[i];
            require(count <= encoded.length, Truncated(encoded.length));
        }
        require(count <= encoded.length - offset, Truncated(encoded.length));
        (tensor.dataOffset, tensor.dataLength) = (offset, count);
        if (tensor.dataType == DataType.Bool) _checkBools(index, dataOf(encoded, tensor));
        end = offset + count;
    }

    function _decodeDims(bytes calldata encoded, uint256 index, uint256 offset, TensorView memory tensor)
        private
        pure
        returns (uint256 end)
    {
        uint256 rank = _byteAt(encoded, offset++);
        require(rank <= MAX_RANK, RankInvalid(index, rank));
        end = offset + 4 * rank;
        require(end <= encoded.length, Truncated(encoded.length));
        tensor.dims = new uint32[](rank);
        for (uint256 i = 0; i < rank; ++i) {
            uint256 dim = Elements.at(encoded[offset:end], 4, i);
            require(dim > 0, DimensionZero(index));
            // casting to 'uint32' is safe because it was read from four bytes
            // forge-lint: disable-next-line(unsafe-typecast)
            tensor.dims[i] = uint32(dim);
        }
    }

    /// The bytes that the data of a tensor must have. Both factors of each product are small, as in `_decodeOne`.
    function _lengthOf(uint256 index, Tensor memory tensor) private pure returns (uint256 length) {
        length = Elements.sizeOf(tensor.dataType);
        require(length > 0, DataTypeUnknown(index, uint256(tensor.dataType)));
        require(tensor.dims.length <= MAX_RANK, RankInvalid(index, tensor.dims.length));
        for (uint256 i = 0; i < tensor.dims.length; ++i) {
            require(tensor.dims[i] > 0, DimensionZero(index));
        }
        for (uint256 i = 0; i < tensor.dims.length; ++i) {
            length *= tensor.dims[i];
            require(length <= tensor.data.length, DataLengthInvalid(index, tensor.data.length));
        }
    }

    function _encodeDims(uint32[] memory dims) private pure returns (bytes memory encoded) {
        encoded = abi.encodePacked(_byte(dims.length));
        for (uint256 i = 0; i < dims.length; ++i) {
            encoded = bytes.concat(encoded, bytes4(bytes32(Elements.reverse(dims[i]))));
        }
    }

    /// Names are compared byte by byte; a name that is the beginning of another comes before it.
    function _checkName(uint256 index, bytes memory former, bytes memory name) private pure {
        require(name.length > 0 && name.length <= MAX_NAME, NameLengthInvalid(index, name.length));
        bool isGreater;
        for (uint256 i = 0; i < name.length; ++i) {
            bytes1 character = name[i];
            require((NAME_CHARACTERS >> uint8(character)) & 1 == 1, NameCharacterInvalid(index, character));
            if (isGreater) continue;
            isGreater = i == former.length || character > former[i];
            require(isGreater || character == former[i], NamesNotAscending(index));
        }
        require(isGreater, NamesNotAscending(index));
    }

    function _checkBools(uint256 index, bytes memory data) private pure {
        for (uint256 i = 0; i < data.length; ++i) {
            require(uint8(data[i]) <= 1, BoolInvalid(index, data[i]));
        }
    }

    function _byteAt(bytes calldata encoded, uint256 offset) private pure returns (uint256) {
        require(offset < encoded.length, Truncated(encoded.length));
        return uint8(encoded[offset]);
    }

    function _byte(uint256 value) private pure returns (bytes1) {
        // casting to 'uint8' is safe because all counts and lengths were bounded
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes1(uint8(value));
    }
}
