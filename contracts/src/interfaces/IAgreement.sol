// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VersionId} from "../types/Ids.sol";

/// @title When two answers count as the same
interface IAgreement {
    /// @notice Whether two outputs of a version agree: they are equal, or within its tolerance where it is `Float`. Never reverts on hostile
    /// bytes; those that are no tensors agree with nothing.
    /// @param left The answer that is looked at.
    /// @param right The answer that it is held against: a relative tolerance is one of this.
    function agree(bytes calldata left, bytes calldata right, VersionId versionId) external view returns (bool);
}
