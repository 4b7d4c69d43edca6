// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {SumTree, SumTreeLib} from "../../src/nodes/SumTree.sol";

/// Draws without replacement, against the plain way: a list of weights, walked from the left for every draw.
contract SumTreeDrawTest is Test {
    using SumTreeLib for SumTree;

    SumTree private _tree;
    uint256[] private _weights;
    /// What is set in one period counts in the next.
    uint256 private constant SET = 6;
    uint256 private constant READ = 7;

    function test_DrawsNothingFromAnEmptyTree() public view {
        assertEq(_draw(1, 16).length, 0);
    }

    function test_DrawsNothingWhereNoLeafHasWeight() public {
        _fill(5, 0);

        assertEq(_draw(1, 16).length, 0);
        assertEq(_draw(1, 16, 2).length, 0);
    }

    function test_DrawsNothingIfNothingIsAsked() public {
        _fill(5, 1);

        assertEq(_draw(1, 0).length, 0);
    }

    function test_DrawsFewerWhereThereAreFewer() public {
        _fill(20, 0);
        _set(3, 1);
        _set(17, type(uint32).max);

        uint256[] memory drawn = _draw(7, 16);

        assertEq(drawn.length, 2);
        assertEq(drawn[0], 17);
        assertEq(drawn[1], 3);
        assertEq(_draw(7, 16, 17).length, 1);
    }

    function test_DrawsTheGreatestWeights() public {
        _fill(1, type(uint56).max);

        assertEq(_draw(3, 16).length, 1);
        assertEq(_draw(3, 16, 0).length, 0);
    }

    /// A share of the weight is a share of the first places; four deviations around it leave no room for a bias that counts.
    function test_FirstPlacesFollowTheWeights() public {
        _fill(9, 100);
        _set(4, 800);
        uint256 hits = 0;
        uint256 excludedHits = 0;
        for (uint256 seed = 0; seed < 4096; seed++) {
            if (_draw(seed, 1)[0] == 4) hits++;
            if (_draw(seed, 1, 4)[0] == 8) excludedHits++;
        }

        assertApproxEqAbs(hits, 2048, 128);
        assertApproxEqAbs(excludedHits, 512, 85);
    }

    /// Of what is left after the first place, weight still is chance: here 1 in 3 for the second of three.
    function test_SecondPlacesFollowTheWeightsThatAreLeft() public {
        _fill(3, 1);
        _set(0, 1e15);
        _set(2, 2);
        uint256 hits = 0;
        for (uint256 seed = 0; seed < 4096; seed++) {
            if (_draw(seed, 2)[1] == 1) hits++;
        }

        assertApproxEqAbs(hits, 1365, 121);
    }

    function testFuzz_DrawsAsThePlainWay(uint256 seed, uint256 count, uint256 size) public {
        count = bound(count, 1, 70);
        size = bound(size, 0, SumTreeLib.MAX_DRAWN);
        for (uint256 i = 0; i < count; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, "weight", i)));
            _fill(1, random % 3 == 0 ? 0 : (random >> 8) >> (random % 30 + 206));
        }
        uint256 excluded = uint256(keccak256(abi.encode(seed, "excluded"))) % (2 * count);

        uint256[] memory drawn = excluded < count ? _draw(seed, size, excluded) : _draw(seed, size);

        assertEq(drawn, _plainly(seed, size, excluded));
    }

    function _plainly(uint256 seed, uint256 size, uint256 excluded) private view returns (uint256[] memory drawn) {
        uint256[] memory weights = _weights;
        if (excluded < weights.length) weights[excluded] = 0;
        drawn = new uint256[](size);
        for (uint256 i = 0; i < size; i++) {
            uint256 left = 0;
            for (uint256 j = 0; j < weights.length; j++) {
                left += weights[j];
            }
            if (left == 0) {
                uint256[] memory shorter = new uint256[](i);
                for (uint256 j = 0; j < i; j++) {
                    shorter[j] = drawn[j];
                }
                return shorter;
            }
            uint256 point = uint256(keccak256(abi.encode(seed, i))) % left;
            uint256 leaf = 0;
            while (point >= weights[leaf]) point -= weights[leaf++];
            drawn[i] = leaf;
            weights[leaf] = 0;
        }
    }

    function _fill(uint256 count, uint256 weight) private {
        for (uint256 i = 0; i < count; i++) {
            _weights.push(weight);
            _tree.set(_tree.add(SET), weight, SET);
        }
    }

    function _set(uint256 leaf, uint256 weight) private {
        _weights[leaf] = weight;
        _tree.set(leaf, weight, SET);
    }

    function _draw(uint256 seed, uint256 size) private view returns (uint256[] memory) {
        return _tree.draw(seed, size, new uint256[](0), READ);
    }

    function _draw(uint256 seed, uint256 size, uint256 excluded) private view returns (uint256[] memory) {
        uint256[] memory without = new uint256[](1);
        without[0] = excluded;
        return _tree.draw(seed, size, without, READ);
    }
}
