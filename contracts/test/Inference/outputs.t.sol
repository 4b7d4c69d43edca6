// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType} from "../../src/sdk/Elements.sol";
import {Floats} from "../../src/sdk/Floats.sol";
import {Inference} from "../../src/sdk/Inference.sol";
import {Tensors} from "../../src/sdk/Tensors.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";

contract InferenceOutputsTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_ReadsFloats() public view {
        bytes memory floats = hex"01010178" hex"010103000000" hex"0000803f000000c0cdcccc3d";
        int256[] memory values = probe.fixedPointsOf(floats, "x");
        assertEq(values[0], 1e18);
        assertEq(values[1], -2e18);
        assertEq(values[2], 0.100000001490116119e18);
        bytes memory doubles = hex"01010178" hex"0b0101000000" hex"000000000000f03f";
        assertEq(probe.single(probe.fixedPointsOf(doubles, "x")), 1e18);
    }

    function testFuzz_FixedPointComesBackWithinAFloatsPrecision(int256[9] memory words, uint256 count) public view {
        int256[] memory values = _some(words, count);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = bound(values[i], -1e36, 1e36);
        }
        uint32[] memory dims = Inference.shape(uint32(values.length));
        int256[] memory floats = probe.fixedPointsOf(probe.fixedPoint("x", DataType.Float, dims, values), "x");
        int256[] memory doubles = probe.fixedPointsOf(probe.fixedPoint("x", DataType.Double, dims, values), "x");
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 magnitude = Floats.magnitudeOf(values[i]);
            assertLe(Floats.magnitudeOf(values[i] - floats[i]), magnitude / 2 ** 24 + 1);
            assertLe(Floats.magnitudeOf(values[i] - doubles[i]), magnitude / 2 ** 53 + 1);
        }
    }

    function test_Dequantises() public view {
        bytes memory encoded = hex"01010178" hex"030103000000" hex"80007f";
        int256[] memory values = probe.dequantised(encoded, "x", 0.5e18, 3);
        assertEq(values[0], -65.5e18);
        assertEq(values[1], -1.5e18);
        assertEq(values[2], 62e18);
    }

    function testFuzz_DequantisedQuantisesBack(int64 value, uint128 scale, int64 zeroPoint) public view {
        vm.assume(scale > 0);
        int256[] memory values = new int256[](1);
        values[0] = probe.dequantise(value, scale, zeroPoint);
        assertEq(values[0], (int256(value) - zeroPoint) * int256(uint256(scale)));
        assertEq(probe.quantise(values, DataType.Int64, scale, zeroPoint)[0], value);
    }

    function test_RevertWhen_DequantisingOverflows() public {
        uint256 scale = uint256(type(int256).max) / 2;
        assertEq(probe.dequantise(2, scale, 0), int256(scale * 2));
        vm.expectRevert(abi.encodeWithSelector(Inference.DequantisedOverflow.selector, int256(3)));
        probe.dequantise(3, scale, 0);
        vm.expectRevert(abi.encodeWithSelector(Inference.DequantisedOverflow.selector, int256(1)));
        probe.dequantise(1, type(uint256).max, 0);
        vm.expectRevert(Inference.ScaleZero.selector);
        probe.dequantise(1, 0, 0);
    }

    function test_FindsTheGreatest() public view {
        assertEq(probe.argmax(hex"01010178" hex"030104000000" hex"80017f7f", "x"), 2);
        assertEq(probe.argmax(hex"01010178" hex"020104000000" hex"80017f7f", "x"), 0);
        // -2, -1, -0, 0: of equal ones, the first.
        assertEq(probe.argmax(hex"01010178" hex"010104000000" hex"000000c0" hex"000080bf" hex"00000080" hex"00000000", "x"), 2);
        // Subnormals, all 0 in fixed point, are told apart.
        assertEq(probe.argmax(hex"01010178" hex"010103000000" hex"00000000" hex"02000000" hex"01000000", "x"), 1);
        assertEq(probe.argmax(hex"01010178" hex"0b0102000000" hex"000000000000f0bf" hex"0000000000000000", "x"), 1);
    }

    function testFuzz_FindsTheGreatestDouble(int256[9] memory words, uint256 count) public view {
        int256[] memory values = _some(words, count);
        uint256 greatest;
        for (uint256 i = 0; i < values.length; ++i) {
            // Numbers that a double tells apart.
            values[i] = (values[i] >> 204) * 1e18;
            if (values[i] > values[greatest]) greatest = i;
        }
        bytes memory encoded = probe.fixedPoint("x", DataType.Double, Inference.shape(uint32(values.length)), values);
        assertEq(probe.argmax(encoded, "x"), greatest);
    }

    function test_RevertWhen_NotFinite() public {
        bytes memory nan = hex"01010178" hex"010102000000" hex"0000c07f" hex"0000803f";
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatNotFinite.selector, 0x7fc00000));
        probe.fixedPointsOf(nan, "x");
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatNotFinite.selector, 0x7fc00000));
        probe.argmax(nan, "x");
        bytes memory infinite = hex"01010178" hex"0b0101000000" hex"000000000000f0ff";
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatNotFinite.selector, 0xfff0000000000000));
        probe.argmax(infinite, "x");
    }

    function test_RevertWhen_TheTypeDoesNotSuit() public {
        bytes memory integer = hex"01010178" hex"0200" hex"01";
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Uint8));
        probe.fixedPointsOf(integer, "x");
        bytes memory boolean = hex"01010178" hex"0900" hex"01";
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Bool));
        probe.integersOf(boolean, "x");
        vm.expectRevert(abi.encodeWithSelector(Inference.DataTypeUnsuitable.selector, DataType.Bool));
        probe.argmax(boolean, "x");
    }

    function test_RevertWhen_ItIsNotSingleOrNotThere() public {
        vm.expectRevert(abi.encodeWithSelector(Inference.NotSingle.selector, 0));
        probe.single(new int256[](0));
        vm.expectRevert(abi.encodeWithSelector(Inference.NotSingle.selector, 2));
        probe.single(new int256[](2));
        vm.expectRevert(abi.encodeWithSelector(Tensors.TensorMissing.selector, "y"));
        probe.integersOf(hex"01010178" hex"0200" hex"01", "y");
    }

    /// The first 1 to 9 of them.
    function _some(int256[9] memory words, uint256 count) private pure returns (int256[] memory values) {
        values = new int256[](1 + count % 9);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = words[i];
        }
    }
}
