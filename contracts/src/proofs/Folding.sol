// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ORDER} from "./Bn254.sol";
import {Claim} from "./Claim.sol";
import {Items} from "./Items.sol";
import {Layer, Layout} from "./Layout.sol";
import {ProofStatement} from "../interfaces/IEvidenceVerifier.sol";

/// @title What a proof is about, in two numbers
/// @notice From the items' bytes: v, the folded accumulators, and X, the folded inputs of all layers at zeta. docs/proofs.md has both sums.
library Folding {
    /// The encodings' beginnings: version 1, one tensor, the length of its name, the name, its type, rank 1. The one dimension follows, little-endian.
    bytes32 private constant INPUT = hex"010105696e7075740201";
    bytes32 private constant OUTPUT = hex"0101066f75747075740601";
    uint256 private constant INPUT_HEAD = 14;
    uint256 private constant OUTPUT_HEAD = 15;
    uint256 private constant OUTPUT_ELEMENT = 4;

    /// @notice Gives every layer its weight in X, and what is added to the sum over its inputs.
    function weigh(Layout memory layout, Claim memory claim) internal pure {
        Layer[] memory layers = layout.layers;
        uint256 gammas = 1;
        uint256 column = 1;
        unchecked {
            for (uint256 i = layers.length; i > 0;) {
                Layer memory layer = layers[--i];
                int256 low = i == 0 ? int256(0) : layers[i - 1].low;
                uint256 width;
                // The bias stands in the last column. In the others is what exceeds the least of the former layer's clamp, which is added here.
                layer.addend = 1;
                if (low == 0) {
                    // Of the first layer only a sum over several blocks needs it.
                    if (i != 0 || layer.blocks > 1) width = power(claim.zeta, layer.columns);
                } else {
                    uint256 sum;
                    (sum, width) = geometric(claim.zeta, layer.columns);
                    layer.addend = addmod(1, mulmod(_modulo(low), sum + ORDER - 1, ORDER), ORDER);
                }
                layer.weight = mulmod(gammas, column, ORDER);
                if (layer.blocks > 1) {
                    (uint256 blocks,) = geometric(mulmod(power(claim.r, layout.rows), width, ORDER), layer.blocks);
                    layer.weight = mulmod(layer.weight, blocks, ORDER);
                    width = power(width, layer.blocks);
                }
                column = mulmod(column, width, ORDER);
                gammas = mulmod(gammas, claim.gamma, ORDER);
            }
        }
    }

    /// @notice Folds the items, and holds each against its statement.
    /// @param layout Weighed.
    /// @param at Where the items begin in calldata, which holds one for each statement.
    /// @return isMeant Whether the statements' inputs and outputs are the items'. Where they are, the claim has v and X.
    function fold(Layout memory layout, Claim memory claim, ProofStatement[] calldata statements, uint256 at)
        internal
        pure
        returns (bool isMeant)
    {
        (uint256 v, uint256 x) = (0, 0);
        for (uint256 i = 0; i < statements.length; ++i) {
            ProofStatement calldata statement = statements[i];
            if (_inputCommit(at, layout.inputs) != statement.inputCommit) return false;
            (uint256 itemV, uint256 itemX, bytes32 outputCommit) = _foldItem(layout, claim, at);
            if (outputCommit != statement.outputCommit) return false;
            v = addmod(mulmod(v, claim.delta, ORDER), itemV, ORDER);
            x = addmod(mulmod(x, claim.delta, ORDER), itemX, ORDER);
            at += layout.itemLength;
        }
        (claim.v, claim.x) = (v, x);
        isMeant = true;
    }

    /// @notice The sum of the first powers of a number below the order, from the zeroth on, and the power that is next.
    function geometric(uint256 base, uint256 count) internal pure returns (uint256 sum, uint256 next) {
        uint256 run = 1;
        next = 1;
        unchecked {
            for (; count != 0; count >>= 1) {
                // Of as many powers as this bit counts, `run` is the sum, and `base` the one that is next.
                if (count & 1 != 0) {
                    sum = addmod(sum, mulmod(next, run, ORDER), ORDER);
                    next = mulmod(next, base, ORDER);
                }
                run = mulmod(run, base + 1, ORDER);
                base = mulmod(base, base, ORDER);
            }
        }
    }

    /// @notice A power of a number.
    function power(uint256 base, uint256 exponent) internal pure returns (uint256 result) {
        result = 1;
        for (; exponent != 0; exponent >>= 1) {
            if (exponent & 1 != 0) result = mulmod(result, base, ORDER);
            base = mulmod(base, base, ORDER);
        }
    }

    function _foldItem(Layout memory layout, Claim memory claim, uint256 at)
        private
        pure
        returns (uint256 v, uint256 x, bytes32 outputCommit)
    {
        uint256 sum = Items.sumInputs(at, layout.inputs, claim.zeta);
        at += layout.inputs;
        uint256 last = layout.layers.length - 1;
        for (uint256 i = 0; i <= last; ++i) {
            Layer memory layer = layout.layers[i];
            x = addmod(x, mulmod(layer.weight, addmod(mulmod(sum, claim.zeta, ORDER), layer.addend, ORDER), ORDER), ORDER);
            uint256 layerV;
            if (i == last) (layerV, outputCommit) = _outputs(at, layer.outputs, layout.width, claim.r);
            else (layerV, sum) = Items.sumHidden(at, layer, layout.width, claim.r, claim.zeta);
            v = addmod(mulmod(v, claim.gamma, ORDER), layerV, ORDER);
            at += layer.outputs * layout.width;
        }
    }

    /// The hash of the one tensor that an input is.
    function _inputCommit(uint256 at, uint256 count) private pure returns (bytes32 commit) {
        bytes32 head = INPUT | (_littleEndian(count) >> 80);
        assembly ("memory-safe") {
            let encoding := mload(0x40)
            mstore(encoding, head)
            calldatacopy(add(encoding, INPUT_HEAD), at, count)
            commit := keccak256(encoding, add(INPUT_HEAD, count))
        }
    }

    /// The last layer's sum, and the hash of the one tensor that its accumulators are.
    function _outputs(uint256 at, uint256 count, uint256 width, uint256 r) private pure returns (uint256 sum, bytes32 commit) {
        bytes32 head = OUTPUT | (_littleEndian(count) >> 88);
        uint256 encoding;
        assembly ("memory-safe") {
            encoding := mload(0x40)
            mstore(encoding, head)
        }
        sum = Items.sumOutputs(at, count, width, r, encoding + OUTPUT_HEAD);
        assembly ("memory-safe") {
            commit := keccak256(encoding, add(OUTPUT_HEAD, mul(count, OUTPUT_ELEMENT)))
        }
    }

    /// A number below 2^16, its bytes turned round, in a word's first bytes.
    function _littleEndian(uint256 number) private pure returns (bytes32) {
        return bytes32((number << 248) | ((number >> 8) << 240));
    }

    function _modulo(int256 number) private pure returns (uint256) {
        // casting to 'uint256' is safe because the number is not negative where it is cast
        // forge-lint: disable-next-line(unsafe-typecast)
        return number < 0 ? ORDER - uint256(-number) : uint256(number);
    }
}
