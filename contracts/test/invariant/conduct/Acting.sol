// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {Audit} from "../ledger/Audit.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";

/// @notice How anybody does anything: a call whose logs go into the ledger where it succeeds, and change nothing where it does not.
abstract contract Acting is Audit {
    uint256 internal constant AMPLE_GAS = 30_000_000;
    /// How many requests back an action looks for one that it can do something with.
    uint256 private constant MEMORY = 12;

    /// How often each path succeeded.
    mapping(bytes32 path => uint256) public reached;
    bytes32[] internal paths;
    uint256 private _rolls;

    function _act(address who, address target, bytes memory data) internal returns (bool succeeded) {
        (succeeded,) = _act(who, target, data, AMPLE_GAS);
    }

    function _act(address who, address target, bytes memory data, uint256 gas)
        internal
        returns (bool succeeded, bytes memory reply)
    {
        actor = who;
        ++callNumber;
        vm.recordLogs();
        vm.prank(who);
        (succeeded, reply) = target.call{gas: gas}(data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (succeeded) _ingest(logs);
        _readClock();
    }

    /// At the hub, where one can tell beforehand what must come of it.
    function _mustBe(bool expected, address who, bytes memory data, string memory what) internal returns (bool succeeded) {
        succeeded = _act(who, address(hub), data);
        assertEq(succeeded, expected, what);
    }

    /// What would come of a call, if it were made now; nothing of it stays.
    function _wouldCome(address who, address target, bytes memory data) internal returns (bool succeeded, bytes memory reply) {
        try this.tryOut(who, target, data) {
            revert("A trial came back.");
        } catch (bytes memory outcome) {
            return abi.decode(outcome, (bool, bytes));
        }
    }

    function tryOut(address who, address target, bytes calldata data) external {
        vm.prank(who);
        (bool succeeded, bytes memory reply) = target.call(data);
        bytes memory outcome = abi.encode(succeeded, reply);
        assembly ("memory-safe") {
            revert(add(outcome, 32), mload(outcome))
        }
    }

    /// Fails as what was called has failed.
    function _bubble(bytes memory reason) internal pure {
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    function _waitUntil(uint40 time) internal {
        if (time > _now()) vm.warp(time);
    }

    function _note(bytes32 path) internal {
        if (++reached[path] == 1) paths.push(path);
    }

    function _note(bool succeeded, bytes32 path) internal {
        if (succeeded) _note(path);
    }

    /// No two calls draw the same, even where the fuzzer repeats a seed.
    function _dice(uint256 seed) internal returns (Dice memory) {
        return Dice({seed: uint256(keccak256(abi.encode(seed, ++_rolls))), draws: 0});
    }

    /// The first of the latest requests, from a random one on, that is as wanted.
    function _find(Dice memory dice, function(Entry storage) internal view returns (bool) isWanted)
        internal
        view
        returns (bool isFound, uint256 index)
    {
        uint256 span = entries.length < MEMORY ? entries.length : MEMORY;
        uint256 start = span == 0 ? 0 : dice.below(span);
        for (uint256 i = 0; i < span; ++i) {
            index = entries.length - 1 - (start + i) % span;
            if (isWanted(entries[index])) return (true, index);
        }
        return (false, 0);
    }

    /// One that is rather to be had, where there is one.
    function _findRather(
        Dice memory dice,
        function(Entry storage) internal view returns (bool) isBest,
        function(Entry storage) internal view returns (bool) isWanted
    ) internal view returns (bool isFound, uint256 index) {
        (isFound, index) = _find(dice, isBest);
        if (!isFound) (isFound, index) = _find(dice, isWanted);
    }

    function _isAny(Entry storage) internal pure returns (bool) {
        return true;
    }
}
