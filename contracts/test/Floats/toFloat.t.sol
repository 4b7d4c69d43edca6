// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Floats} from "../../src/sdk/Floats.sol";
import {SlowFloats} from "../support/sdk/SlowFloats.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";

contract ToFloatTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_ConvertsWhatIsKnown() public view {
        assertEq(probe.toFloat32(int256(0)), 0);
        assertEq(probe.toFloat32(int256(1e18)), 0x3f800000);
        assertEq(probe.toFloat32(int256(-1e18)), 0xbf800000);
        assertEq(probe.toFloat32(int256(0.1e18)), 0x3dcccccd);
        assertEq(probe.toFloat32(int256(3.141592653589793238e18)), 0x40490fdb);
        assertEq(probe.toFloat32(int256(1)), 0x219392ef);
        assertEq(probe.toFloat64(int256(0)), 0);
        assertEq(probe.toFloat64(int256(1e18)), 0x3ff0000000000000);
        assertEq(probe.toFloat64(int256(-2e18)), 0xc000000000000000);
        assertEq(probe.toFloat64(int256(0.1e18)), 0x3fb999999999999a);
        assertEq(probe.toFloat64(int256(3.141592653589793238e18)), 0x400921fb54442d18);
        assertEq(probe.toFloat64(int256(1)), 0x3c32725dd1d243ac);
    }

    function test_BreaksTiesToEven() public view {
        // 2^24 + 1 lies between two float32s, of which the lower is even; 2^24 + 3 likewise, and there it is the upper.
        assertEq(probe.toFloat32(int256(16_777_217e18)), 0x4b800000);
        assertEq(probe.toFloat32(int256(16_777_219e18)), 0x4b800002);
        assertEq(probe.toFloat32(int256(16_777_217e18 + 1)), 0x4b800001);
        assertEq(probe.toFloat32(int256(16_777_217e18 - 1)), 0x4b800000);
        assertEq(probe.toFloat64(int256(9_007_199_254_740_993e18)), 0x4340000000000000);
        assertEq(probe.toFloat64(int256(9_007_199_254_740_995e18)), 0x4340000000000002);
        assertEq(probe.toFloat64(int256(9_007_199_254_740_993e18 + 1)), 0x4340000000000001);
    }

    function test_RoundsUpIntoTheNextPowerOfTwo() public view {
        assertEq(probe.toFloat32(int256(33_554_431e18)), 0x4c000000);
        assertEq(probe.toFloat64(int256(18_014_398_509_481_983e18)), 0x4350000000000000);
    }

    function test_ConvertsTheLimits() public view {
        assertEq(probe.toFloat64(type(int256).min), _signed64(SlowFloats.toFloat(1 << 255, 53, 1023)));
        assertEq(probe.toFloat64(type(uint256).max), SlowFloats.toFloat(type(uint256).max, 53, 1023));
        uint256 largest = (2 ** 128 - 2 ** 104) * 1e18;
        assertEq(probe.toFloat32(largest), 0x7f7fffff);
        // Half-way to what would be 2^128 rounds away from the odd one; anything less does not.
        uint256 halfWay = (2 ** 128 - 2 ** 103) * 1e18;
        assertEq(probe.toFloat32(halfWay - 1), 0x7f7fffff);
    }

    function test_RevertWhen_AFloat32CannotHoldIt() public {
        uint256 halfWay = (2 ** 128 - 2 ** 103) * 1e18;
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatOverflow.selector, halfWay));
        probe.toFloat32(halfWay);
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatOverflow.selector, uint256(1 << 255)));
        probe.toFloat32(type(int256).min);
    }

    /// Numbers of every size: fuzzed words alone are nearly all of 256 bits.
    function testFuzz_AgreesWithTheSlowWay(uint256 word, uint8 shift, bool isNegative) public view {
        uint256 magnitude = (word >> shift) >> 1;
        int256 value = isNegative ? -int256(magnitude) : int256(magnitude);

        uint256 expected64 = SlowFloats.toFloat(magnitude, 53, 1023);
        assertEq(probe.toFloat64(value), value < 0 ? _signed64(expected64) : expected64);
        assertEq(probe.toFloat64(magnitude), expected64);
        uint256 expected32 = SlowFloats.toFloat(magnitude, 24, 127);
        if (expected32 >= 0x7f800000) return;
        assertEq(probe.toFloat32(value), value < 0 ? expected32 | (1 << 31) : expected32);
        assertEq(probe.toFloat32(magnitude), expected32);
    }

    /// Around numbers that lie exactly between two floats, where rounding is decided.
    function testFuzz_AgreesWithTheSlowWayAroundTies(uint256 significand, uint8 exponent, uint256 offset) public view {
        uint256 odd = bound(significand, 2 ** 24, 2 ** 25 - 1) | 1;
        uint256 magnitude = odd * 1e18 * 2 ** bound(exponent, 0, 100) + bound(offset, 0, 2) - 1;
        assertEq(probe.toFloat32(magnitude), SlowFloats.toFloat(magnitude, 24, 127));

        odd = bound(significand, 2 ** 53, 2 ** 54 - 1) | 1;
        magnitude = odd * 1e18 * 2 ** bound(exponent, 0, 140) + bound(offset, 0, 2) - 1;
        assertEq(probe.toFloat64(magnitude), SlowFloats.toFloat(magnitude, 53, 1023));
    }

    function testFuzz_RevertWhen_AFloat32CannotHoldIt(uint256 magnitude) public {
        magnitude = bound(magnitude, (2 ** 128 - 2 ** 103) * 1e18, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(Floats.FloatOverflow.selector, magnitude));
        probe.toFloat32(magnitude);
    }

    function testFuzz_KeepsTheOrder(int256 left, int256 right, uint8 shift) public view {
        (left, right) = (left >> shift, right >> shift);
        int256 lower = Floats.orderOfFloat64(probe.toFloat64(left < right ? left : right));
        assertLe(lower, Floats.orderOfFloat64(probe.toFloat64(left < right ? right : left)));
    }

    function test_OrdersTheGreatestNumbers() public pure {
        assertEq(Floats.orderOfFloat32(0x7f7fffff), 0x7f7fffff);
        assertEq(Floats.orderOfFloat32(0xff7fffff), -0x7f7fffff);
        assertEq(Floats.orderOfFloat64(0x7fefffffffffffff), 0x7fefffffffffffff);
    }

    function _signed64(uint256 bits) private pure returns (uint256) {
        return bits | (1 << 63);
    }
}
