// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {System} from "./System.sol";

/// @notice The invariants of README.md, after anything that can be done to a hub.
contract SystemTest is Test {
    System private _system;

    function setUp() public {
        _system = new System();
        targetContract(address(_system));
        targetSelector(FuzzSelector(address(_system), _system.actions()));
    }

    function invariant_HoldsWhateverIsDone() public view {
        _system.audit();
    }

    /// Every request ends, and everybody gets out what is theirs.
    function afterInvariant() public {
        _system.tell();
        _system.end(block.timestamp);
    }
}
