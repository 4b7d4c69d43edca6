// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Folding} from "../../../src/proofs/Folding.sol";
import {Items} from "../../../src/proofs/Items.sol";
import {Layer, Layout, LayoutLib} from "../../../src/proofs/Layout.sol";

/// @notice The verifier's libraries, to be called from outside.
contract ItemsProbe {
    function sumInputs(bytes calldata data, uint256 zeta) external pure returns (uint256) {
        return Items.sumInputs(_offsetOf(data), data.length, zeta);
    }

    function sumHidden(bytes calldata data, Layer memory layer, uint256 width, uint256 r, uint256 zeta)
        external
        pure
        returns (uint256, uint256)
    {
        return Items.sumHidden(_offsetOf(data), layer, width, r, zeta);
    }

    function sumOutputs(bytes calldata data, uint256 count, uint256 width, uint256 r)
        external
        pure
        returns (uint256 sum, bytes memory written)
    {
        written = new bytes(4 * count);
        uint256 to;
        assembly ("memory-safe") {
            to := add(written, 32)
        }
        sum = Items.sumOutputs(_offsetOf(data), count, width, r, to);
    }

    function read(bytes calldata descriptor) external pure returns (bool isValid, Layout memory layout) {
        isValid = LayoutLib.read(descriptor, layout);
    }

    function geometric(uint256 base, uint256 count) external pure returns (uint256 sum, uint256 next) {
        return Folding.geometric(base, count);
    }

    function _offsetOf(bytes calldata data) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := data.offset
        }
    }
}
