// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Test} from "forge-std/Test.sol";

import {INodeRegistry, Node, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {IActiveTime} from "../../src/interfaces/IActiveTime.sol";
import {NodeRegistry} from "../../src/NodeRegistry.sol";
import {TestToken} from "./TestToken.sol";

/// The hub as the register knows it: its clock.
contract ClockStub is IActiveTime {
    uint40 public activeTime;

    function setActiveTime(uint40 value) external {
        activeTime = value;
    }
}

/// A register with a token of 18 decimals, a hub that is a clock, and one inference node that can be staked.
abstract contract NodeRegistryTest is Test {
    uint256 internal constant UNIT = 1e9;
    uint256 internal constant NODE_KEY = 0xA11CE;
    /// Active time is behind the block's, as after pauses, and in the middle of an hour.
    uint40 internal constant START = 1_750_000_000;
    uint40 internal constant HOUR = 1 hours;

    TestToken internal token;
    ClockStub internal hub;
    NodeRegistry internal registry;
    address internal court = makeAddr("court");
    address internal operator = makeAddr("operator");
    address internal payee = makeAddr("payee");
    address internal stranger = makeAddr("stranger");
    address internal node = vm.addr(NODE_KEY);

    function setUp() public virtual {
        vm.warp(START + 5 days);
        token = new TestToken();
        hub = new ClockStub();
        hub.setActiveTime(START);
        registry = new NodeRegistry(IERC20Metadata(address(token)), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
    }

    function _register(uint256 key, address as_, uint8 roles) internal returns (address registered) {
        registered = vm.addr(key);
        bytes memory signature = _sign(key, registered, as_, block.timestamp);
        vm.prank(as_);
        registry.register(registered, payee, roles, "https://node.example", "ipfs://node", block.timestamp, signature);
    }

    function _sign(uint256 key, address registered, address as_, uint256 deadline) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, registry.registrationDigest(registered, as_, deadline));
        return abi.encodePacked(r, s, v);
    }

    function _stake(address registered, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(registry), amount);
        registry.stake(registered, amount);
    }

    function _unbond(address registered, uint256 amount) internal {
        vm.prank(operator);
        registry.startUnbonding(registered, amount);
    }

    function _lock(uint256 amount, uint40 until, uint40 activeTime) internal {
        vm.prank(address(hub));
        registry.lockLien(node, Roles.INFERENCE, payee, amount, until, activeTime);
    }

    function _hold(uint256 amount, uint40 until, uint40 activeTime) internal {
        vm.prank(court);
        registry.holdLien(node, amount, until, activeTime);
    }

    /// A lien that ends in two hours, held.
    function _lockAndHold(uint256 amount) internal {
        _lock(amount, START + 2 * HOUR, START);
        _hold(amount, START + 2 * HOUR, START);
    }

    /// The end of the hour in which a lien until then ends.
    function _hourEnd(uint40 until) internal pure returns (uint40) {
        return (until + HOUR - 1) / HOUR * HOUR;
    }

    function _node() internal view returns (Node memory) {
        return registry.nodeOf(node);
    }
}
