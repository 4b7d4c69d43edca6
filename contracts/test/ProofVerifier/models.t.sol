// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// Models of any size, under weights of which only the commitment matters: the verifier computes what its plain twin computes.
contract ProofVerifierModelsTest is GoldenProofs {
    function testFuzz_AcceptsAnyModelAndNoOtherItems(uint256 seed, bool isLong) public view {
        TrapdoorModel memory model = _modelFrom(seed);
        uint256 count = 1 + _draw(seed, 10) % 4;
        bytes memory items = ProofScenes.bytesOf(count * PlainItems.itemLength(model.descriptor), seed);
        bytes32[] memory digests = ProofScenes.digests(count, seed);
        ProofStatement[] memory statements = TrapdoorProver.statementsOf(model, items, digests);
        bytes memory proof = TrapdoorProver.prove(model, items, digests, isLong, address(verifier));
        assertTrue(_verify(statements, proof));

        // Another hidden accumulator, of which no statement tells.
        uint256 at = 1 + 6 + 12 * model.descriptor.layers.length + 64 + model.descriptor.inputs;
        at += _draw(seed, 11) % (model.descriptor.layers[0].outputs * model.descriptor.width);
        proof[at] = ~proof[at];
        assertFalse(_verify(statements, proof));
    }

    /// All bits of an input or an accumulator set, or none but the sign: 0 and 255, -1, the least and the greatest numbers.
    function test_AcceptsExtremes() public view {
        bytes1[4] memory bytes_ = [bytes1(0x00), 0xff, 0x80, 0x7f];
        for (uint256 width = 2; width <= 4; ++width) {
            TrapdoorModel memory model = ProofScenes.model(ProofScenes.sizes(33, 7, 5, 2), 4, width, width);
            model.descriptor.layers[0].multiplier = type(int32).max;
            (model.descriptor.layers[0].shift, model.descriptor.layers[1].shift) = (1, 62);
            for (uint256 i = 0; i < bytes_.length; ++i) {
                bytes memory items = new bytes(PlainItems.itemLength(model.descriptor));
                for (uint256 at = 0; at < items.length; ++at) {
                    items[at] = bytes_[i];
                }
                _accepts(model, items, 1, false);
                _accepts(model, items, 1, true);
            }
        }
    }

    /// Words of zeros take a way of their own, as do inputs that fill no word.
    function testFuzz_AcceptsInputsWithZeros(uint256 inputs, uint256 zeros, uint256 seed, bool isLong) public view {
        inputs = bound(inputs, 1, 130);
        TrapdoorModel memory model = ProofScenes.model(ProofScenes.sizes(inputs, 2, 1), 1, 2, seed);
        bytes memory items = ProofScenes.bytesOf(PlainItems.itemLength(model.descriptor), seed);
        uint256 from = zeros % inputs;
        for (uint256 at = from; at < inputs && at < from + (zeros >> 128) % 100; ++at) {
            items[at] = 0;
        }
        _accepts(model, items, 1, isLong);
    }

    function test_AcceptsABatchOfThirtyTwo() public view {
        TrapdoorModel memory model = ProofScenes.model(ProofScenes.sizes(16, 64, 32, 3), 32, 3, 5);
        bytes memory items = ProofScenes.bytesOf(32 * PlainItems.itemLength(model.descriptor), 6);
        _accepts(model, items, 32, false);
        _accepts(model, items, 32, true);
    }

    function _accepts(TrapdoorModel memory model, bytes memory items, uint256 count, bool isLong) private view {
        bytes32[] memory digests = ProofScenes.digests(count, 9);
        ProofStatement[] memory statements = TrapdoorProver.statementsOf(model, items, digests);
        assertTrue(_verify(statements, TrapdoorProver.prove(model, items, digests, isLong, address(verifier))));
    }

    function _modelFrom(uint256 seed) private pure returns (TrapdoorModel memory model) {
        uint256[] memory widths = new uint256[](2 + _draw(seed, 0) % 4);
        uint256 widest;
        for (uint256 i = 0; i < widths.length; ++i) {
            widths[i] = 1 + _draw(seed, i + 1) % 12;
            if (i > 0 && widths[i] > widest) widest = widths[i];
        }
        model = ProofScenes.model(widths, 1 + _draw(seed, 8) % widest, 2 + _draw(seed, 9) % 3, seed);
    }

    function _draw(uint256 seed, uint256 which) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, which, "draw")));
    }
}
