// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Draws, all of them following from one seed.
struct Dice {
    uint256 seed;
    uint256 draws;
}

using DiceLib for Dice global;

library DiceLib {
    function below(Dice memory dice, uint256 count) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(dice.seed, ++dice.draws))) % count;
    }

    /// @notice Both ends included.
    function between(Dice memory dice, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + below(dice, most - least + 1);
    }

    function chance(Dice memory dice, uint256 percent) internal pure returns (bool) {
        return below(dice, 100) < percent;
    }
}
