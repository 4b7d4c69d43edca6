// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Node} from "../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryModel} from "../support/NodeRegistryModel.sol";

/// After anything that stakes, unbonds, liens, holds, slashes, pauses and time can do:
/// the register holds the tokens of all stakes and no more; stake, unbonding and free stake are what plain lists say; no node has more
/// locked than staked; a hold is kept whatever the time; a slash is exact and within its lien; who has weight can be drawn, and no other.
contract NodeRegistryHistoryTest is Test {
    NodeRegistryModel private _model;

    function setUp() public {
        _model = new NodeRegistryModel();
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = NodeRegistryModel.stake.selector;
        selectors[1] = NodeRegistryModel.startUnbonding.selector;
        selectors[2] = NodeRegistryModel.cancelUnbonding.selector;
        selectors[3] = NodeRegistryModel.withdraw.selector;
        selectors[4] = NodeRegistryModel.setRoles.selector;
        selectors[5] = NodeRegistryModel.lockLien.selector;
        selectors[6] = NodeRegistryModel.holdLien.selector;
        selectors[7] = NodeRegistryModel.releaseHeld.selector;
        selectors[8] = NodeRegistryModel.slashHeld.selector;
        selectors[9] = NodeRegistryModel.pass.selector;
        // Twice, so that there is stake and something is locked.
        selectors[10] = NodeRegistryModel.stake.selector;
        selectors[11] = NodeRegistryModel.lockLien.selector;
        targetContract(address(_model));
        targetSelector(FuzzSelector(address(_model), selectors));
    }

    function invariant_FollowsPlainLists() public {
        uint40 time = _model.hub().activeTime();
        uint256 staked = 0;
        for (uint256 i = 0; i < 3; i++) {
            (address node, uint256 bonded, uint256 unbonding,,) = _model.accounts(i);
            Node memory actual = _model.nodeOf(i);
            uint256 locked = _model.lockedOf(i, time);
            staked += actual.stake;

            assertEq(actual.stake, bonded + unbonding);
            assertEq(actual.unbonding, unbonding);
            assertEq(actual.held, _model.heldOf(i));
            assertEq(_model.registry().freeStakeOf(node, time), _model.freeOf(i, time));
            assertGe(actual.locked, locked);
            assertGe(actual.stake, actual.locked);
            _checkBuckets(i, node, time);
        }
        assertEq(_model.token().balanceOf(address(_model.registry())), staked);
        // Draws count what was changed in this hour from the next on.
        uint256 present = block.timestamp;
        vm.warp(present + 1 hours);
        assertEq(_model.registry().drawVerifiers(staked, 16, address(0)).length, _model.verifierCount());
        vm.warp(present);
    }

    function _checkBuckets(uint256 owner, address node, uint40 time) private view {
        uint256 count = _model.lienCount();
        for (uint256 i = count < 8 ? 0 : count - 8; i < count; i++) {
            (uint256 owner_,, uint40 until,,) = _model.liens(i);
            uint40 end = _model.hourEnd(until);
            if (owner_ != owner || end <= time) continue;
            assertEq(_model.registry().lienBucketOf(node, end), _model.bucketOf(owner, end));
        }
    }
}
