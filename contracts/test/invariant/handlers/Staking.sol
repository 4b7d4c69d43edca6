// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Node, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {Dice} from "../world/Dice.sol";
import {Acting} from "../conduct/Acting.sol";

/// @notice What operators do: stake, unbond, leave, give up a role, change the payee.
abstract contract Staking is Acting {
    function stake(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = nodeList[dice.below(nodeList.length)];
        // Also others may: it becomes the operator's. Nobody makes the thief a gift.
        address from = dice.chance(70) || node == thief ? _operatorOf(node) : stranger;
        bool succeeded = _act(from, address(nodes), abi.encodeCall(nodes.stake, (node, dice.between(1, 200 ether))));
        assertTrue(succeeded, "A stake was refused.");
        _note("staked");
    }

    function unbond(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = nodeList[dice.below(nodeList.length)];
        uint256 bonded = stakers[node].bonded;
        uint256 amount = dice.chance(15) ? bonded + 1 : dice.between(1, bonded / 3 + 1);
        bytes memory call = abi.encodeCall(nodes.startUnbonding, (node, amount));
        assertFalse(_act(stranger, address(nodes), call), "Somebody else unbonded a stake.");
        bool succeeded = _act(_operatorOf(node), address(nodes), call);
        assertEq(succeeded, amount <= bonded, "A stake did not unbond as expected.");
        _note(succeeded, "unbonding");
    }

    function cancelUnbonding(uint256 seed) external {
        address node = _leavingFrom(_dice(seed).below(nodeList.length));
        bool expected = stakers[node].unbonding != 0;
        bool succeeded = _act(_operatorOf(node), address(nodes), abi.encodeCall(nodes.cancelUnbonding, (node)));
        assertEq(succeeded, expected, "Unbonding was not cancelled as expected.");
        _note(succeeded, "unbonding cancelled");
    }

    function withdrawStake(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = _leavingFrom(dice.below(nodeList.length));
        Node memory standing = nodes.nodeOf(node);
        if (dice.chance(30)) _waitUntil(standing.unbondedAt);
        bool isTime = standing.unbonding != 0 && _now() >= standing.unbondedAt;

        bool succeeded = _act(_operatorOf(node), address(nodes), abi.encodeCall(nodes.withdraw, (node)));
        if (succeeded) assertTrue(isTime, "A stake left before its time.");
        else assertTrue(!isTime || standing.locked != 0, "A free stake could not leave.");
        _note(succeeded, "stake withdrawn");
    }

    /// Gives up some roles, or takes them back.
    function setRoles(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = nodeList[dice.below(HONEST)];
        uint8 first = node == nodeList[2] ? Roles.TEE : node == nodeList[3] ? Roles.PROVER : Roles.INFERENCE;
        uint8 roles = dice.chance(25) ? Roles.VERIFIER : first;
        if (dice.chance(75) && node != nodeList[2]) roles |= Roles.INFERENCE;
        if (dice.chance(75) && node == nodeList[0]) roles |= Roles.TEE;
        if (dice.chance(75) && (node == nodeList[0] || node == nodeList[1])) roles |= Roles.VERIFIER;
        bool succeeded = _act(operator, address(nodes), abi.encodeCall(nodes.setNode, (node, roles, "", "")));
        assertTrue(succeeded, "A node's roles were not set.");
        _note("roles set");
    }

    /// Those that only verify do so no longer, or do so again.
    function strike(uint256 seed) external {
        uint8 roles = _dice(seed).chance(40) ? Roles.STORAGE : Roles.VERIFIER;
        for (uint256 i = HONEST + 2; i < nodeList.length; ++i) {
            bytes memory call = abi.encodeCall(nodes.setNode, (nodeList[i], roles, "", ""));
            assertTrue(_act(operator, address(nodes), call), "A node's roles were not set.");
        }
    }

    function setPayee(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = nodeList[dice.below(HONEST)];
        bytes memory call = abi.encodeCall(nodes.setPayee, (node, _payeeFor(node, dice.below(2))));
        assertFalse(_act(node, address(nodes), call), "A hot key set its payee.");
        assertTrue(_act(operator, address(nodes), call), "A payee was not set.");
        _note("payee set");
    }

    /// The next node of which some stake unbonds, or any.
    function _leavingFrom(uint256 start) private view returns (address node) {
        for (uint256 i = 0; i < nodeList.length; ++i) {
            node = nodeList[(start + i) % nodeList.length];
            if (stakers[node].unbonding != 0) return node;
        }
    }
}
