// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType, Elements} from "../../src/sdk/Elements.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";

contract PackTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_KnowsTheSizesOfOnnx() public pure {
        uint8[17] memory sizes = [0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 0, 0, 2];
        for (uint256 i = 0; i < sizes.length; ++i) {
            assertEq(Elements.sizeOf(DataType(i)), sizes[i]);
        }
    }

    function test_KnowsTheRangesOfIntegers() public pure {
        _assertRange(DataType.Int8, type(int8).min, type(int8).max);
        _assertRange(DataType.Uint8, 0, int256(uint256(type(uint8).max)));
        _assertRange(DataType.Int16, type(int16).min, type(int16).max);
        _assertRange(DataType.Uint16, 0, int256(uint256(type(uint16).max)));
        _assertRange(DataType.Int32, type(int32).min, type(int32).max);
        _assertRange(DataType.Uint32, 0, int256(uint256(type(uint32).max)));
        _assertRange(DataType.Int64, type(int64).min, type(int64).max);
        _assertRange(DataType.Uint64, 0, int256(uint256(type(uint64).max)));
    }

    /// Against the plain way: byte by byte.
    function testFuzz_PacksLittleEndian(uint256[21] memory words, uint256 count, uint8 log) public view {
        uint256[] memory numbers = new uint256[](count % 22);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = words[i];
        }
        uint256 size = 2 ** (log % 4);
        bytes memory expected = new bytes(numbers.length * size);
        for (uint256 i = 0; i < expected.length; ++i) {
            expected[i] = bytes1(uint8(numbers[i / size] >> (8 * (i % size))));
        }
        bytes memory packed = probe.pack(numbers, size);
        assertEq(packed, expected);

        uint256[] memory unpacked = probe.unpack(packed, size);
        assertEq(unpacked.length, numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            assertEq(unpacked[i], numbers[i] & (2 ** (8 * size) - 1));
        }
    }

    function testFuzz_ReversesBytes(bytes32 word) public pure {
        bytes32 reversed = bytes32(Elements.reverse(uint256(word)));
        for (uint256 i = 0; i < 32; ++i) {
            assertEq(reversed[i], word[31 - i]);
        }
    }

    function testFuzz_ExtendsTheSign(int8 a, int16 b, int32 c, int64 d) public pure {
        assertEq(Elements.signed(uint8(a), 1), a);
        assertEq(Elements.signed(uint16(b), 2), b);
        assertEq(Elements.signed(uint32(c), 4), c);
        assertEq(Elements.signed(uint64(d), 8), d);
    }

    function _assertRange(DataType dataType, int256 least, int256 greatest) private pure {
        (int256 actualLeast, int256 actualGreatest) = Elements.rangeOf(dataType);
        assertEq(actualLeast, least);
        assertEq(actualGreatest, greatest);
        assertTrue(Elements.isInteger(dataType));
    }
}
