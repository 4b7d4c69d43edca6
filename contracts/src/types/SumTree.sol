// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {sumOfLanes} from "./Lanes.sol";

/// @notice Weights in a row, of which one can be drawn with a chance in proportion to it.
/// @dev A tree of words of four lanes of 64 bits. On level 0 a lane is a leaf's weight; above, it is the sum of the word below it. So a
/// change writes, and a draw reads, one word per level, and there are log4 of the leaves.
struct SumTree {
    uint32 count;
    uint8 height;
    mapping(uint256 level => mapping(uint256 index => uint256 word)) words;
}

/// @notice A leaf laid out in a row with the others: it starts where the weights before it end.
struct Stretch {
    uint256 leaf;
    uint256 start;
    uint256 weight;
}

/// @notice Operations on `SumTree`.
library SumTreeLib {
    uint256 internal constant MAX_DRAWN = 16;
    uint256 private constant LANE = type(uint64).max;

    error WeightTooLarge(uint256 total);

    /// @notice Adds a leaf of weight zero.
    function add(SumTree storage tree) internal returns (uint32 leaf) {
        leaf = tree.count;
        uint8 height = tree.height;
        // A full tree becomes the first lane of a new level.
        if (height == 0) {
            tree.height = 1;
        } else if (leaf == uint256(1) << (2 * height)) {
            tree.words[height][0] = sumOfLanes(tree.words[height - 1][0]);
            tree.height = height + 1;
        }
        tree.count = leaf + 1;
    }

    /// @notice Gives a leaf a weight.
    function set(SumTree storage tree, uint256 leaf, uint256 weight) internal {
        uint256 height = tree.height;
        for (uint256 level = 0; level < height; level++) {
            require(weight <= LANE, WeightTooLarge(weight));
            mapping(uint256 => uint256) storage words = tree.words[level];
            uint256 shift = (leaf & 3) << 6;
            leaf >>= 2;
            uint256 word = words[leaf] & ~(LANE << shift) | (weight << shift);
            words[leaf] = word;
            weight = sumOfLanes(word);
        }
        // The whole must fit a lane too, for the day when it becomes one.
        require(weight <= LANE, WeightTooLarge(weight));
    }

    /// @notice Draws different leaves, each with a chance in proportion to its weight among those that are left.
    /// @param size At most `MAX_DRAWN`.
    /// @param excluded Leaves that must not be drawn; at most one.
    /// @return drawn In the order of the draw; fewer than `size` where fewer leaves have weight.
    function draw(SumTree storage tree, uint256 seed, uint256 size, uint256[] memory excluded)
        internal
        view
        returns (uint256[] memory drawn)
    {
        // Stretches of the row that are taken, in ascending order: a draw is made among what is left and moved past them.
        Stretch[] memory taken = new Stretch[](size + 1);
        uint256 takenCount = 0;
        uint256 left = total(tree);
        if (excluded.length != 0) {
            taken[0] = stretchOf(tree, excluded[0]);
            left -= taken[0].weight;
            takenCount = 1;
        }
        uint256[] memory leaves = new uint256[](size);
        uint256 count = 0;
        while (count < size && left != 0) {
            // The total is below 2^64: the bias of the remainder is below 2^-192.
            uint256 point = uint256(keccak256(abi.encode(seed, count))) % left;
            uint256 place = 0;
            while (place < takenCount && point >= taken[place].start) point += taken[place++].weight;
            for (uint256 i = takenCount++; i > place; i--) {
                taken[i] = taken[i - 1];
            }
            Stretch memory found = find(tree, point);
            taken[place] = found;
            leaves[count++] = found.leaf;
            left -= found.weight;
        }
        if (count == size) return leaves;
        drawn = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            drawn[i] = leaves[i];
        }
    }

    /// @notice The sum of all weights.
    function total(SumTree storage tree) internal view returns (uint256) {
        uint256 height = tree.height;
        return height == 0 ? 0 : sumOfLanes(tree.words[height - 1][0]);
    }

    /// @notice The leaf whose stretch of the row holds a point, which must be below the total.
    function find(SumTree storage tree, uint256 point) internal view returns (Stretch memory) {
        uint256 leaf = 0;
        uint256 start = 0;
        uint256 weight = 0;
        uint256 level = tree.height;
        while (level != 0) {
            uint256 word = tree.words[--level][leaf];
            leaf <<= 2;
            weight = word & LANE;
            while (point - start >= weight) {
                start += weight;
                word >>= 64;
                leaf++;
                weight = word & LANE;
            }
        }
        return Stretch(leaf, start, weight);
    }

    /// @notice Where a leaf's stretch of the row is.
    function stretchOf(SumTree storage tree, uint256 leaf) internal view returns (Stretch memory stretch) {
        stretch.leaf = leaf;
        uint256 height = tree.height;
        for (uint256 level = 0; level < height; level++) {
            uint256 word = tree.words[level][leaf >> 2];
            uint256 shift = (leaf & 3) << 6;
            if (level == 0) stretch.weight = (word >> shift) & LANE;
            stretch.start += sumOfLanes(word & ~(type(uint256).max << shift));
            leaf >>= 2;
        }
    }
}
