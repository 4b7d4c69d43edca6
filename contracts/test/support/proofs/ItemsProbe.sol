// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Claim} from "../../../src/proofs/Claim.sol";
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

    function weigh(bytes calldata descriptor, Claim memory claim) external pure returns (Layout memory layout) {
        require(LayoutLib.read(descriptor, layout), "No descriptor.");
        Folding.weigh(layout, claim);
    }

    function read(bytes calldata descriptor) external pure returns (bool isValid, Layout memory layout) {
        isValid = LayoutLib.read(descriptor, layout);
    }

    function lengthOf(bytes calldata encoded) external pure returns (uint256) {
        return LayoutLib.lengthOf(encoded);
    }

    function geometric(uint256 base, uint256 count) external pure returns (uint256 sum, uint256 next) {
        return Folding.geometric(base, count);
    }

    /// @notice The gas that each of the loops takes.
    function measure(bytes calldata inputs, bytes calldata hidden, Layer memory layer, uint256 width, uint256 challenge)
        external
        view
        returns (uint256 ofInputs, uint256 ofHidden, uint256 result)
    {
        uint256 before = gasleft();
        result = Items.sumInputs(_offsetOf(inputs), inputs.length, challenge);
        ofInputs = before - gasleft();
        before = gasleft();
        (uint256 sum, uint256 next) = Items.sumHidden(_offsetOf(hidden), layer, width, challenge, challenge);
        ofHidden = before - gasleft();
        result ^= sum ^ next;
    }

    function _offsetOf(bytes calldata data) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := data.offset
        }
    }
}
