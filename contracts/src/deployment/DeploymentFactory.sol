// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CREATE3} from "solady/utils/CREATE3.sol";

/// @title Deploys contracts to addresses that are known before
/// @notice An address follows from this factory, the account that deploys, and a salt: not from the code, so that contracts can name one another at
/// construction. Nobody else can take an account's addresses. The factory itself stands at one address on every chain that has the
/// usual deterministic deployer; it has no owner, no memory and no money.
/// @dev Warning: that a contract is where it was expected says nothing about its code, which its deployer chose.
contract DeploymentFactory {
    event Deployed(address indexed deployer, bytes32 indexed salt, address deployed);

    /// @notice Deploys for the caller. Each salt serves an account once, whatever becomes of the contract.
    /// @param creationCode With the constructor's arguments behind. A constructor that reverts makes this call revert, without its reason.
    function deploy(bytes32 salt, bytes calldata creationCode) external returns (address deployed) {
        deployed = CREATE3.deployDeterministic(creationCode, _saltOf(msg.sender, salt));
        emit Deployed(msg.sender, salt, deployed);
    }

    /// @notice Where an account's contract under this salt is, or will be.
    function addressOf(address deployer, bytes32 salt) external view returns (address) {
        return CREATE3.predictDeterministicAddress(_saltOf(deployer, salt));
    }

    function _saltOf(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }
}
