// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {DataType} from "../../src/sdk/Elements.sol";
import {Tensor, Tensors} from "../../src/sdk/Tensors.sol";
import {TensorProbe} from "../support/sdk/TensorProbe.sol";
import {TensorSamples} from "../support/sdk/TensorSamples.sol";

contract TensorsEncodeTest is Test {
    TensorProbe private probe = new TensorProbe();

    function test_WritesWhatIsWrittenInTheDocument() public view {
        Tensor[] memory tensors = new Tensor[](2);
        tensors[0].name = "mask";
        tensors[0].dataType = DataType.Bool;
        tensors[0].data = hex"01";
        tensors[1].name = "x";
        tensors[1].dataType = DataType.Float;
        tensors[1].dims = new uint32[](2);
        (tensors[1].dims[0], tensors[1].dims[1]) = (1, 2);
        tensors[1].data = hex"0000803f000000c0";

        bytes memory encoded = probe.encode(tensors);

        assertEq(encoded, hex"0102" hex"046d61736b" hex"090001" hex"0178" hex"01020100000002000000" hex"0000803f000000c0");
        assertEq(probe.hash(encoded), keccak256(encoded));
        assertEq(probe.hash(encoded), 0x35a1e4df36f1b19284156087300f4942593f6350e05e2aa780a7b3f809417d78);
        assertEq(
            probe.privateCommit(bytes32(uint256(1)), encoded),
            keccak256(
                abi.encodePacked(
                    keccak256("OpenGradient.Relayer.PrivateTensors.1"), bytes32(uint256(1)), uint256(encoded.length), encoded
                )
            )
        );
    }

    function test_TakesEveryLimit() public view {
        Tensor[] memory tensors = new Tensor[](16);
        for (uint256 i = 0; i < 16; ++i) {
            bytes memory name = new bytes(64);
            for (uint256 j = 0; j < 64; ++j) {
                name[j] = bytes1(uint8(0x61 + i));
            }
            tensors[i] = TensorSamples.vector(string(name), hex"00");
            tensors[i].dims = new uint32[](8);
            for (uint256 j = 0; j < 8; ++j) {
                tensors[i].dims[j] = 1;
            }
        }
        bytes memory encoded = probe.encode(tensors);
        assertEq(encoded.length, 2 + 16 * (1 + 64 + 1 + 1 + 32 + 1));
        assertEq(probe.decode(encoded).length, 16);
    }

    function test_ANameComesBeforeThoseThatItBegins() public view {
        assertEq(probe.decode(probe.encode(_named("a", "ab"))).length, 2);
        assertEq(probe.decode(probe.encode(_named("a:", "aA"))).length, 2);
    }

    function test_RevertWhen_NamesDoNotAscend() public {
        string[2][5] memory pairs = [["b", "a"], ["a", "a"], ["ab", "a"], ["a", "B"], ["aa", "a/"]];
        for (uint256 i = 0; i < pairs.length; ++i) {
            Tensor[] memory tensors = _named(pairs[i][0], pairs[i][1]);
            vm.expectRevert(abi.encodeWithSelector(Tensors.NamesNotAscending.selector, 1));
            probe.encode(tensors);
        }
    }

    function test_RevertWhen_TheNumberOfTensorsIsOut() public {
        vm.expectRevert(abi.encodeWithSelector(Tensors.TensorCountInvalid.selector, 0));
        probe.encode(new Tensor[](0));
        vm.expectRevert(abi.encodeWithSelector(Tensors.TensorCountInvalid.selector, 17));
        probe.encode(new Tensor[](17));
    }

    function test_RevertWhen_ANameIsOut() public {
        vm.expectRevert(abi.encodeWithSelector(Tensors.NameLengthInvalid.selector, 0, 0));
        probe.encode(_named("", "b"));
        string memory long = string(new bytes(65));
        vm.expectRevert(abi.encodeWithSelector(Tensors.NameLengthInvalid.selector, 1, 65));
        probe.encode(_named("a", long));
    }

    function test_RevertWhen_ANameHasAnotherCharacter() public {
        bytes memory allowed = "-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
        uint256 taken;
        for (uint256 i = 0; i < 256; ++i) {
            Tensor[] memory tensors = new Tensor[](1);
            tensors[0] = TensorSamples.vector(string(abi.encodePacked("a", uint8(i))), hex"00");
            if (taken < allowed.length && uint8(allowed[taken]) == i) {
                taken++;
            } else {
                vm.expectRevert(abi.encodeWithSelector(Tensors.NameCharacterInvalid.selector, 0, bytes1(uint8(i))));
            }
            probe.encode(tensors);
        }
        assertEq(taken, allowed.length);
    }

    function test_RevertWhen_NoTensorHasTheType() public {
        DataType[4] memory types = [DataType.Undefined, DataType.String, DataType.Complex64, DataType.Complex128];
        for (uint256 i = 0; i < types.length; ++i) {
            Tensor[] memory tensors = _named("a", "b");
            tensors[1].dataType = types[i];
            vm.expectRevert(abi.encodeWithSelector(Tensors.DataTypeUnknown.selector, 1, types[i]));
            probe.encode(tensors);
        }
    }

    function test_RevertWhen_TheRankIsOut() public {
        Tensor[] memory tensors = _named("a", "b");
        tensors[0].dims = new uint32[](9);
        vm.expectRevert(abi.encodeWithSelector(Tensors.RankInvalid.selector, 0, 9));
        probe.encode(tensors);
    }

    function test_RevertWhen_ADimensionIsZero() public {
        Tensor[] memory tensors = _named("a", "b");
        tensors[1].dims[0] = 0;
        tensors[1].data = "";
        vm.expectRevert(abi.encodeWithSelector(Tensors.DimensionZero.selector, 1));
        probe.encode(tensors);
    }

    function test_RevertWhen_TheDataHasAnotherLength() public {
        Tensor[] memory tensors = _named("a", "b");
        tensors[1].data = hex"0000";
        vm.expectRevert(abi.encodeWithSelector(Tensors.DataLengthInvalid.selector, 1, 2));
        probe.encode(tensors);
        tensors[1].data = "";
        vm.expectRevert(abi.encodeWithSelector(Tensors.DataLengthInvalid.selector, 1, 0));
        probe.encode(tensors);

        tensors[1].dims = new uint32[](8);
        for (uint256 i = 0; i < 8; ++i) {
            tensors[1].dims[i] = type(uint32).max;
        }
        vm.expectRevert(abi.encodeWithSelector(Tensors.DataLengthInvalid.selector, 1, 0));
        probe.encode(tensors);
    }

    function test_RevertWhen_ABoolIsNeither() public {
        Tensor[] memory tensors = _named("a", "b");
        tensors[0].dataType = DataType.Bool;
        tensors[0].data = hex"02";
        vm.expectRevert(abi.encodeWithSelector(Tensors.BoolInvalid.selector, 0, bytes1(0x02)));
        probe.encode(tensors);
    }

    function testFuzz_AnotherSaltIsAnotherCommitment(bytes32 left, bytes32 right, bytes calldata encoded) public view {
        vm.assume(left != right);
        assertNotEq(probe.privateCommit(left, encoded), probe.privateCommit(right, encoded));
        assertNotEq(probe.privateCommit(left, encoded), probe.hash(encoded));
    }

    function _named(string memory first, string memory second) private pure returns (Tensor[] memory tensors) {
        tensors = new Tensor[](2);
        tensors[0] = TensorSamples.vector(first, hex"00");
        tensors[1] = TensorSamples.vector(second, hex"00");
    }
}
