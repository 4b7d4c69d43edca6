// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Many calls of the hub in one
interface IHubMulticall {
    /// @notice Makes calls of this hub one after the other, in the caller's name: many requests, claims or withdrawals in one transaction. Where one
    /// reverts all do, with its error. What would be refused by itself is refused here.
    /// A deposit, and requests with `RequestFlags.FROM_ACCOUNT`, move tokens once for all of them.
    /// @dev Answers are settled by `settleBatch` and `settleProven`, which skip what cannot be settled, and call nobody back before all are.
    /// @return results What each call returned, encoded.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);
}
