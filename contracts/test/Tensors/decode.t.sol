// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Tensor, Tensors} from "../../src/sdk/Tensors.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";
import {TensorSamples} from "../support/sdk/TensorSamples.sol";

contract TensorsDecodeTest is Test {
    TensorProbe private probe = new TensorProbe();

    function testFuzz_ReadsWhatWasWritten(uint256 seed) public view {
        Tensor[] memory tensors = TensorSamples.from(seed);
        bytes memory encoded = probe.encode(tensors);

        Tensor[] memory decoded = probe.decode(encoded);

        assertEq(keccak256(abi.encode(decoded)), keccak256(abi.encode(tensors)));
        for (uint256 i = 0; i < tensors.length; ++i) {
            assertEq(probe.dataOf(encoded, tensors[i].name), tensors[i].data);
        }
    }

    /// Every shorter encoding is refused as such, wherever it ends.
    function test_RevertWhen_CutOffAnywhere() public {
        for (uint256 seed = 0; seed < 4; ++seed) {
            bytes memory encoded = probe.encode(TensorSamples.from(seed));
            for (uint256 length = 0; length < encoded.length; ++length) {
                bytes memory cut = _cut(encoded, length);
                vm.expectRevert(abi.encodeWithSelector(Tensors.Truncated.selector, length));
                probe.decode(cut);
            }
        }
    }

    function testFuzz_RevertWhen_CutOffAnywhere(uint256 seed, uint256 length) public {
        bytes memory encoded = probe.encode(TensorSamples.from(seed));
        length = bound(length, 0, encoded.length - 1);
        bytes memory cut = _cut(encoded, length);
        vm.expectRevert(abi.encodeWithSelector(Tensors.Truncated.selector, length));
        probe.decode(cut);
    }

    function testFuzz_RevertWhen_SomethingFollows(uint256 seed, bytes calldata more) public {
        vm.assume(more.length > 0);
        bytes memory encoded = probe.encode(TensorSamples.from(seed));
        vm.expectRevert(abi.encodeWithSelector(Tensors.TrailingBytes.selector, encoded.length));
        probe.decode(bytes.concat(encoded, more));
    }

    /// What is taken is the one encoding of what it says.
    function testFuzz_TakesOnlyCanonicalBytes(uint256 seed, uint256 place, uint8 with) public view {
        bytes memory encoded = probe.encode(TensorSamples.from(seed));
        encoded[place % encoded.length] = bytes1(with);
        try probe.decode(encoded) returns (Tensor[] memory tensors) {
            assertEq(probe.encode(tensors), encoded);
        } catch (bytes memory reason) {
            // Never a panic.
            assertNotEq(bytes4(reason), bytes4(0x4e487b71));
            assertGe(reason.length, 4);
        }
    }

    function testFuzz_NeverPanics(bytes calldata anything) public view {
        bytes memory encoded = bytes.concat(hex"0101", anything);
        try probe.decode(encoded) returns (Tensor[] memory tensors) {
            assertEq(probe.encode(tensors), encoded);
        } catch (bytes memory reason) {
            assertNotEq(bytes4(reason), bytes4(0x4e487b71));
            assertGe(reason.length, 4);
        }
    }

    function test_RevertWhen_TheVersionIsUnknown() public {
        _assertRefused(hex"00", abi.encodeWithSelector(Tensors.EncodingVersionUnknown.selector, 0));
        _assertRefused(hex"02010161020000", abi.encodeWithSelector(Tensors.EncodingVersionUnknown.selector, 2));
    }

    function test_RevertWhen_TheNumberOfTensorsIsOut() public {
        _assertRefused(hex"0100", abi.encodeWithSelector(Tensors.TensorCountInvalid.selector, 0));
        _assertRefused(hex"0111", abi.encodeWithSelector(Tensors.TensorCountInvalid.selector, 17));
    }

    function test_RevertWhen_ANameIsOut() public {
        _assertRefused(hex"010100", abi.encodeWithSelector(Tensors.NameLengthInvalid.selector, 0, 0));
        _assertRefused(hex"010141", abi.encodeWithSelector(Tensors.NameLengthInvalid.selector, 0, 65));
        _assertRefused(hex"0101012002", abi.encodeWithSelector(Tensors.NameCharacterInvalid.selector, 0, bytes1(0x20)));
    }

    function test_RevertWhen_NamesDoNotAscend() public {
        _assertRefused(hex"0102" hex"0162020001" hex"0161020001", abi.encodeWithSelector(Tensors.NamesNotAscending.selector, 1));
        _assertRefused(hex"0102" hex"0161020001" hex"0161020001", abi.encodeWithSelector(Tensors.NamesNotAscending.selector, 1));
    }

    function test_RevertWhen_NoTensorHasTheType() public {
        uint8[6] memory types = [0, 8, 14, 15, 17, 255];
        for (uint256 i = 0; i < types.length; ++i) {
            bytes memory encoded = abi.encodePacked(hex"01010161", types[i], hex"0000");
            _assertRefused(encoded, abi.encodeWithSelector(Tensors.DataTypeUnknown.selector, 0, types[i]));
        }
    }

    function test_RevertWhen_TheShapeIsOut() public {
        _assertRefused(hex"0101016102" hex"09", abi.encodeWithSelector(Tensors.RankInvalid.selector, 0, 9));
        _assertRefused(hex"0101016102" hex"0100000000", abi.encodeWithSelector(Tensors.DimensionZero.selector, 0));
        bytes memory huge = hex"010101610208" hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
        _assertRefused(huge, abi.encodeWithSelector(Tensors.Truncated.selector, huge.length));
    }

    function test_RevertWhen_ABoolIsNeither() public {
        _assertRefused(
            hex"0101016109" hex"0102000000" hex"01ff", abi.encodeWithSelector(Tensors.BoolInvalid.selector, 0, bytes1(0xff))
        );
    }

    function test_RevertWhen_TheTensorIsMissing() public {
        vm.expectRevert(abi.encodeWithSelector(Tensors.TensorMissing.selector, "b"));
        probe.dataOf(hex"0101" hex"0161020001", "b");
    }

    function _assertRefused(bytes memory encoded, bytes memory reason) private {
        vm.expectRevert(reason);
        probe.decode(encoded);
    }

    function _cut(bytes memory encoded, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = encoded[i];
        }
    }
}
