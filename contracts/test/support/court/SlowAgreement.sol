// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DataType, Elements} from "../../../src/sdk/Elements.sol";
import {Tensor} from "../../../src/sdk/Tensors.sol";
import {SlowFloats} from "../sdk/SlowFloats.sol";
import {TensorProbe} from "../sdk/TensorProbe.sol";

/// @notice The agreement of `Float` answers as one would write it without a thought for gas: both are decoded whole, and each number is looked at
/// by itself. A relative tolerance of at most 1, as versions have it.
contract SlowAgreement {
    TensorProbe private immutable PROBE = new TensorProbe();

    function agree(bytes calldata left, bytes calldata right, uint256 toleranceAbs, uint256 toleranceRel)
        external
        view
        returns (bool)
    {
        if (left.length > 4096 || right.length > 4096) return false;
        try PROBE.decode(left) returns (Tensor[] memory lefts) {
            try PROBE.decode(right) returns (Tensor[] memory rights) {
                return _agree(lefts, rights, toleranceAbs, toleranceRel);
            } catch {
                return false;
            }
        } catch {
            return false;
        }
    }

    function _agree(Tensor[] memory lefts, Tensor[] memory rights, uint256 toleranceAbs, uint256 toleranceRel)
        private
        view
        returns (bool)
    {
        if (lefts.length != rights.length) return false;
        for (uint256 i = 0; i < lefts.length; ++i) {
            Tensor memory left = lefts[i];
            Tensor memory right = rights[i];
            bool isAlike = keccak256(bytes(left.name)) == keccak256(bytes(right.name)) && left.dataType == right.dataType
                && keccak256(abi.encode(left.dims)) == keccak256(abi.encode(right.dims));
            if (!isAlike || !this.agreeData(left, right, toleranceAbs, toleranceRel)) return false;
        }
        return true;
    }

    /// The tensors as calldata, so that their elements can be read one by one.
    function agreeData(Tensor calldata left, Tensor calldata right, uint256 toleranceAbs, uint256 toleranceRel)
        external
        pure
        returns (bool)
    {
        (uint256 precision, int256 bias) = _formatOf(left.dataType);
        if (precision == 0) return keccak256(left.data) == keccak256(right.data);
        uint256 size = Elements.sizeOf(left.dataType);
        for (uint256 i = 0; i < left.data.length / size; ++i) {
            uint256 a = _at(left.data, size, i);
            uint256 b = _at(right.data, size, i);
            if (!_isFinite(a, size, precision, bias) || !_isFinite(b, size, precision, bias)) return false;
            if (a != b && !_areClose(a, b, size, precision, bias, toleranceAbs, toleranceRel)) return false;
        }
        return true;
    }

    function _areClose(
        uint256 a,
        uint256 b,
        uint256 size,
        uint256 precision,
        int256 bias,
        uint256 toleranceAbs,
        uint256 toleranceRel
    ) private pure returns (bool) {
        uint256 half = 2 ** (8 * size - 1);
        (bool fitsA, uint256 magnitudeA) = SlowFloats.fromFloat(a % half, precision, bias);
        (bool fitsB, uint256 magnitudeB) = SlowFloats.fromFloat(b % half, precision, bias);
        if (!fitsA || !fitsB || magnitudeA >= 2 ** 255 || magnitudeB >= 2 ** 255) return false;
        uint256 distance;
        if ((a >= half) == (b >= half)) distance = Math.max(magnitudeA, magnitudeB) - Math.min(magnitudeA, magnitudeB);
        else distance = magnitudeA + magnitudeB;
        // A whole number is at most a quotient if it is at most what is whole of it.
        return distance <= toleranceAbs + Math.mulDiv(magnitudeB, toleranceRel, 1e18);
    }

    function _isFinite(uint256 bits, uint256 size, uint256 precision, int256 bias) private pure returns (bool) {
        return (bits % 2 ** (8 * size - 1)) / 2 ** (precision - 1) <= uint256(2 * bias);
    }

    function _at(bytes calldata data, uint256 size, uint256 index) private pure returns (uint256 number) {
        for (uint256 i = size; i > 0; --i) {
            number = number * 256 + uint8(data[index * size + i - 1]);
        }
    }

    function _formatOf(DataType dataType) private pure returns (uint256 precision, int256 bias) {
        if (dataType == DataType.Float) return (24, 127);
        if (dataType == DataType.Double) return (53, 1023);
        if (dataType == DataType.Float16) return (11, 15);
        if (dataType == DataType.Bfloat16) return (8, 127);
    }
}
