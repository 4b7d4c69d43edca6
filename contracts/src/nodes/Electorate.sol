// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SumTree, SumTreeLib} from "./SumTree.sol";

/// @notice Who can be drawn, by weight. A node gets a leaf when it first has weight, and keeps it.
struct Electorate {
    SumTree tree;
    mapping(uint256 leaf => address node) nodeAt;
    /// One more than the node's leaf; zero if it never had one.
    mapping(address node => uint256) leafNumberOf;
}

/// @notice Operations on `Electorate`. Changes count from the next hour of the block's time on.
library ElectorateLib {
    using SumTreeLib for SumTree;

    /// @notice Gives a node a weight.
    function weigh(Electorate storage electorate, address node, uint256 weight) internal {
        uint256 leafNumber = electorate.leafNumberOf[node];
        if (leafNumber == 0) {
            if (weight == 0) return;
            uint256 leaf = electorate.tree.add(_period());
            leafNumber = leaf + 1;
            electorate.leafNumberOf[node] = leafNumber;
            electorate.nodeAt[leaf] = node;
        }
        electorate.tree.set(leafNumber - 1, weight, _period());
    }

    /// @notice Draws different nodes by the weights with which this hour began.
    function draw(Electorate storage electorate, uint256 seed, uint256 size, address excluded)
        internal
        view
        returns (address[] memory drawn)
    {
        uint256 leafNumber = electorate.leafNumberOf[excluded];
        uint256[] memory without = new uint256[](leafNumber == 0 ? 0 : 1);
        if (leafNumber != 0) without[0] = leafNumber - 1;
        uint256[] memory leaves = electorate.tree.draw(seed, size, without, _period());
        drawn = new address[](leaves.length);
        for (uint256 i = 0; i < leaves.length; i++) {
            drawn[i] = electorate.nodeAt[leaves[i]];
        }
    }

    function _period() private view returns (uint256) {
        return block.timestamp / 1 hours;
    }
}
