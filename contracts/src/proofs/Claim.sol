// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a proof comes down to: challenges in the order in which they are drawn, and the two numbers that the opening is about.
struct Claim {
    /// Folds rows, layers and items.
    uint256 r;
    uint256 gamma;
    uint256 delta;
    /// Where the folded inputs are evaluated, and its power of the number of columns.
    uint256 zeta;
    uint256 zetaToColumns;
    /// Folds the opening's equations; mu in the long form only.
    uint256 kappa;
    uint256 mu;
    /// The folded accumulators.
    uint256 v;
    /// The folded inputs at zeta.
    uint256 x;
}
