// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Vm} from "forge-std/Vm.sol";

import {AddressesFile} from "./AddressesFile.sol";
import {Owners} from "./Configuration.sol";

/// @notice Who holds roles of the timelock. It keeps no list of them: whoever may hold one was told by an event.
library TimelockRoles {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Somebody holds a role whom the configuration does not name for it.
    error RoleNotNamed(bytes32 role, address holder);
    /// @notice The endpoint told of fewer grants than the timelock's construction made: it does not tell all, or `fromBlock` is too late.
    error GrantsMissing(uint256 found, uint256 expected);

    /// @notice Refuses holders that nobody named, of any role, as of now: what was granted and taken back again does not matter.
    /// @param fromBlock The timelock was deployed in this block or a later one.
    function requireNobodyElse(TimelockController timelock, Owners memory owners, uint256 fromBlock) internal {
        bytes32[] memory topics = new bytes32[](1);
        topics[0] = IAccessControl.RoleGranted.selector;
        Vm.EthGetLogs[] memory logs = vm.eth_getLogs(fromBlock, AddressesFile.head(), address(timelock), topics);
        // Its own rule over itself, two roles for each proposer, one for each executor.
        uint256 expected = 1 + 2 * owners.proposers.length + owners.executors.length;
        require(logs.length >= expected, GrantsMissing(logs.length, expected));

        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 role = logs[i].topics[1];
            address holder = address(uint160(uint256(logs[i].topics[2])));
            require(!timelock.hasRole(role, holder) || _isNamed(timelock, owners, role, holder), RoleNotNamed(role, holder));
        }
    }

    function _isNamed(TimelockController timelock, Owners memory owners, bytes32 role, address holder)
        private
        view
        returns (bool)
    {
        if (role == timelock.PROPOSER_ROLE() || role == timelock.CANCELLER_ROLE()) {
            return _contains(owners.proposers, holder);
        }
        if (role == timelock.EXECUTOR_ROLE()) return _contains(owners.executors, holder);
        return role == timelock.DEFAULT_ADMIN_ROLE() && holder == address(timelock);
    }

    function _contains(address[] memory accounts, address account) private pure returns (bool) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] == account) return true;
        }
        return false;
    }
}
