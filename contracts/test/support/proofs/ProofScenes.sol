// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PlainDescriptor, PlainLayer} from "./PlainItems.sol";
import {TrapdoorModel} from "./TrapdoorProver.sol";

/// @notice Models and items for tests.
library ProofScenes {
    /// @notice Layers of these sizes, the first number being the inputs'; a seed decides how they requantise, often with a ReLU.
    function model(uint256[] memory widths, uint256 rows, uint256 width, uint256 seed)
        internal
        pure
        returns (TrapdoorModel memory made)
    {
        PlainDescriptor memory descriptor =
            PlainDescriptor({rows: rows, inputs: widths[0], width: width, layers: new PlainLayer[](widths.length - 1)});
        for (uint256 i = 0; i + 1 < widths.length; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            PlainLayer memory layer = descriptor.layers[i];
            layer.outputs = widths[i + 1];
            // An accumulator fills the clamp's span a few times over.
            layer.shift = 10 + word % 20;
            layer.multiplier = int256((1 << (layer.shift + 9)) >> (8 * width - 1)) + 1;
            layer.zeroPoint = int8(uint8(word >> 16));
            layer.low = word >> 24 & 1 == 0 ? int256(0) : -int256((word >> 32) % 129);
            layer.high = layer.low + int256((word >> 40) % 256);
        }
        made = TrapdoorModel({descriptor: descriptor, weights: uint256(keccak256(abi.encode(seed, "weights"))) >> 3});
    }

    /// @notice So many bytes, none of them zero where they should not be.
    function bytesOf(uint256 length, uint256 seed) internal pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 at = 0; at < length; at += 32) {
            bytes32 word = keccak256(abi.encode(seed, at));
            for (uint256 i = at; i < at + 32 && i < length; ++i) {
                data[i] = bytes1(uint8(1 + uint256(uint8(word[i - at])) % 255));
            }
        }
    }

    function sizes(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function sizes(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256[] memory list) {
        list = new uint256[](4);
        (list[0], list[1], list[2], list[3]) = (a, b, c, d);
    }

    function digests(uint256 count, uint256 seed) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = keccak256(abi.encode("digest", seed, i));
        }
    }
}
