// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Floats} from "../../src/sdk/Floats.sol";
import {SlowFloats} from "../support/sdk/SlowFloats.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";

contract FromFloatTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_ConvertsWhatIsKnown() public view {
        assertEq(probe.fromFloat32(0), 0);
        assertEq(probe.fromFloat32(0x80000000), 0);
        assertEq(probe.fromFloat32(0x3f800000), 1e18);
        assertEq(probe.fromFloat32(0xbf800000), -1e18);
        assertEq(probe.fromFloat32(0x3dcccccd), 0.100000001490116119e18);
        assertEq(probe.fromFloat32(0x7f7fffff), int256((2 ** 128 - 2 ** 104) * 1e18));
        assertEq(probe.fromFloat64(0x8000000000000000), 0);
        assertEq(probe.fromFloat64(0x3ff0000000000000), 1e18);
        assertEq(probe.fromFloat64(0x3fb999999999999a), 0.100000000000000006e18);
        assertEq(probe.fromFloat64(0xc00921fb54442d18), -3.141592653589793116e18);
    }

    function test_TakesWhatIsBelowItsLastDecimalToTheNearestEvenOne() public view {
        // 2^-60 is 0.87 of the last decimal, 2^-61 is 0.43 of it.
        assertEq(probe.fromFloat64(uint64((1023 - 60) << 52)), 1);
        assertEq(probe.fromFloat64(uint64((1023 - 61) << 52)), 0);
        // 2^-19 is 1907348632812.5 of it, 3 * 2^-19 is 5722045898437.5.
        assertEq(probe.fromFloat64(uint64((1023 - 19) << 52)), 1_907_348_632_812);
        assertEq(probe.fromFloat64(uint64(((1023 - 18) << 52) | (1 << 51))), 5_722_045_898_438);
    }

    function test_TakesSubnormalsAsZero() public view {
        assertEq(probe.fromFloat32(1), 0);
        assertEq(probe.fromFloat32(0x007fffff), 0);
        assertEq(probe.fromFloat64(0x800fffffffffffff), 0);
    }

    function test_TakesTheLeastNormalNumbersAsZero() public view {
        assertEq(probe.fromFloat32(0x00800000), 0);
        assertEq(probe.fromFloat64(0x0010000000000000), 0);
    }

    function test_RevertWhen_NotFinite() public {
        uint32[5] memory bits32 = [0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff];
        for (uint256 i = 0; i < bits32.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Floats.FloatNotFinite.selector, bits32[i]));
            probe.fromFloat32(bits32[i]);
        }
        uint64[4] memory bits64 = [0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, type(uint64).max];
        for (uint256 i = 0; i < bits64.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Floats.FloatNotFinite.selector, bits64[i]));
            probe.fromFloat64(bits64[i]);
        }
    }

    function test_RevertWhen_FixedPointCannotHoldIt() public {
        // 2^196 is more than (2^255 - 1) / 1e18, 2^195 is less.
        uint64 fits = uint64((1023 + 195) << 52);
        assertEq(probe.fromFloat64(fits), int256(2 ** 195 * 1e18));
        uint64[3] memory tooLarge = [uint64((1023 + 196) << 52), 0xccf0000000000000, 0x7fefffffffffffff];
        for (uint256 i = 0; i < tooLarge.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Floats.FixedPointOverflow.selector, tooLarge[i]));
            probe.fromFloat64(tooLarge[i]);
        }
    }

    function testFuzz_AgreesWithTheSlowWay32(uint32 bits) public view {
        uint256 magnitudeBits = bits & 0x7fffffff;
        vm.assume(magnitudeBits < 0x7f800000);
        (, uint256 magnitude) = SlowFloats.fromFloat(magnitudeBits, 24, 127);
        assertEq(probe.fromFloat32(bits), bits >> 31 == 0 ? int256(magnitude) : -int256(magnitude));
    }

    function testFuzz_AgreesWithTheSlowWay64(uint64 fraction, uint256 exponent, bool isNegative) public {
        // Nearly all exponents give zero or too much: those around what fixed point holds come more often here.
        exponent = bound(exponent, 1023 - 130, 1023 + 200);
        uint64 bits = uint64((exponent << 52) | (fraction >> 12));
        (bool fits, uint256 magnitude) = SlowFloats.fromFloat(bits, 53, 1023);
        if (isNegative) bits |= 1 << 63;
        if (!fits || magnitude >= 1 << 255) {
            vm.expectRevert(abi.encodeWithSelector(Floats.FixedPointOverflow.selector, bits));
            probe.fromFloat64(bits);
        } else {
            assertEq(probe.fromFloat64(bits), isNegative ? -int256(magnitude) : int256(magnitude));
        }
    }

    /// A float64 from 2^-7 on has less digits than fixed point: there and back gives it again.
    function testFuzz_ComesBack(uint64 fraction, uint256 exponent, bool isNegative) public view {
        uint64 bits = uint64((bound(exponent, 1023 - 7, 1023 + 194) << 52) | (fraction >> 12));
        if (isNegative) bits |= 1 << 63;
        assertEq(probe.toFloat64(probe.fromFloat64(bits)), bits);
    }
}
