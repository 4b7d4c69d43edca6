// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Four weights of 56 bits, and above them the period of the last change.
struct SumWord {
    uint256 current;
    /// As it was before the period of the last change.
    uint256 former;
}

/// @notice Weights in a row, of which one can be drawn with a chance in proportion to it.
/// @dev A tree of words of four lanes. On level 0 a lane is a leaf's weight; above, it is the sum of the word below it. So a change writes,
/// and a draw reads, one word per level, and there are log4 of the leaves.
/// All readers see the weights as they stood when the present period began: who knows what a draw is made from can no longer bend it by
/// changing a weight.
struct SumTree {
    uint32 count;
    uint8 height;
    mapping(uint256 level => mapping(uint256 index => SumWord)) words;
}

/// @notice A leaf laid out in a row with the others: it starts where the weights before it end.
struct Stretch {
    uint256 leaf;
    uint256 start;
    uint256 weight;
}

/// @notice Operations on `SumTree`. Periods are numbers that never fall.
library SumTreeLib {
    uint256 internal constant MAX_DRAWN = 16;

    uint256 private constant LANE_BITS = 56;
    uint256 private constant LANE = type(uint56).max;
    uint256 private constant LANES = type(uint224).max;
    uint256 private constant PERIOD_SHIFT = 224;

    error WeightTooLarge(uint256 total);

    /// @notice Adds a leaf of weight zero.
    function add(SumTree storage tree, uint256 period) internal returns (uint32 leaf) {
        leaf = tree.count;
        uint8 height = tree.height;
        // A full tree becomes the first lane of a new level.
        if (height == 0) {
            tree.height = 1;
        } else if (leaf == uint256(1) << (2 * height)) {
            SumWord storage top = tree.words[height][0];
            top.former = total(tree, period);
            top.current = _sum(tree.words[height - 1][0].current) | (period << PERIOD_SHIFT);
            tree.height = height + 1;
        }
        tree.count = leaf + 1;
    }

    /// @notice Gives a leaf a weight, from the next period on.
    function set(SumTree storage tree, uint256 leaf, uint256 weight, uint256 period) internal {
        uint256 height = tree.height;
        for (uint256 level = 0; level < height; level++) {
            require(weight <= LANE, WeightTooLarge(weight));
            SumWord storage word = tree.words[level][leaf >> 2];
            uint256 lanes = word.current;
            if (lanes >> PERIOD_SHIFT != period) word.former = lanes;
            uint256 shift = (leaf & 3) * LANE_BITS;
            lanes = lanes & LANES & ~(LANE << shift) | (weight << shift);
            word.current = lanes | (period << PERIOD_SHIFT);
            weight = _sum(lanes);
            leaf >>= 2;
        }
        // The whole must fit a lane too, for the day when it becomes one.
        require(weight <= LANE, WeightTooLarge(weight));
    }

    /// @notice Draws different leaves, each with a chance in proportion to its weight among those that are left.
    /// @param size At most `MAX_DRAWN`.
    /// @param excluded Leaves that must not be drawn; at most one.
    /// @return drawn In the order of the draw; fewer than `size` where fewer leaves have weight.
    function draw(SumTree storage tree, uint256 seed, uint256 size, uint256[] memory excluded, uint256 period)
        internal
        view
        returns (uint256[] memory drawn)
    {
        // Stretches of the row that are taken, in ascending order: a draw is made among what is left and moved past them.
        Stretch[] memory taken = new Stretch[](size + 1);
        uint256 takenCount = 0;
        uint256 left = total(tree, period);
        if (excluded.length != 0) {
            taken[0] = stretchOf(tree, excluded[0], period);
            left -= taken[0].weight;
            takenCount = 1;
        }
        drawn = new uint256[](size);
        uint256 count = 0;
        while (count < size && left != 0) {
            // The total is below 2^58: the bias of the remainder is below 2^-198.
            uint256 point = uint256(keccak256(abi.encode(seed, count))) % left;
            uint256 place = 0;
            while (place < takenCount && point >= taken[place].start) point += taken[place++].weight;
            for (uint256 i = takenCount++; i > place; i--) {
                taken[i] = taken[i - 1];
            }
            Stretch memory found = find(tree, point, period);
            taken[place] = found;
            drawn[count++] = found.leaf;
            left -= found.weight;
        }
        return count == size ? drawn : _first(drawn, count);
    }

    /// @notice The sum of all weights.
    function total(SumTree storage tree, uint256 period) internal view returns (uint256) {
        uint256 height = tree.height;
        return height == 0 ? 0 : _sum(_lanesAt(tree.words[height - 1][0], period));
    }

    /// @notice The leaf whose stretch of the row holds a point, which must be below the total.
    function find(SumTree storage tree, uint256 point, uint256 period) internal view returns (Stretch memory) {
        uint256 leaf = 0;
        uint256 start = 0;
        uint256 weight = 0;
        uint256 level = tree.height;
        while (level != 0) {
            uint256 lanes = _lanesAt(tree.words[--level][leaf], period);
            leaf <<= 2;
            weight = lanes & LANE;
            while (point - start >= weight) {
                start += weight;
                lanes >>= LANE_BITS;
                leaf++;
                weight = lanes & LANE;
            }
        }
        return Stretch(leaf, start, weight);
    }

    /// @notice Where a leaf's stretch of the row is.
    function stretchOf(SumTree storage tree, uint256 leaf, uint256 period) internal view returns (Stretch memory stretch) {
        stretch.leaf = leaf;
        uint256 height = tree.height;
        for (uint256 level = 0; level < height; level++) {
            uint256 lanes = _lanesAt(tree.words[level][leaf >> 2], period);
            uint256 shift = (leaf & 3) * LANE_BITS;
            if (level == 0) stretch.weight = (lanes >> shift) & LANE;
            stretch.start += _sum(lanes & ~(type(uint256).max << shift));
            leaf >>= 2;
        }
    }

    /// @dev The four lanes as they stood when the period began.
    function _lanesAt(SumWord storage word, uint256 period) private view returns (uint256) {
        uint256 current = word.current;
        return (current >> PERIOD_SHIFT == period ? word.former : current) & LANES;
    }

    /// @dev Ignores what stands above the lanes.
    function _sum(uint256 lanes) private pure returns (uint256) {
        return (lanes & LANE) + ((lanes >> LANE_BITS) & LANE) + ((lanes >> (2 * LANE_BITS)) & LANE)
            + ((lanes >> (3 * LANE_BITS)) & LANE);
    }

    function _first(uint256[] memory all, uint256 count) private pure returns (uint256[] memory some) {
        some = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            some[i] = all[i];
        }
    }
}
