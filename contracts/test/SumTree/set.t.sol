// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Stretch, SumTree, SumTreeLib} from "../../src/nodes/SumTree.sol";

/// Weights that come, change and go, against a list of them.
contract SumTreeSetTest is Test {
    using SumTreeLib for SumTree;

    SumTree private _tree;
    uint256[] private _weights;
    /// The weights with which the period began; later leaves had none.
    uint256[] private _former;
    uint256 private _period = 1;

    function test_AnEmptyTreeWeighsNothing() public view {
        assertEq(_tree.total(_period), 0);
    }

    function test_NewLeavesWeighNothing() public {
        assertEq(_tree.add(_period), 0);
        assertEq(_tree.add(_period), 1);
        assertEq(_tree.total(_period), 0);
    }

    /// Every size at which the tree gets a level, and those beside it.
    function test_KeepsAllWeightsAsItGrows() public {
        for (uint256 count = 1; count <= 66; count++) {
            uint256 leaf = _tree.add(_period);
            assertEq(leaf, count - 1);
            _weights.push(0);
            _check();
            _set(leaf, count);
            _check();
            // Some levels come alone in their period, some with changes before and after them.
            if (count % 3 == 0) _turn();
        }
        assertEq(_tree.height, 4);
    }

    function test_ChangesCountFromTheNextPeriodOn() public {
        uint256 leaf = _tree.add(1);
        _tree.set(leaf, 5, 1);
        assertEq(_tree.total(1), 0);
        assertEq(_tree.total(2), 5);

        _tree.set(leaf, 7, 2);
        _tree.set(leaf, 9, 2);
        assertEq(_tree.total(2), 5);
        assertEq(_tree.total(3), 9);
        assertEq(_tree.total(400), 9);

        _tree.set(leaf, 0, 400);
        assertEq(_tree.total(400), 9);
        assertEq(_tree.find(8, 400).weight, 9);
        assertEq(_tree.stretchOf(leaf, 400).weight, 9);
        assertEq(_tree.total(401), 0);
    }

    function test_HasNoMoreLevelsThanItNeeds() public {
        for (uint256 count = 1; count <= 17; count++) {
            _tree.add(_period);
            assertEq(_tree.height, count <= 4 ? 1 : count <= 16 ? 2 : 3);
        }
    }

    function test_TakesTheGreatestTotal() public {
        _tree.add(_period);
        for (uint256 i = 0; i < 4; i++) {
            _tree.add(_period);
        }
        _tree.set(0, type(uint56).max - 1, _period);
        _tree.set(4, 1, _period);

        assertEq(_tree.total(_period + 1), type(uint56).max);
    }

    function test_RevertWhen_AWeightIsTooLarge() public {
        _tree.add(_period);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 56));
        this.set(0, uint256(1) << 56);
    }

    function test_RevertWhen_TheTotalOfALowerLevelIsTooLarge() public {
        for (uint256 i = 0; i < 5; i++) {
            _tree.add(_period);
        }
        _tree.set(0, type(uint56).max, _period);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 56));
        this.set(1, 1);
    }

    function test_RevertWhen_TheTotalIsTooLarge() public {
        for (uint256 i = 0; i < 5; i++) {
            _tree.add(_period);
        }
        _tree.set(0, type(uint56).max, _period);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 56));
        this.set(4, 1);
    }

    function testFuzz_FollowsAListOfWeights(uint256 seed, uint256 count) public {
        count = bound(count, 1, 20);
        for (uint256 i = 0; i < 12; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 leaf = (random >> 64) % count;
            while (_weights.length <= leaf) {
                _tree.add(_period);
                _weights.push(0);
            }
            _set(leaf, (random >> 128) % 3 == 0 ? 0 : random >> 206);
            if (random % 3 == 0) _turn();
        }
        _check();
    }

    function set(uint256 leaf, uint256 weight) external {
        _tree.set(leaf, weight, _period);
    }

    function _set(uint256 leaf, uint256 weight) private {
        _weights[leaf] = weight;
        _tree.set(leaf, weight, _period);
    }

    function _turn() private {
        _period++;
        _former = _weights;
    }

    /// What counts now, and what will from the next period on.
    function _check() private view {
        _checkAt(_period, _former);
        _checkAt(_period + 1, _weights);
    }

    function _checkAt(uint256 period, uint256[] storage weights) private view {
        uint256 start = 0;
        for (uint256 leaf = 0; leaf < _weights.length; leaf++) {
            uint256 weight = leaf < weights.length ? weights[leaf] : 0;
            _assertStretch(_tree.stretchOf(leaf, period), leaf, start, weight);
            if (weight != 0) {
                _assertStretch(_tree.find(start, period), leaf, start, weight);
                _assertStretch(_tree.find(start + weight - 1, period), leaf, start, weight);
            }
            start += weight;
        }
        assertEq(_tree.total(period), start);
    }

    function _assertStretch(Stretch memory stretch, uint256 leaf, uint256 start, uint256 weight) private pure {
        assertEq(stretch.leaf, leaf);
        assertEq(stretch.start, start);
        assertEq(stretch.weight, weight);
    }
}
