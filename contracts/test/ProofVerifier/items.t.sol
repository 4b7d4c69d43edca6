// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Layer, Layout} from "../../src/proofs/Layout.sol";
import {ItemsProbe} from "../support/proofs/ItemsProbe.sol";
import {PlainDescriptor, PlainItems, PlainLayer} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";

/// The loops in assembly against their plain twins.
contract ItemsTest is Test {
    uint256 private constant P = PlainItems.P;

    ItemsProbe private _probe = new ItemsProbe();

    function testFuzz_SumsInputs(bytes calldata data, uint256 zeta) public view {
        zeta %= P;
        uint256 sum;
        for (uint256 i = 0; i < data.length; ++i) {
            sum = addmod(mulmod(sum, zeta, P), uint8(data[i]), P);
        }
        assertEq(_probe.sumInputs(data, zeta) % P, sum);
    }

    /// Of all lengths around a few words, with words of zeros among them.
    function test_SumsInputsOfEveryLength() public view {
        for (uint256 length = 0; length < 130; ++length) {
            bytes memory data = ProofScenes.bytesOf(length, length);
            for (uint256 i = 0; i < length; ++i) {
                if (length - i > 32 && length - i <= 64) data[i] = 0;
            }
            uint256 zeta = uint256(keccak256(abi.encode(length))) % P;
            uint256 sum;
            for (uint256 i = 0; i < length; ++i) {
                sum = addmod(mulmod(sum, zeta, P), uint8(data[i]), P);
            }
            assertEq(_probe.sumInputs(data, zeta) % P, sum);
        }
    }

    function testFuzz_SumsAndRequantisesHiddenAccumulators(bytes32 seed, uint256 r, uint256 zeta, PlainLayer memory layer)
        public
        view
    {
        (r, zeta) = (r % P, zeta % P);
        uint256 width = 2 + uint256(seed) % 3;
        _bound(layer);
        bytes memory data = ProofScenes.bytesOf(layer.outputs * width, uint256(seed));

        (uint256 sum, uint256 nextSum) = _probe.sumHidden(data, _read(layer), width, r, zeta);
        (uint256 plainSum, uint256 plainNext) = _plainSums(data, layer, width, r, zeta);
        assertEq(sum % P, plainSum);
        assertEq(nextSum % P, plainNext);
    }

    /// Where the accumulator leaves the clamp at either end, and a step before it.
    function test_RequantisesAtTheEndsOfTheClamp() public view {
        PlainLayer memory layer = PlainLayer({outputs: 1, multiplier: 3, shift: 2, zeroPoint: -1, low: -7, high: 9});
        for (int256 accumulator = -40; accumulator < 40; ++accumulator) {
            bytes memory data = abi.encodePacked(int16(accumulator));
            (, uint256 next) = _probe.sumHidden(data, _read(layer), 2, 1, 1);
            assertEq(int256(next % P) + layer.low, PlainItems.requantise(accumulator, layer));
        }
    }

    function testFuzz_SumsOutputsAndWritesThemDown(bytes32 seed, uint256 r, uint256 count) public view {
        (r, count) = (r % P, bound(count, 1, 20));
        uint256 width = 2 + uint256(seed) % 3;
        bytes memory data = ProofScenes.bytesOf(count * width, uint256(seed));
        uint256 plain;
        bytes memory expected;
        for (uint256 i = 0; i < count; ++i) {
            int256 accumulator = PlainItems.numberAt(data, i * width, width);
            plain = addmod(mulmod(plain, r, P), PlainItems.modulo(accumulator), P);
            expected = bytes.concat(expected, PlainItems.littleEndian(uint256(accumulator) & 0xffffffff));
        }

        (uint256 sum, bytes memory written) = _probe.sumOutputs(data, count, width, r);
        assertEq(sum % P, plain);
        assertEq(written, expected);
    }

    function testFuzz_SumsGeometrically(uint256 base, uint256 count) public view {
        (base, count) = (base % P, count % 200);
        uint256 sum;
        uint256 power = 1;
        for (uint256 i = 0; i < count; ++i) {
            sum = addmod(sum, power, P);
            power = mulmod(power, base, P);
        }
        (uint256 found, uint256 next) = _probe.geometric(base, count);
        assertEq(found, sum);
        assertEq(next, power);
    }

    function _plainSums(bytes memory data, PlainLayer memory layer, uint256 width, uint256 r, uint256 zeta)
        private
        pure
        returns (uint256 sum, uint256 nextSum)
    {
        for (uint256 i = 0; i < layer.outputs; ++i) {
            int256 accumulator = PlainItems.numberAt(data, i * width, width);
            sum = addmod(mulmod(sum, r, P), PlainItems.modulo(accumulator), P);
            int256 above = PlainItems.requantise(accumulator, layer) - layer.low;
            nextSum = addmod(mulmod(nextSum, zeta, P), PlainItems.modulo(above), P);
        }
    }

    /// Makes a layer of any numbers one that a descriptor can have.
    function _bound(PlainLayer memory layer) private pure {
        layer.outputs = 1 + layer.outputs % 13;
        layer.multiplier = int256(uint256(layer.multiplier) % (1 << 31));
        layer.shift = 1 + layer.shift % 62;
        (int16 low, int16 high) = (int16(layer.low), int16(layer.high));
        (layer.zeroPoint, layer.low, layer.high) = (int8(layer.zeroPoint), low < high ? low : high, low < high ? high : low);
    }

    /// The layer as the library reads it from a descriptor.
    function _read(PlainLayer memory layer) private view returns (Layer memory) {
        PlainDescriptor memory descriptor = PlainDescriptor({rows: 1, inputs: 1, width: 2, layers: new PlainLayer[](1)});
        descriptor.layers[0] = layer;
        (bool isValid, Layout memory layout) = _probe.read(PlainItems.encode(descriptor));
        assertTrue(isValid);
        return layout.layers[0];
    }
}
