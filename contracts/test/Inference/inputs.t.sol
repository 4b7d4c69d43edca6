// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType, Elements} from "../../src/sdk/Elements.sol";
import {Floats} from "../../src/sdk/Floats.sol";
import {Inference} from "../../src/sdk/Inference.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request} from "../../src/types/Request.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";

contract InferenceInputsTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_MakesFloatsOfFixedPoint() public view {
        bytes memory encoded = probe.fixedPoint("x", DataType.Float, Inference.shape(1, 2), _pair(1e18, -2e18));
        assertEq(encoded, hex"01010178" hex"01020100000002000000" hex"0000803f000000c0");
        encoded = probe.fixedPoint("x", DataType.Double, Inference.shape(2), _pair(1e18, -2e18));
        assertEq(encoded, hex"01010178" hex"0b0102000000" hex"000000000000f03f00000000000000c0");

        uint256[] memory values = new uint256[](1);
        values[0] = 0.5e18;
        assertEq(probe.fixedPoint("x", DataType.Float, Inference.shape(1), values), hex"01010178" hex"010101000000" hex"0000003f");
        assertEq(
            probe.fixedPoint("x", DataType.Double, Inference.shape(1), values),
            hex"01010178" hex"0b0101000000" hex"000000000000e03f"
        );
    }

    function test_MakesIntegers() public view {
        assertEq(
            probe.integers("x", DataType.Int8, Inference.shape(2), _pair(-1, 127)), hex"01010178" hex"030102000000" hex"ff7f"
        );
        assertEq(
            probe.integers("x", DataType.Int16, Inference.shape(2), _pair(-2, 258)), hex"01010178" hex"050102000000" hex"feff0201"
        );
        assertEq(
            probe.integers("x", DataType.Uint64, Inference.shape(2), _pair(0, int256(uint256(type(uint64).max)))),
            hex"01010178" hex"0d0102000000" hex"0000000000000000ffffffffffffffff"
        );
    }

    function testFuzz_IntegersComeBack(int256[9] memory words, uint256 count, uint8 which) public view {
        DataType dataType = _integerType(which);
        (int256 least, int256 greatest) = Elements.rangeOf(dataType);
        int256[] memory values = _some(words, count);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = bound(values[i], least, greatest);
        }
        bytes memory encoded = probe.integers("x", dataType, Inference.shape(uint32(values.length)), values);
        assertEq(probe.integersOf(encoded, "x"), values);
    }

    function testFuzz_RevertWhen_AnIntegerDoesNotFit(int256 value, uint8 which) public {
        DataType dataType = _integerType(which);
        (int256 least, int256 greatest) = Elements.rangeOf(dataType);
        vm.assume(value < least || value > greatest);
        int256[] memory values = new int256[](1);
        values[0] = value;
        vm.expectRevert(abi.encodeWithSelector(Inference.IntegerOutOfRange.selector, dataType, value));
        probe.integers("x", dataType, Inference.shape(1), values);
    }

    function test_RevertWhen_TheTypeDoesNotSuit() public {
        int256[] memory values = _pair(0, 0);
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Int8));
        probe.fixedPoint("x", DataType.Int8, Inference.shape(2), values);
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Float16));
        probe.fixedPoint("x", DataType.Float16, Inference.shape(2), values);
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Bool));
        probe.integers("x", DataType.Bool, Inference.shape(2), values);
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Float));
        probe.quantised("x", DataType.Float, Inference.shape(2), values, 1e18, 0);
    }

    function test_RevertWhen_AFloatCannotHoldIt() public {
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatOverflow.selector, uint256(type(int256).max)));
        probe.fixedPoint("x", DataType.Float, Inference.shape(2), _pair(0, type(int256).max));
    }

    function test_QuantisesAsOnnxDoes() public view {
        int256[] memory values = new int256[](8);
        (values[0], values[1], values[2], values[3]) = (0.25e18, 0.75e18, -0.25e18, -0.75e18);
        (values[4], values[5], values[6], values[7]) = (0.26e18, 1000e18, -1000e18, 0);
        int256[] memory results = probe.quantise(values, DataType.Int8, 0.5e18, 3);
        // 0.5 and 1.5 go to the even neighbour: 0 and 2.
        int256[8] memory expected = [int256(3), 5, 3, 1, 4, 127, -128, 3];
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(results[i], expected[i]);
        }
        assertEq(
            probe.quantised("x", DataType.Uint8, Inference.shape(2), _pair(-1e18, 2.5e18), 1e18, 128),
            hex"01010178" hex"020102000000" hex"7f82"
        );
    }

    /// |quotient - value / scale| is at most a half, and the even one where it is a half.
    function testFuzz_QuantisesToTheNearest(int256 value, uint256 scale) public view {
        scale = bound(scale, 1, 1e40);
        value = bound(value, -1e57, 1e57);
        int256[] memory values = new int256[](1);
        values[0] = value;
        int256 result = probe.quantise(values, DataType.Int64, scale, 0)[0];
        if (result == type(int64).max || result == type(int64).min) {
            assertGe(Floats.magnitudeOf(value) * 2 + scale, Floats.magnitudeOf(result) * 2 * scale);
            return;
        }
        uint256 distance = Floats.magnitudeOf(value - result * int256(scale)) * 2;
        assertLe(distance, scale);
        if (distance == scale) assertEq(result % 2, 0);
    }

    function testFuzz_QuantisingNeverPanics(int256 value, uint256 scale, int256 zeroPoint, uint8 which) public view {
        DataType dataType = _integerType(which);
        (int256 least, int256 greatest) = Elements.rangeOf(dataType);
        int256[] memory values = new int256[](1);
        values[0] = value;
        int256 result = probe.quantise(values, dataType, bound(scale, 1, type(uint256).max), bound(zeroPoint, least, greatest))[0];
        assertTrue(result >= least && result <= greatest);
    }

    function test_RevertWhen_QuantisingIsUndefined() public {
        vm.expectRevert(Inference.ScaleZero.selector);
        probe.quantise(_pair(0, 0), DataType.Int8, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(Inference.IntegerOutOfRange.selector, DataType.Int8, int256(128)));
        probe.quantise(_pair(0, 0), DataType.Int8, 1, 128);
    }

    function test_MakesARequestWithDefaults() public {
        vm.warp(1_000_000);
        Request memory asked = Inference.request(VersionId.wrap("version"), Assurance.Attested, "input", 7, 200_000);
        assertEq(VersionId.unwrap(asked.versionId), "version");
        assertEq(uint8(asked.assurance), uint8(Assurance.Attested));
        assertEq(asked.inputCommit, keccak256("input"));
        assertEq(asked.deadline, 1_000_000 + 15 minutes);
        assertEq(asked.fee, 7);
        assertEq(asked.callbackGas, 200_000);
        assertEq(asked.deliveryTip + asked.minLien + asked.challengeWindow + asked.flags, 0);
        assertEq(Inference.request(VersionId.wrap(0), Assurance.Proven, "", 7, 1).deadline, 1_000_000 + 2 hours);
    }

    function _integerType(uint8 which) private pure returns (DataType) {
        DataType[8] memory types = [
            DataType.Int8,
            DataType.Uint8,
            DataType.Int16,
            DataType.Uint16,
            DataType.Int32,
            DataType.Uint32,
            DataType.Int64,
            DataType.Uint64
        ];
        return types[which % 8];
    }

    function _pair(int256 first, int256 second) private pure returns (int256[] memory values) {
        values = new int256[](2);
        (values[0], values[1]) = (first, second);
    }

    /// The first 1 to 9 of them.
    function _some(int256[9] memory words, uint256 count) private pure returns (int256[] memory values) {
        values = new int256[](1 + count % 9);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = words[i];
        }
    }
}
