// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Assurance} from "../../../src/types/Receipt.sol";
import {Consumer} from "../../support/Consumers.sol";
import {Dice} from "../world/Dice.sol";
import {Answers} from "../conduct/Answers.sol";

/// @notice Time, the pause, yanked versions, revoked keys, and tokens that come and go.
abstract contract Housekeeping is Answers {
    function waitSeconds(uint256 seed) external {
        skip(_dice(seed).between(1, 150));
    }

    function waitHours(uint256 seed) external {
        skip(_dice(seed).between(3 minutes, 3 hours));
    }

    function waitDays(uint256 seed) external {
        skip(_dice(seed).between(8 hours, 9 days));
    }

    function pause(uint256 seed) external {
        Dice memory dice = _dice(seed);
        uint40 duration = uint40(dice.chance(85) ? dice.between(1, 10 minutes) : dice.between(6 hours, 7 days + 1));
        bool expected = pausedAt == 0 && duration <= 7 days && (pauseEnds == 0 || _now() >= pauseEnds + 7 days);

        _mustBe(false, stranger, abi.encodeCall(hub.pause, (duration)), "Somebody else paused the hub.");
        _mustBe(expected, guardian, abi.encodeCall(hub.pause, (duration)), "The hub did not pause as expected.");
        _note(expected, "paused");
    }

    function unpause(uint256 seed) external {
        Dice memory dice = _dice(seed);
        bool isGuardian = dice.chance(50);
        if (pausedAt != 0 && dice.chance(50)) _waitUntil(pauseEnds);
        bool expected = pausedAt != 0 && (isGuardian || _now() >= pauseEnds);
        bytes memory call = abi.encodeCall(hub.unpause, ());
        _mustBe(expected, isGuardian ? guardian : stranger, call, "The hub did not go on as expected.");
        if (!expected) return;
        _note(isGuardian ? bytes32("unpaused") : bytes32("unpaused by anyone"));
    }

    /// The version in use, and its successor takes its place.
    function yank(uint256 seed) external {
        Dice memory dice = _dice(seed);
        if (dice.chance(60)) return;
        uint256 kind = dice.below(versions.length);
        vm.prank(publisher);
        models.yank(versions[kind], "");
        _publish(kind);
        _note("yanked");
    }

    function revokeKey(uint256 seed) external {
        Dice memory dice = _dice(seed);
        if (dice.chance(50)) return;
        address node = nodeList[dice.chance(50) ? 0 : 2];
        address signer = keys.signerOf(node, keys.epochOf(node));
        if (keys.keyOf(signer).revokedAt != 0) return;
        vm.prank(guardian);
        keys.revokeKey(signer, "");
        _note("key revoked");
    }

    /// A node without a valid key gets the next one, if it has the role.
    function renewKey(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address node = nodeList[dice.chance(50) ? 0 : 2];
        if (!nodes.hasRole(node, _roleFor(Assurance.Attested)) || _isAttested(node, new bytes32[](0))) return;
        _registerKey(node, dice.chance(50) ? WORKLOAD : OTHER_WORKLOAD);
        _note("key renewed");
    }

    function collect(uint256 seed) external {
        Dice memory dice = _dice(seed);
        if (payeeList.length == 0) return;
        address payee = payeeList[dice.below(payeeList.length)];
        uint256 before = accounts[payee];
        assertTrue(_act(stranger, address(hub), abi.encodeCall(hub.collect, (payee, hoursOf[payee]))), "Collecting failed.");
        _note(accounts[payee] > before, "collected");
    }

    function deposit(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address to = nodeList[dice.below(HONEST)];
        bytes memory call = abi.encodeCall(hub.deposit, (to, dice.between(1, 5 ether)));
        _mustBe(true, stranger, call, "A deposit was refused.");
    }

    function withdraw(uint256 seed) external {
        Dice memory dice = _dice(seed);
        if (accountList.length == 0) return;
        address account = accountList[dice.below(accountList.length)];
        uint256 amount = dice.chance(15) ? accounts[account] + 1 : dice.below(accounts[account] / 4 + 1);
        bool expected = amount <= accounts[account];
        bytes memory call = abi.encodeCall(hub.withdraw, (account, amount));
        _mustBe(expected, account, call, "A withdrawal did not come as expected.");
        _note(expected && amount != 0, "withdrawn");
    }

    function burn(uint256 seed) external {
        _dice(seed);
        bool expected = forfeited != 0;
        _mustBe(expected, stranger, abi.encodeCall(hub.burn, ()), "Burning did not come as expected.");
        _note(expected, "burned");
    }

    /// A consumer that failed so far may do better, or worse.
    function changeConsumer(uint256 seed) external {
        Dice memory dice = _dice(seed);
        moody.set(Consumer.Fault(dice.below(uint256(type(Consumer.Fault).max) + 1)));
    }

    /// Tokens that nobody asked for, straight to the contracts.
    function donate(uint256 seed) external {
        Dice memory dice = _dice(seed);
        address[3] memory to = [address(hub), address(nodes), address(court)];
        _donate(to[dice.below(to.length)], dice.between(1, 10 ether));
    }

    function _donate(address to, uint256 amount) internal {
        assertTrue(_act(stranger, address(token), abi.encodeCall(token.transfer, (to, amount))), "A transfer failed.");
        donated[to] += amount;
        _note("donated");
    }
}
