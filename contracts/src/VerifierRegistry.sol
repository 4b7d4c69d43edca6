// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";

/// @title The register of proof verifiers
contract VerifierRegistry is IVerifierRegistry {
    /// @inheritdoc IVerifierRegistry
    address public immutable admin;

    /// @inheritdoc IVerifierRegistry
    bool public immutable isDevelopmentDeployment;

    /// @inheritdoc IVerifierRegistry
    mapping(address verifier => bytes32 proofSystem) public proofSystemOf;

    /// @inheritdoc IVerifierRegistry
    mapping(address verifier => bool) public isDevelopmentVerifier;

    /// @param admin_ The timelock.
    /// @param isDevelopmentDeployment_ Whether stand-ins may be registered here.
    constructor(address admin_, bool isDevelopmentDeployment_) {
        require(admin_ != address(0), AdminMissing());

        admin = admin_;
        isDevelopmentDeployment = isDevelopmentDeployment_;
    }

    /// @inheritdoc IVerifierRegistry
    function register(address verifier, bytes32 proofSystem, bool isDevelopment) external {
        require(msg.sender == admin, NotAdmin(msg.sender));
        require(proofSystem != 0, ProofSystemMissing());
        require(_isContract(verifier), NotAContract(verifier));
        require(!isRegistered(verifier), VerifierExists(verifier));
        require(isDevelopmentDeployment || !isDevelopment, DevelopmentVerifierRefused(verifier));

        proofSystemOf[verifier] = proofSystem;
        isDevelopmentVerifier[verifier] = isDevelopment;

        emit VerifierRegistered(verifier, proofSystem, isDevelopment);
    }

    /// @inheritdoc IVerifierRegistry
    function isRegistered(address verifier) public view returns (bool) {
        return proofSystemOf[verifier] != 0;
    }

    /// @dev What an account that delegates shows as its code starts with 0xef (EIP-7702). No contract's does (EIP-3541).
    function _isContract(address account) private view returns (bool) {
        bytes memory code = account.code;
        return code.length != 0 && code[0] != 0xef;
    }
}
