// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VersionId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Request} from "../types/Request.sol";
import {DataType, Elements} from "./Elements.sol";
import {Floats} from "./Floats.sol";
import {Tensor, TensorView, Tensors} from "./Tensors.sol";

/// @title Asking a model in the numbers of a contract
/// @notice Inputs are made of fixed point with 18 decimals or of integers; outputs are read back into them.
///
///     Tensor memory tensor = Inference.fixedPoint("returns", DataType.Float, Inference.shape(1, 16), returns_);
///     Request memory asked = Inference.request(versionId, Assurance.Attested, Tensors.encode(tensor), fee, 200_000);
///     ...
///     int256 volatility = Inference.single(Inference.fixedPoints(output, "volatility"));
///
/// @dev What is not exact is rounded to the nearest, ties to even. What does not fit is an error, except when quantising, which saturates as
/// ONNX's QuantizeLinear does.
library Inference {
    /// @notice The type takes no fixed point, no integers, or no quantised numbers.
    error DataTypeUnsuitable(DataType dataType);
    error IntegerOutOfRange(DataType dataType, int256 value);
    error ScaleZero();
    /// @notice A number, dequantised, is beyond an `int256` of 18 decimals.
    error DequantisedOverflow(int256 value);
    error NotSingle(uint256 count);

    /// @notice How long a node has, by default. Making a proof takes longer.
    uint40 internal constant ANSWER_TIME = 15 minutes;
    uint40 internal constant PROVEN_ANSWER_TIME = 2 hours;

    /// @notice A request with defaults: anyone may answer, 15 minutes to do so (2 hours where it is to be proven), the hub's own challenge window
    /// and lien, no tip. What it does not suit can be changed before it is sent.
    /// @param input The encoded tensors: they are hashed here, and sent beside the request.
    /// @param callbackGas What the callback gets: measure it, and leave room.
    function request(VersionId versionId, Assurance assurance, bytes memory input, uint128 fee, uint32 callbackGas)
        internal
        view
        returns (Request memory asked)
    {
        asked.versionId = versionId;
        asked.assurance = assurance;
        asked.inputCommit = Tensors.hash(input);
        asked.fee = fee;
        asked.callbackGas = callbackGas;
        asked.deadline = uint40(block.timestamp) + (assurance == Assurance.Proven ? PROVEN_ANSWER_TIME : ANSWER_TIME);
    }

    /// @notice A tensor of `Float` or `Double` from fixed point.
    function fixedPoint(string memory name, DataType dataType, uint32[] memory dims, int256[] memory values)
        internal
        pure
        returns (Tensor memory)
    {
        uint256[] memory numbers = new uint256[](values.length);
        bool isDouble = _isDouble(dataType);
        for (uint256 i = 0; i < values.length; ++i) {
            numbers[i] = isDouble ? Floats.toFloat64(values[i]) : Floats.toFloat32(values[i]);
        }
        return _tensor(name, dataType, dims, numbers);
    }

    /// @notice A tensor of `Float` or `Double` from fixed point without a sign.
    function fixedPoint(string memory name, DataType dataType, uint32[] memory dims, uint256[] memory values)
        internal
        pure
        returns (Tensor memory)
    {
        uint256[] memory numbers = new uint256[](values.length);
        bool isDouble = _isDouble(dataType);
        for (uint256 i = 0; i < values.length; ++i) {
            numbers[i] = isDouble ? Floats.toFloat64(values[i]) : Floats.toFloat32(values[i]);
        }
        return _tensor(name, dataType, dims, numbers);
    }

    /// @notice A tensor of an integer type. A number that does not fit is an error.
    function integers(string memory name, DataType dataType, uint32[] memory dims, int256[] memory values)
        internal
        pure
        returns (Tensor memory)
    {
        require(Elements.isInteger(dataType), DataTypeUnsuitable(dataType));
        (int256 least, int256 greatest) = Elements.rangeOf(dataType);
        uint256[] memory numbers = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            require(values[i] >= least && values[i] <= greatest, IntegerOutOfRange(dataType, values[i]));
            numbers[i] = _bits(values[i]);
        }
        return _tensor(name, dataType, dims, numbers);
    }

    /// @notice A tensor of an integer type from fixed point: saturate(round(value / scale) + zeroPoint).
    /// @param scale In fixed point; 1e18 rounds to whole numbers.
    function quantised(
        string memory name,
        DataType dataType,
        uint32[] memory dims,
        int256[] memory values,
        uint256 scale,
        int256 zeroPoint
    ) internal pure returns (Tensor memory) {
        require(Elements.isInteger(dataType), DataTypeUnsuitable(dataType));
        uint256[] memory numbers = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            numbers[i] = _bits(quantise(values[i], dataType, scale, zeroPoint));
        }
        return _tensor(name, dataType, dims, numbers);
    }

    /// @notice saturate(round(value / scale) + zeroPoint), where the zero point fits the type.
    function quantise(int256 value, DataType dataType, uint256 scale, int256 zeroPoint) internal pure returns (int256) {
        require(scale > 0, ScaleZero());
        (int256 least, int256 greatest) = Elements.rangeOf(dataType);
        require(zeroPoint >= least && zeroPoint <= greatest, IntegerOutOfRange(dataType, zeroPoint));

        uint256 magnitude = Floats.magnitudeOf(value);
        uint256 quotient = magnitude / scale;
        uint256 rest = magnitude % scale;
        uint256 other = scale - rest;
        if (rest > other || (rest == other && quotient & 1 == 1)) ++quotient;

        // Types have 64 bits at the most, so that more than twice as much saturates whatever the zero point is.
        if (quotient >> 66 > 0) quotient = 1 << 66;
        int256 result = zeroPoint + (value < 0 ? -_small(quotient) : _small(quotient));
        if (result < least) return least;
        return result > greatest ? greatest : result;
    }

    /// @notice The elements of a `Float` or `Double` tensor as fixed point.
    function fixedPoints(bytes calldata encoded, string memory name) internal pure returns (int256[] memory values) {
        TensorView memory tensor = Tensors.find(encoded, name);
        bool isDouble = _isDouble(tensor.dataType);
        uint256[] memory numbers = _numbers(encoded, tensor);
        values = new int256[](numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            values[i] = isDouble ? Floats.fromFloat64(numbers[i]) : Floats.fromFloat32(numbers[i]);
        }
    }

    /// @notice The elements of an integer tensor.
    function integersOf(bytes calldata encoded, string memory name) internal pure returns (int256[] memory) {
        TensorView memory tensor = Tensors.find(encoded, name);
        require(Elements.isInteger(tensor.dataType), DataTypeUnsuitable(tensor.dataType));
        return _orders(tensor.dataType, _numbers(encoded, tensor));
    }

    /// @notice The elements of an integer tensor as fixed point: (element - zeroPoint) * scale.
    function dequantised(bytes calldata encoded, string memory name, uint256 scale, int256 zeroPoint)
        internal
        pure
        returns (int256[] memory values)
    {
        values = integersOf(encoded, name);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = dequantise(values[i], scale, zeroPoint);
        }
    }

    /// @notice (value - zeroPoint) * scale, exactly.
    function dequantise(int256 value, uint256 scale, int256 zeroPoint) internal pure returns (int256) {
        require(scale > 0, ScaleZero());
        int256 difference = value - zeroPoint;
        uint256 magnitude = Floats.magnitudeOf(difference);
        require(magnitude == 0 || scale <= uint256(type(int256).max) / magnitude, DequantisedOverflow(value));
        return difference < 0 ? -_small(magnitude * scale) : _small(magnitude * scale);
    }

    /// @notice The place of the greatest element of a tensor, the first of those that are equal. NaN and infinities are errors.
    function argmax(bytes calldata encoded, string memory name) internal pure returns (uint256 index) {
        TensorView memory tensor = Tensors.find(encoded, name);
        int256[] memory orders = _orders(tensor.dataType, _numbers(encoded, tensor));
        for (uint256 i = 1; i < orders.length; ++i) {
            if (orders[i] > orders[index]) index = i;
        }
    }

    /// @notice The only element of what should have one.
    function single(int256[] memory values) internal pure returns (int256) {
        require(values.length == 1, NotSingle(values.length));
        return values[0];
    }

    /// @notice The dims of a vector.
    function shape(uint32 length) internal pure returns (uint32[] memory dims) {
        dims = new uint32[](1);
        dims[0] = length;
    }

    /// @notice The dims of a matrix: mostly, of a batch of one vector.
    function shape(uint32 rows, uint32 columns) internal pure returns (uint32[] memory dims) {
        dims = new uint32[](2);
        (dims[0], dims[1]) = (rows, columns);
    }

    function _tensor(string memory name, DataType dataType, uint32[] memory dims, uint256[] memory numbers)
        private
        pure
        returns (Tensor memory)
    {
        bytes memory data = Elements.pack(numbers, Elements.sizeOf(dataType));
        return Tensor({name: name, dataType: dataType, dims: dims, data: data});
    }

    function _numbers(bytes calldata encoded, TensorView memory tensor) private pure returns (uint256[] memory) {
        return Elements.unpack(Tensors.dataOf(encoded, tensor), Elements.sizeOf(tensor.dataType));
    }

    /// Integers as they are; floats as numbers that order them.
    function _orders(DataType dataType, uint256[] memory numbers) private pure returns (int256[] memory orders) {
        uint256 size = Elements.sizeOf(dataType);
        bool isInteger = Elements.isInteger(dataType);
        bool isDouble = !isInteger && _isDouble(dataType);
        bool isSigned = Elements.isSigned(dataType);
        orders = new int256[](numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (isInteger) orders[i] = isSigned ? Elements.signed(numbers[i], size) : _small(numbers[i]);
            else orders[i] = isDouble ? Floats.orderOfFloat64(numbers[i]) : Floats.orderOfFloat32(numbers[i]);
        }
    }

    function _isDouble(DataType dataType) private pure returns (bool) {
        require(dataType == DataType.Float || dataType == DataType.Double, DataTypeUnsuitable(dataType));
        return dataType == DataType.Double;
    }

    function _bits(int256 value) private pure returns (uint256) {
        // casting to 'uint256' is safe because the two's complement is what is wanted
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(value);
    }

    function _small(uint256 value) private pure returns (int256) {
        // casting to 'int256' is safe because every caller has bounded the value below 2^255
        // forge-lint: disable-next-line(unsafe-typecast)
        return int256(value);
    }
}
