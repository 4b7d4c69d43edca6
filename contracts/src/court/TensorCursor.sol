// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DataType, Elements} from "../sdk/Elements.sol";
import {Tensors} from "../sdk/Tensors.sol";

/// @notice One tensor of an encoding, and with it where the next one starts.
struct TensorCursor {
    DataType dataType;
    uint256 nameStart;
    uint256 nameEnd;
    /// Where its data starts; what lies between its start and that, its name, type and dims, is its head.
    uint256 dataStart;
    uint256 end;
}

/// @notice Reads an encoding of docs/tensors.md tensor by tensor. It accepts what `Tensors.decode` accepts; what that refuses with a reason this
/// just does not accept: it never reverts, whatever the bytes.
/// @dev Unchecked: all offsets are bounded by the length of the bytes, and dims are multiplied one by one while their product is.
library TensorCursorLib {
    /// A bit for each byte that may stand in a name.
    uint256 private constant NAME_CHARACTERS =
        (((1 << 14) - 1) << 0x2d) | (((1 << 26) - 1) << 0x41) | (1 << 0x5f) | (((1 << 26) - 1) << 0x61);

    /// @notice How many tensors the bytes say they are; zero where they are no encoding.
    function start(TensorCursor memory cursor, bytes calldata encoded) internal pure returns (uint256 count) {
        if (encoded.length < 2 || uint8(encoded[0]) != Tensors.VERSION) return 0;
        count = uint8(encoded[1]);
        if (count > Tensors.MAX_TENSORS) return 0;
        cursor.end = 2;
    }

    /// @notice Moves on to the next tensor, and says whether there is one.
    function next(TensorCursor memory cursor, bytes calldata encoded) internal pure returns (bool) {
        return _readName(cursor, encoded) && _readShape(cursor, encoded) && _readData(cursor, encoded);
    }

    function _readName(TensorCursor memory cursor, bytes calldata encoded) private pure returns (bool) {
        unchecked {
            if (cursor.end >= encoded.length) return false;
            bytes calldata former = encoded[cursor.nameStart:cursor.nameEnd];
            uint256 length = uint8(encoded[cursor.end]);
            uint256 nameStart = cursor.end + 1;
            if (length == 0 || length > Tensors.MAX_NAME || length > encoded.length - nameStart) return false;

            (cursor.nameStart, cursor.nameEnd) = (nameStart, nameStart + length);
            return _isNameAfter(encoded[nameStart:nameStart + length], former);
        }
    }

    /// Names are compared byte by byte; a name that is the beginning of another comes before it.
    function _isNameAfter(bytes calldata name, bytes calldata former) private pure returns (bool isGreater) {
        for (uint256 i = 0; i < name.length; ++i) {
            bytes1 character = name[i];
            if ((NAME_CHARACTERS >> uint8(character)) & 1 == 0) return false;
            if (isGreater) continue;
            isGreater = i >= former.length || character > former[i];
            if (!isGreater && character != former[i]) return false;
        }
    }

    /// Type, rank and where the dims end; what they are is read with the data.
    function _readShape(TensorCursor memory cursor, bytes calldata encoded) private pure returns (bool) {
        unchecked {
            uint256 offset = cursor.nameEnd;
            if (encoded.length - offset < 2) return false;
            uint256 dataType = uint8(encoded[offset]);
            uint256 rank = uint8(encoded[offset + 1]);
            offset += 2;
            if (dataType > uint256(type(DataType).max) || rank > Tensors.MAX_RANK) return false;
            if (encoded.length - offset < 4 * rank) return false;

            // casting to 'uint8' is safe because it was read from a byte
            // forge-lint: disable-next-line(unsafe-typecast)
            cursor.dataType = DataType(uint8(dataType));
            cursor.dataStart = offset + 4 * rank;
            return true;
        }
    }

    function _readData(TensorCursor memory cursor, bytes calldata encoded) private pure returns (bool) {
        unchecked {
            uint256 length = Elements.sizeOf(cursor.dataType);
            uint256 left = encoded.length - cursor.dataStart;
            for (uint256 offset = cursor.nameEnd + 2; offset < cursor.dataStart; offset += 4) {
                length *= Elements.reverse(uint256(bytes32(encoded[offset:offset + 4])));
                if (length > left) return false;
            }
            // A type that no tensor has, or a dimension of zero.
            if (length == 0 || length > left) return false;

            cursor.end = cursor.dataStart + length;
            return cursor.dataType != DataType.Bool || _areBools(encoded[cursor.dataStart:cursor.end]);
        }
    }

    function _areBools(bytes calldata data) private pure returns (bool) {
        for (uint256 i = 0; i < data.length; ++i) {
            if (uint8(data[i]) > 1) return false;
        }
        return true;
    }
}
