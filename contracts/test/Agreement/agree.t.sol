// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType, Elements} from "../../src/sdk/Elements.sol";
import {Floats} from "../../src/sdk/Floats.sol";
import {Tensor, Tensors} from "../../src/sdk/Tensors.sol";
import {SemanticsKind} from "../../src/types/Version.sol";
import {AgreementProbe} from "../support/court/AgreementProbe.sol";
import {AnswerSamples} from "../support/court/AnswerSamples.sol";
import {SlowAgreement} from "../support/court/SlowAgreement.sol";

/// When two answers count as the same.
contract AgreementTest is Test {
    uint256 private constant ONE_32 = 0x3f800000;
    uint256 private constant ONE_64 = 0x3ff0000000000000;
    /// 2^-23, the distance from 1 to the next float32, in fixed point.
    uint128 private constant ULP = 119_209_289_551;

    AgreementProbe private _probe = new AgreementProbe();
    SlowAgreement private _slow = new SlowAgreement();

    function test_EqualBytesAgreeWhereNothingIsCompared() public view {
        assertTrue(_probe.agreeExactly("anything", "anything", SemanticsKind.Integer));
        assertTrue(_probe.agreeExactly("", "", SemanticsKind.None));
        assertTrue(_probe.agreeExactly(new bytes(5000), new bytes(5000), SemanticsKind.Integer));
    }

    function test_WhereNothingIsComparedNoToleranceHelps() public view {
        bytes memory left = _single(ONE_32);
        assertFalse(_probe.agreeExactly(left, _single(ONE_32 + 1), SemanticsKind.Integer));
        assertFalse(_probe.agreeExactly(left, _single(ONE_32 + 1), SemanticsKind.None));
        assertFalse(_probe.agreeExactly(left, bytes.concat(left, "0"), SemanticsKind.Integer));
    }

    /// Names are told apart at their first difference, whatever follows it.
    function test_NamesAscendByTheirBytes() public view {
        assertTrue(_agree(_pair("ab", "ba"), _pair("ab", "ba"), 0, 0));
        assertTrue(_agree(_pair("a", "ab"), _pair("a", "ab"), 0, 0));
        assertTrue(_agree(_pair("aa", "ab"), _pair("aa", "ab"), 0, 0));
        assertFalse(_agree(_pair("ab", "aa"), _pair("ab", "aa"), 0, 0));
        assertFalse(_agree(_pair("ba", "ab"), _pair("ba", "ab"), 0, 0));
        assertFalse(_agree(_pair("ab", "a"), _pair("ab", "a"), 0, 0));
        assertFalse(_agree(_pair("ab", "ab"), _pair("ab", "ab"), 0, 0));
    }

    /// Two tensors of a byte each.
    function _pair(bytes memory first, bytes memory second) private pure returns (bytes memory) {
        bytes memory scalar = hex"020007";
        return bytes.concat(hex"0102", bytes1(uint8(first.length)), first, scalar, bytes1(uint8(second.length)), second, scalar);
    }

    function test_TheBoundItselfAgrees() public view {
        assertTrue(_agree(_single(ONE_32), _single(ONE_32 + 1), ULP, 0));
        assertFalse(_agree(_single(ONE_32), _single(ONE_32 + 1), ULP - 1, 0));
        // Of 1.5: two thirds of a unit in the last place are enough, rounded up.
        uint256 half3 = 0x3fc00000;
        assertTrue(_agree(_single(half3 + 1), _single(half3), 0, ULP * 2 / 3 + 1));
        assertFalse(_agree(_single(half3 + 1), _single(half3), 0, ULP * 2 / 3));
    }

    function test_TheToleranceIsRelativeToTheRightOne() public view {
        // 1 and 1.25: a fifth of the greater is the distance.
        assertTrue(_agree(_single(ONE_32), _single(0x3fa00000), 0, 0.2e18));
        assertFalse(_agree(_single(0x3fa00000), _single(ONE_32), 0, 0.2e18));
    }

    function test_BothTolerancesAddUp() public view {
        assertTrue(_agree(_single(0x3fa00000), _single(ONE_32), 0.05e18, 0.2e18));
        assertFalse(_agree(_single(0x3fa00000), _single(ONE_32), 0.05e18 - 1, 0.2e18));
    }

    function test_NumbersOfBothSignsAreAsFarApartAsTheirSum() public view {
        assertTrue(_agree(_single(ONE_32), _single(ONE_32 | 1 << 31), 2e18, 0));
        assertFalse(_agree(_single(ONE_32), _single(ONE_32 | 1 << 31), 2e18 - 1, 0));
    }

    function test_BothZerosAgree() public view {
        assertTrue(_agree(_single(0), _single(1 << 31), 0, 0));
        assertTrue(_agree(_double(0), _double(1 << 63), 0, 0));
    }

    function test_SubnormalSinglesCountAsZeroAndHalvesAsTheyAre() public view {
        assertTrue(_agree(_single(0x007fffff), _single(0), 0, 0));
        // 2^-24, to the 18th decimal.
        assertTrue(_agree(AnswerSamples.one(DataType.Float16, 1), AnswerSamples.one(DataType.Float16, 0), 59_604_644_775, 0));
        assertFalse(_agree(AnswerSamples.one(DataType.Float16, 1), AnswerSamples.one(DataType.Float16, 0), 59_604_644_774, 0));
    }

    function test_TheLargestSinglesAreCompared() public view {
        uint256 largest = 0x7f7fffff;
        assertTrue(_agree(_single(largest), _single(largest - 1), 0, 0.0001e18));
        assertFalse(_agree(_single(largest), _single(largest | 1 << 31), type(uint128).max, 1e18));
        assertTrue(_agree(_single(largest), _single(largest | 1 << 31), type(uint128).max, 2e18));
        assertTrue(_agree(_single(largest), _single(largest | 1 << 31), type(uint128).max, type(uint128).max));
    }

    function test_DoublesBeyondFixedPointAgreeByTheirBitsOnly() public view {
        // The first double beyond is the least whose fixed point has 256 bits.
        uint256 beyond = Floats.toFloat64(type(int256).max);
        assertTrue(_agree(_double(beyond - 1), _double(beyond - 2), 0, 1e18));
        assertTrue(_agree(_double(beyond), _double(beyond), 0, 0));
        assertFalse(_agree(_double(beyond), _double(beyond - 1), type(uint128).max, type(uint128).max));
        assertFalse(_agree(_double(beyond - 1), _double(beyond), type(uint128).max, type(uint128).max));
        assertFalse(_agree(_double(0x7fefffffffffffff), _double(0x7feffffffffffffe), type(uint128).max, type(uint128).max));
        assertTrue(_agree(_double(0x7fefffffffffffff), _double(0x7fefffffffffffff), 0, 0));
    }

    function test_NothingAgreesWithNanOrInfinity() public view {
        uint256[2][4] memory odd = [
            [uint256(0x7f800000), 0x7fc00001],
            [uint256(0x7ff0 << 48), 0x7ff0000000000001],
            [uint256(0x7c00), 0x7e00],
            [uint256(0x7f80), 0x7fff]
        ];
        DataType[4] memory types = [DataType.Float, DataType.Double, DataType.Float16, DataType.Bfloat16];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 sign = 2 ** (8 * Elements.sizeOf(types[i]) - 1);
            for (uint256 j = 0; j < 4; ++j) {
                bytes memory answer = AnswerSamples.one(types[i], odd[i][j / 2] | (j % 2) * sign);
                assertFalse(_agree(answer, answer, type(uint128).max, 1e18));
                assertFalse(_agree(answer, AnswerSamples.one(types[i], 0), type(uint128).max, 1e18));
                assertFalse(_agree(AnswerSamples.one(types[i], 0), answer, type(uint128).max, 1e18));
            }
        }
    }

    function test_ANanIsFoundInEveryPlace() public view {
        uint256[] memory numbers = new uint256[](21);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = 0x7fc00000;
            bytes memory answer = AnswerSamples.row(DataType.Float, numbers);
            assertFalse(_agree(answer, answer, 0, 0));
            numbers[i] = ONE_32;
        }
        bytes memory whole = AnswerSamples.row(DataType.Float, numbers);
        assertTrue(_agree(whole, whole, 0, 0));
    }

    function test_ADifferenceIsFoundInEveryPlace() public view {
        uint256[] memory numbers = new uint256[](35);
        bytes memory zeros = AnswerSamples.row(DataType.Float16, numbers);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = 0x3c00;
            assertFalse(_agree(AnswerSamples.row(DataType.Float16, numbers), zeros, 1e18 - 1, 0));
            assertTrue(_agree(AnswerSamples.row(DataType.Float16, numbers), zeros, 1e18, 0));
            numbers[i] = 0;
        }
    }

    function test_IntegersMustBeEqual() public view {
        DataType[9] memory types = [
            DataType.Uint8,
            DataType.Int8,
            DataType.Uint16,
            DataType.Int16,
            DataType.Int32,
            DataType.Int64,
            DataType.Bool,
            DataType.Uint32,
            DataType.Uint64
        ];
        for (uint256 i = 0; i < types.length; ++i) {
            assertTrue(_agree(AnswerSamples.one(types[i], 1), AnswerSamples.one(types[i], 1), 0, 0));
            assertFalse(_agree(AnswerSamples.one(types[i], 1), AnswerSamples.one(types[i], 0), type(uint128).max, 1e18));
        }
    }

    function test_NamesTypesAndShapesMustBeEqual() public view {
        uint128 most = type(uint128).max;
        bytes memory answer = _tensor("y", DataType.Float, 2, 3, 24);
        assertTrue(_agree(answer, answer, most, 0));
        assertFalse(_agree(answer, _tensor("z", DataType.Float, 2, 3, 24), most, 0));
        assertFalse(_agree(answer, _tensor("y", DataType.Int32, 2, 3, 24), most, 0));
        assertFalse(_agree(answer, _tensor("y", DataType.Float, 3, 2, 24), most, 0));
        assertFalse(_agree(answer, _tensor("y", DataType.Float, 2, 4, 32), most, 0));
        assertFalse(_agree(_tensor("y", DataType.Float16, 2, 2, 8), _tensor("y", DataType.Bfloat16, 2, 2, 8), most, 0));
    }

    function test_WhatIsTooLongAgreesWithNothing() public view {
        // 11 bytes stand before the data.
        bytes memory longest = _tensor("y", DataType.Uint8, 1, 4083, 4083);
        assertEq(longest.length, 4096 + 1);
        assertFalse(_agree(longest, longest, 0, 0));
        bytes memory fits = _tensor("y", DataType.Uint8, 1, 4082, 4082);
        assertTrue(_agree(fits, fits, 0, 0));
    }

    function test_NothingAgreesWithWhatIsNoEncoding() public view {
        bytes[8] memory malformed = [
            bytes(""),
            hex"01",
            hex"0100",
            hex"0111",
            hex"0201017901003f800000",
            bytes.concat(_single(ONE_32), "0"),
            hex"010101790800",
            hex"01010179010101000000"
        ];
        for (uint256 i = 0; i < malformed.length; ++i) {
            assertFalse(_agree(malformed[i], malformed[i], type(uint128).max, 1e18));
            assertFalse(_agree(malformed[i], _single(ONE_32), type(uint128).max, 1e18));
            assertFalse(_agree(_single(ONE_32), malformed[i], type(uint128).max, 1e18));
        }
    }

    /// An answer agrees with itself exactly if it is an encoding, here of integers only.
    function testFuzz_AcceptsTheEncodingsThatTensorsDecodes(uint256 seed, uint256 place, uint8 value) public view {
        (bytes memory answer,) = AnswerSamples.pair(seed);
        answer[bound(place, 0, answer.length < 24 ? answer.length - 1 : 23)] = bytes1(value);
        assertEq(_agree(answer, answer, 0, 0), _slow.agree(answer, answer, 0, 0));
    }

    function testFuzz_AcceptsWhatIsCutOffNowhere(uint256 seed, uint256 length) public view {
        (bytes memory answer,) = AnswerSamples.pair(seed);
        bytes memory cut = new bytes(bound(length, 0, answer.length - 1));
        for (uint256 i = 0; i < cut.length; ++i) {
            cut[i] = answer[i];
        }
        assertFalse(_agree(cut, cut, type(uint128).max, 1e18));
    }

    function testFuzz_RandomBytesAgreeAsTheSlowTwinHasIt(bytes calldata left, bytes calldata right, uint128 absolute)
        public
        view
    {
        assertEq(_agree(left, left, absolute, 0), _slow.agree(left, left, absolute, 0));
        assertEq(_agree(left, right, absolute, 0), _slow.agree(left, right, absolute, 0));
    }

    function testFuzz_AgreesAsTheSlowTwinHasIt(uint256 seed, uint256 absolute, uint256 relative) public view {
        (bytes memory left, bytes memory right) = AnswerSamples.pair(seed);
        uint128 toleranceAbs = uint128(1 << bound(absolute, 0, 80));
        uint128 toleranceRel = uint128(bound(relative, 0, 1e18) >> (seed % 50));
        bool expected = _slow.agree(left, right, toleranceAbs, toleranceRel);
        assertEq(_agree(left, right, toleranceAbs, toleranceRel), expected);
    }

    function testFuzz_OneNumberAgreesAsTheSlowTwinHasIt(
        uint256 left,
        uint256 right,
        uint128 absolute,
        uint128 relative,
        uint8 kind
    ) public view {
        DataType[4] memory types = [DataType.Float, DataType.Double, DataType.Float16, DataType.Bfloat16];
        DataType dataType = types[kind % 4];
        bytes memory a = AnswerSamples.one(dataType, left);
        bytes memory b = AnswerSamples.one(dataType, kind >= 128 ? left ^ (right % 1024) : right);
        relative = uint128(bound(relative, 0, 1e18));
        assertEq(_agree(a, b, absolute, relative), _slow.agree(a, b, absolute, relative));
    }

    /// Whatever follows in the calldata is not part of an answer.
    function test_ReadsNothingBehindAnAnswer() public view {
        bytes[] memory lefts = new bytes[](2);
        lefts[0] = _single(ONE_32);
        lefts[1] = _single(0x7fc00000);
        bool[] memory agreed = _probe.agreeAll(lefts, lefts, 0, 0);
        assertTrue(agreed[0]);
        assertFalse(agreed[1]);
    }

    function test_GasOfTheLongestAnswers() public {
        _measure("float, absolute tolerance", DataType.Float, 1020, ONE_32, 1, ULP);
        _measure("float, relative tolerance", DataType.Float, 1020, ONE_32, 1, 1);
        _measure("double, relative tolerance", DataType.Double, 510, ONE_64, 1, 1);
        _measure("float16, relative tolerance", DataType.Float16, 2040, 0x3c00, 1, 1);
        _measure("float, equal", DataType.Float, 1020, ONE_32, 0, 1);
        _measure("int8, equal", DataType.Int8, 4080, 1, 0, 1);
    }

    /// All numbers differ alike and are within a tenth of each other: nothing is decided early.
    function _measure(
        string memory name,
        DataType dataType,
        uint256 count,
        uint256 number,
        uint256 difference,
        uint128 toleranceAbs
    ) private {
        uint256[] memory numbers = new uint256[](count);
        uint256[] memory others = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            (numbers[i], others[i]) = (number, number + difference);
        }
        (bool agreed, uint256 gas) =
            _probe.gasOf(AnswerSamples.row(dataType, numbers), AnswerSamples.row(dataType, others), toleranceAbs, 0.1e18);
        assertTrue(agreed);
        emit log_named_uint(name, gas);
        assertLt(gas, count * 2200);
    }

    function _agree(bytes memory left, bytes memory right, uint128 toleranceAbs, uint128 toleranceRel)
        private
        view
        returns (bool)
    {
        return _probe.agree(left, right, toleranceAbs, toleranceRel);
    }

    function _single(uint256 bits) private pure returns (bytes memory) {
        return AnswerSamples.one(DataType.Float, bits);
    }

    function _double(uint256 bits) private pure returns (bytes memory) {
        return AnswerSamples.one(DataType.Double, bits);
    }

    function _tensor(string memory name, DataType dataType, uint32 rows, uint32 columns, uint256 length)
        private
        pure
        returns (bytes memory)
    {
        uint32[] memory dims = new uint32[](2);
        (dims[0], dims[1]) = (rows, columns);
        return Tensors.encode(Tensor({name: name, dataType: dataType, dims: dims, data: new bytes(length)}));
    }
}
