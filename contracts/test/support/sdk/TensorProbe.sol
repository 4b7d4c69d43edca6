// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DataType, Elements} from "../../../src/sdk/Elements.sol";
import {Floats} from "../../../src/sdk/Floats.sol";
import {Inference} from "../../../src/sdk/Inference.sol";
import {Tensor, TensorView, Tensors} from "../../../src/sdk/Tensors.sol";

/// @notice The SDK's libraries as a contract, for tests in Solidity and for those of C#, which ask it on a local chain.
contract TensorProbe {
    function encode(Tensor[] calldata tensors) external pure returns (bytes memory) {
        return Tensors.encode(tensors);
    }

    function decode(bytes calldata encoded) external pure returns (Tensor[] memory tensors) {
        TensorView[] memory views = Tensors.decode(encoded);
        tensors = new Tensor[](views.length);
        for (uint256 i = 0; i < views.length; ++i) {
            tensors[i] = Tensor({
                name: string(Tensors.nameOf(encoded, views[i])),
                dataType: views[i].dataType,
                dims: views[i].dims,
                data: Tensors.dataOf(encoded, views[i])
            });
        }
    }

    function dataOf(bytes calldata encoded, string calldata name) external pure returns (bytes memory) {
        return Tensors.dataOf(encoded, Tensors.find(encoded, name));
    }

    function hash(bytes calldata encoded) external pure returns (bytes32) {
        return Tensors.hash(encoded);
    }

    function privateCommit(bytes32 salt, bytes calldata encoded) external pure returns (bytes32) {
        return Tensors.privateCommit(salt, encoded);
    }

    function pack(uint256[] calldata numbers, uint256 size) external pure returns (bytes memory) {
        return Elements.pack(numbers, size);
    }

    function unpack(bytes calldata data, uint256 size) external pure returns (uint256[] memory) {
        return Elements.unpack(data, size);
    }

    function toFloat32(int256 value) external pure returns (uint256) {
        return Floats.toFloat32(value);
    }

    function toFloat64(int256 value) external pure returns (uint256) {
        return Floats.toFloat64(value);
    }

    function toFloat32(uint256 value) external pure returns (uint256) {
        return Floats.toFloat32(value);
    }

    function toFloat64(uint256 value) external pure returns (uint256) {
        return Floats.toFloat64(value);
    }

    function fromFloat32(uint32 bits) external pure returns (int256) {
        return Floats.fromFloat32(bits);
    }

    function fromFloat64(uint64 bits) external pure returns (int256) {
        return Floats.fromFloat64(bits);
    }

    /// @notice Many conversions at once; an error is `type(uint256).max`.
    function toFloats(int256[] calldata values) external view returns (uint256[] memory float32s, uint256[] memory float64s) {
        float32s = new uint256[](values.length);
        float64s = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            try this.toFloat32(values[i]) returns (uint256 bits) {
                float32s[i] = bits;
            } catch {
                float32s[i] = type(uint256).max;
            }
            float64s[i] = Floats.toFloat64(values[i]);
        }
    }

    /// @notice Many conversions at once, each with whether it is possible.
    function fromFloats32(uint32[] calldata bits) external view returns (bool[] memory fits, int256[] memory values) {
        fits = new bool[](bits.length);
        values = new int256[](bits.length);
        for (uint256 i = 0; i < bits.length; ++i) {
            try this.fromFloat32(bits[i]) returns (int256 value) {
                (fits[i], values[i]) = (true, value);
            } catch {}
        }
    }

    /// @notice Many conversions at once, each with whether it is possible.
    function fromFloats64(uint64[] calldata bits) external view returns (bool[] memory fits, int256[] memory values) {
        fits = new bool[](bits.length);
        values = new int256[](bits.length);
        for (uint256 i = 0; i < bits.length; ++i) {
            try this.fromFloat64(bits[i]) returns (int256 value) {
                (fits[i], values[i]) = (true, value);
            } catch {}
        }
    }

    function fixedPoint(string calldata name, DataType dataType, uint32[] calldata dims, int256[] calldata values)
        external
        pure
        returns (bytes memory)
    {
        return Tensors.encode(Inference.fixedPoint(name, dataType, dims, values));
    }

    function fixedPoint(string calldata name, DataType dataType, uint32[] calldata dims, uint256[] calldata values)
        external
        pure
        returns (bytes memory)
    {
        return Tensors.encode(Inference.fixedPoint(name, dataType, dims, values));
    }

    function integers(string calldata name, DataType dataType, uint32[] calldata dims, int256[] calldata values)
        external
        pure
        returns (bytes memory)
    {
        return Tensors.encode(Inference.integers(name, dataType, dims, values));
    }

    function quantised(
        string calldata name,
        DataType dataType,
        uint32[] calldata dims,
        int256[] calldata values,
        uint256 scale,
        int256 zeroPoint
    ) external pure returns (bytes memory) {
        return Tensors.encode(Inference.quantised(name, dataType, dims, values, scale, zeroPoint));
    }

    function quantise(int256[] calldata values, DataType dataType, uint256 scale, int256 zeroPoint)
        external
        pure
        returns (int256[] memory results)
    {
        results = new int256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            results[i] = Inference.quantise(values[i], dataType, scale, zeroPoint);
        }
    }

    function dequantise(int256 value, uint256 scale, int256 zeroPoint) external pure returns (int256) {
        return Inference.dequantise(value, scale, zeroPoint);
    }

    function fixedPointsOf(bytes calldata encoded, string calldata name) external pure returns (int256[] memory) {
        return Inference.fixedPoints(encoded, name);
    }

    function integersOf(bytes calldata encoded, string calldata name) external pure returns (int256[] memory) {
        return Inference.integersOf(encoded, name);
    }

    function dequantised(bytes calldata encoded, string calldata name, uint256 scale, int256 zeroPoint)
        external
        pure
        returns (int256[] memory)
    {
        return Inference.dequantised(encoded, name, scale, zeroPoint);
    }

    function argmax(bytes calldata encoded, string calldata name) external pure returns (uint256) {
        return Inference.argmax(encoded, name);
    }

    function single(int256[] calldata values) external pure returns (int256) {
        return Inference.single(values);
    }
}
