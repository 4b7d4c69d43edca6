// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Test} from "forge-std/Test.sol";

import {INodeRegistry, Node, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../src/NodeRegistry.sol";
import {ClockStub} from "./NodeRegistryTest.sol";
import {TestToken} from "./TestToken.sol";

/// Does random things to a register and tells beforehand, from plain lists, what must come of each.
contract NodeRegistryModel is Test {
    struct Staker {
        address node;
        uint256 bonded;
        uint256 unbonding;
        uint256 unbondedAt;
        uint8 roles;
    }

    struct Lien {
        uint256 owner;
        uint256 amount;
        uint40 until;
        bool held;
        bool ended;
    }

    uint256 public constant UNIT = 1e9;
    uint256 public constant WEIGHT_UNIT = 1e12;

    TestToken public token = new TestToken();
    ClockStub public hub = new ClockStub();
    NodeRegistry public registry;
    Staker[] public accounts;
    Lien[] public liens;

    constructor() {
        vm.warp(1_750_000_000);
        hub.setActiveTime(1_749_000_000);
        registry = new NodeRegistry(IERC20Metadata(address(token)), address(hub), address(this));
        token.approve(address(registry), type(uint256).max);
        for (uint256 key = 1; key <= 3; key++) {
            address node = vm.addr(key);
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, registry.registrationDigest(node, address(this), block.timestamp));
            registry.register(node, node, Roles.ALL, "", "", block.timestamp, abi.encodePacked(r, s, v));
            accounts.push(Staker(node, 0, 0, 0, Roles.ALL));
        }
    }

    function stake(uint256 which, uint256 amount) external {
        Staker storage account = _pick(which);
        amount = bound(amount, 1, 4000 * UNIT);
        token.mint(address(this), amount);

        registry.stake(account.node, amount);

        account.bonded += amount;
    }

    function startUnbonding(uint256 which, uint256 amount) external {
        Staker storage account = _pick(which);
        amount = bound(amount, 1, 6000 * UNIT);
        if (amount > account.bonded) {
            vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, account.bonded, amount));
            registry.startUnbonding(account.node, amount);
            return;
        }
        registry.startUnbonding(account.node, amount);

        account.bonded -= amount;
        account.unbonding += amount;
        account.unbondedAt = block.timestamp + 9 days;
    }

    function cancelUnbonding(uint256 which) external {
        Staker storage account = _pick(which);
        if (account.unbonding == 0) vm.expectRevert(INodeRegistry.NothingUnbonding.selector);
        registry.cancelUnbonding(account.node);

        account.bonded += account.unbonding;
        account.unbonding = 0;
    }

    function withdraw(uint256 which) external {
        Staker storage account = _pick(which);
        uint256 free = account.bonded + account.unbonding - lockedOf(_index(which), hub.activeTime());
        uint256 expected = account.unbonding < free ? account.unbonding : free;
        bool refused = expected == 0 || block.timestamp < account.unbondedAt;
        if (refused) vm.expectRevert();
        uint256 amount = registry.withdraw(account.node);
        if (refused) return;

        assertEq(amount, expected);
        account.unbonding -= amount;
    }

    function setRoles(uint256 which, uint8 roles) external {
        Staker storage account = _pick(which);
        account.roles = roles & (Roles.ALL ^ Roles.DATA) | Roles.INFERENCE;

        registry.setNode(account.node, account.roles, "", "");
    }

    function lockLien(uint256 which, uint256 amount, uint256 length) external {
        Staker storage account = _pick(which);
        uint40 time = hub.activeTime();
        amount = bound(amount, 0, 800 * UNIT);
        uint40 until = time + uint40(bound(length, 1, length % 2 == 0 ? 3 hours : 8 days));
        uint256 free = freeOf(_index(which), time);
        address payee = registry.payeeOf(account.node);
        bool refused = roundedUp(amount) > free;
        if (refused) vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, free, amount));
        registry.lockLien(account.node, Roles.INFERENCE, payee, amount, until, time);

        if (!refused) liens.push(Lien(_index(which), amount, until, false, false));
    }

    function holdLien(uint256 which) external {
        if (liens.length == 0) return;
        Lien storage lien = liens[_recent(which)];
        if (lien.ended || lien.held) return;
        bool over = hourEnd(lien.until) <= hub.activeTime();
        address node = accounts[lien.owner].node;
        uint40 time = hub.activeTime();
        if (over) vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienUnknown.selector, node, lien.amount, lien.until));
        registry.holdLien(node, lien.amount, lien.until, time);

        lien.held = !over;
        lien.ended = over;
    }

    function releaseHeld(uint256 which) external {
        if (liens.length == 0) return;
        Lien storage lien = liens[_recent(which)];
        if (!lien.held) return;

        registry.releaseHeld(accounts[lien.owner].node, lien.amount);

        (lien.held, lien.ended) = (false, true);
    }

    function slashHeld(uint256 which, uint256 part) external {
        if (liens.length == 0) return;
        Lien storage lien = liens[_recent(which)];
        if (!lien.held) return;
        Staker storage account = accounts[lien.owner];
        uint256 slashed = bound(part, 0, lien.amount);
        uint256 balance = token.balanceOf(address(this));

        registry.slashHeld(account.node, lien.amount, slashed);

        (lien.held, lien.ended) = (false, true);
        assertEq(token.balanceOf(address(this)) - balance, slashed);
        uint256 rest = slashed > account.bonded ? slashed - account.bonded : 0;
        account.bonded -= slashed - rest;
        account.unbonding -= rest;
    }

    /// Time passes, and the hub's with it, unless it is paused.
    function pass(uint256 time, bool paused) external {
        time = bound(time, 1, time % 4 == 0 ? 12 days : 5 hours);
        vm.warp(block.timestamp + time);
        // forge-lint: disable-next-line(unsafe-typecast)
        if (!paused) hub.setActiveTime(hub.activeTime() + uint40(time));
    }

    function lockedOf(uint256 owner, uint40 time) public view returns (uint256 locked) {
        for (uint256 i = 0; i < liens.length; i++) {
            Lien storage lien = liens[i];
            if (lien.owner != owner || lien.ended) continue;
            if (lien.held || hourEnd(lien.until) > time) locked += roundedUp(lien.amount);
        }
    }

    function heldOf(uint256 owner) external view returns (uint256 held) {
        for (uint256 i = 0; i < liens.length; i++) {
            if (liens[i].owner == owner && liens[i].held) held += roundedUp(liens[i].amount);
        }
    }

    function bucketOf(uint256 owner, uint40 end) external view returns (uint256 bucket) {
        for (uint256 i = 0; i < liens.length; i++) {
            Lien storage lien = liens[i];
            if (lien.owner != owner || lien.held || lien.ended) continue;
            if (hourEnd(lien.until) == end) bucket += roundedUp(lien.amount);
        }
    }

    function freeOf(uint256 owner, uint40 time) public view returns (uint256) {
        uint256 locked = lockedOf(owner, time);
        uint256 bonded = accounts[owner].bonded / UNIT * UNIT;
        return bonded < locked ? 0 : bonded - locked;
    }

    /// How many count in draws from the next hour on.
    function verifierCount() external view returns (uint256 count) {
        for (uint256 i = 0; i < accounts.length; i++) {
            if (accounts[i].roles & Roles.VERIFIER != 0 && accounts[i].bonded >= WEIGHT_UNIT) count++;
        }
    }

    function lienCount() external view returns (uint256) {
        return liens.length;
    }

    function roundedUp(uint256 amount) public pure returns (uint256) {
        return (amount + UNIT - 1) / UNIT * UNIT;
    }

    function hourEnd(uint40 until) public pure returns (uint40) {
        return (until + 1 hours - 1) / 1 hours * 1 hours;
    }

    function nodeOf(uint256 owner) external view returns (Node memory) {
        return registry.nodeOf(accounts[owner].node);
    }

    function _index(uint256 which) private view returns (uint256) {
        return which % accounts.length;
    }

    function _pick(uint256 which) private view returns (Staker storage) {
        return accounts[_index(which)];
    }

    /// One of the last eight liens: older ones have mostly ended.
    function _recent(uint256 which) private view returns (uint256) {
        uint256 span = liens.length < 8 ? liens.length : 8;
        return liens.length - 1 - which % span;
    }
}
