// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {INodeRegistry, Node} from "../../../src/interfaces/INodeRegistry.sol";
import {AnswerLedger} from "./AnswerLedger.sol";

/// @notice Stakes and liens of the hub's nodes, as the register's events tell them.
abstract contract StakeLedger is AnswerLedger {
    uint256 internal constant LIEN_UNIT = 1e9;

    struct Staker {
        uint256 bonded;
        uint256 unbonding;
        uint256 held;
        /// The hours in which liens end that have not ended, and may have.
        uint40[] hourEnds;
    }

    mapping(address node => Staker) internal stakers;
    mapping(address node => mapping(uint40 hourEnd => uint256)) internal liens;

    function _ingestStake(Vm.Log memory log) internal {
        bytes32 kind = log.topics[0];
        address node = address(uint160(uint256(log.topics[1])));
        Staker storage staker = stakers[node];
        if (kind == INodeRegistry.LienLocked.selector) {
            (uint256 amount, uint40 hourEnd) = abi.decode(log.data, (uint256, uint40));
            _dropEnded(node, staker);
            if (liens[node][hourEnd] == 0) staker.hourEnds.push(hourEnd);
            liens[node][hourEnd] += amount;
        } else if (kind == INodeRegistry.LienHeld.selector) {
            (uint256 amount, uint40 hourEnd) = abi.decode(log.data, (uint256, uint40));
            liens[node][hourEnd] -= amount;
            staker.held += amount;
        } else if (kind == INodeRegistry.LienReleased.selector) {
            staker.held -= abi.decode(log.data, (uint256));
        } else if (kind == INodeRegistry.Slashed.selector) {
            (uint256 held, uint256 amount) = abi.decode(log.data, (uint256, uint256));
            _onSlashed(staker, held, amount);
        } else if (kind == INodeRegistry.Staked.selector) {
            staker.bonded += abi.decode(log.data, (uint256));
        } else if (kind == INodeRegistry.UnbondingStarted.selector) {
            (uint256 amount,) = abi.decode(log.data, (uint256, uint40));
            staker.bonded -= amount;
            staker.unbonding += amount;
        } else if (kind == INodeRegistry.UnbondingCancelled.selector) {
            staker.bonded += staker.unbonding;
            staker.unbonding = 0;
        } else if (kind == INodeRegistry.Withdrawn.selector) {
            staker.unbonding -= abi.decode(log.data, (uint256));
            assertEq(actor, _operatorOf(node), "A stake was withdrawn by somebody else's call.");
        }
    }

    /// The register holds all stakes and no more; no node has more locked than staked, or less than its liens that have not ended.
    function _auditStakes() internal view {
        uint40 time = _time();
        uint256 staked;
        for (uint256 i = 0; i < nodeList.length; ++i) {
            address node = nodeList[i];
            Staker storage staker = stakers[node];
            Node memory actual = nodes.nodeOf(node);
            uint256 live = _auditLiens(node, staker, time);
            staked += staker.bonded + staker.unbonding;
            _same(actual.stake, staker.bonded + staker.unbonding, "A stake is not what its events say.");
            _same(actual.unbonding, staker.unbonding, "What unbonds is not what its events say.");
            _same(actual.held, staker.held, "What is held is not what its events say.");
            assertGe(actual.stake, actual.locked, "More is locked than staked.");
            assertGe(actual.locked, live, "Less is locked than its liens.");
            uint256 bonded = staker.bonded / LIEN_UNIT * LIEN_UNIT;
            uint256 free = bonded < live ? 0 : bonded - live;
            _same(nodes.freeStakeOf(node, time), free, "Free stake is not what its liens leave.");
        }
        _same(token.balanceOf(address(nodes)), staked + donated[address(nodes)], "The register's tokens are not its stakes.");
    }

    /// What is locked by liens that have not ended, each of which the register must know.
    function _auditLiens(address node, Staker storage staker, uint40 time) private view returns (uint256 live) {
        live = staker.held;
        for (uint256 i = 0; i < staker.hourEnds.length; ++i) {
            uint40 hourEnd = staker.hourEnds[i];
            if (hourEnd <= time) continue;
            _same(nodes.lienBucketOf(node, hourEnd), liens[node][hourEnd], "A lien is not what its events say.");
            live += liens[node][hourEnd];
        }
    }

    function _dropEnded(address node, Staker storage staker) private {
        uint40[] storage hourEnds = staker.hourEnds;
        for (uint256 i = hourEnds.length; i > 0; --i) {
            uint40 hourEnd = hourEnds[i - 1];
            if (hourEnd > _time() && liens[node][hourEnd] != 0) continue;
            liens[node][hourEnd] = 0;
            hourEnds[i - 1] = hourEnds[hourEnds.length - 1];
            hourEnds.pop();
        }
    }

    /// Never more than the lien; stake in use pays first.
    function _onSlashed(Staker storage staker, uint256 held, uint256 amount) private {
        assertLe(amount, held, "A slash exceeds its lien.");
        assertLt(held - amount, LIEN_UNIT, "A slash is less than its lien.");
        staker.held -= held;
        uint256 fromBonded = amount < staker.bonded ? amount : staker.bonded;
        staker.bonded -= fromBonded;
        staker.unbonding -= amount - fromBonded;
    }
}
