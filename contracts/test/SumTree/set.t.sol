// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Stretch, SumTree, SumTreeLib} from "../../src/types/SumTree.sol";

/// Weights that come, change and go, against a list of them.
contract SumTreeSetTest is Test {
    using SumTreeLib for SumTree;

    SumTree private _tree;
    uint256[] private _weights;

    function test_AnEmptyTreeWeighsNothing() public view {
        assertEq(_tree.total(), 0);
    }

    function test_NewLeavesWeighNothing() public {
        assertEq(_tree.add(), 0);
        assertEq(_tree.add(), 1);
        assertEq(_tree.total(), 0);
    }

    /// Every size at which the tree gets a level, and those beside it.
    function test_KeepsAllWeightsAsItGrows() public {
        for (uint256 count = 1; count <= 66; count++) {
            uint256 leaf = _tree.add();
            assertEq(leaf, count - 1);
            _weights.push(0);
            _check();
            _set(leaf, count);
            _check();
        }
        assertEq(_tree.height, 4);
    }

    function test_HasNoMoreLevelsThanItNeeds() public {
        for (uint256 count = 1; count <= 17; count++) {
            _tree.add();
            assertEq(_tree.height, count <= 4 ? 1 : count <= 16 ? 2 : 3);
        }
    }

    function test_TakesTheGreatestTotal() public {
        _tree.add();
        for (uint256 i = 0; i < 4; i++) {
            _tree.add();
        }
        _tree.set(0, type(uint64).max - 1);
        _tree.set(4, 1);

        assertEq(_tree.total(), type(uint64).max);
    }

    function test_RevertWhen_AWeightIsTooLarge() public {
        _tree.add();

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 64));
        this.set(0, uint256(1) << 64);
    }

    function test_RevertWhen_TheTotalOfALowerLevelIsTooLarge() public {
        for (uint256 i = 0; i < 5; i++) {
            _tree.add();
        }
        _tree.set(0, type(uint64).max);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 64));
        this.set(1, 1);
    }

    function test_RevertWhen_TheTotalIsTooLarge() public {
        for (uint256 i = 0; i < 5; i++) {
            _tree.add();
        }
        _tree.set(0, type(uint64).max);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 64));
        this.set(4, 1);
    }

    function testFuzz_FollowsAListOfWeights(uint256 seed, uint256 count) public {
        count = bound(count, 1, 40);
        for (uint256 i = 0; i < count; i++) {
            _tree.add();
            _weights.push(0);
        }
        for (uint256 i = 0; i < 10; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            _set(random % count, (random >> 128) % 3 == 0 ? 0 : random >> 198);
        }
        _check();
    }

    function set(uint256 leaf, uint256 weight) external {
        _tree.set(leaf, weight);
    }

    function _set(uint256 leaf, uint256 weight) private {
        _weights[leaf] = weight;
        _tree.set(leaf, weight);
    }

    function _check() private view {
        uint256 start = 0;
        for (uint256 leaf = 0; leaf < _weights.length; leaf++) {
            uint256 weight = _weights[leaf];
            _assertStretch(_tree.stretchOf(leaf), leaf, start, weight);
            if (weight != 0) {
                _assertStretch(_tree.find(start), leaf, start, weight);
                _assertStretch(_tree.find(start + weight - 1), leaf, start, weight);
            }
            start += weight;
        }
        assertEq(_tree.total(), start);
    }

    function _assertStretch(Stretch memory stretch, uint256 leaf, uint256 start, uint256 weight) private pure {
        assertEq(stretch.leaf, leaf);
        assertEq(stretch.start, start);
        assertEq(stretch.weight, weight);
    }
}
