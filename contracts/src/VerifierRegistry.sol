// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProofVerifier} from "./interfaces/IEvidenceVerifier.sol";
import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";

/// @title The register of proof verifiers
contract VerifierRegistry is IVerifierRegistry {
    /// For asking a verifier what it is: its answer is a constant.
    uint256 private constant ASKING_GAS = 50_000;

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
    /// @param first A verifier that is there from the beginning, as what it says that it is; none where it is zero.
    /// @param proofSystem What the first verifies.
    constructor(address admin_, bool isDevelopmentDeployment_, address first, bytes32 proofSystem) {
        require(admin_ != address(0), AdminMissing());

        admin = admin_;
        isDevelopmentDeployment = isDevelopmentDeployment_;
        if (first != address(0)) _register(first, proofSystem, _callsItselfDevelopment(first), isDevelopmentDeployment_);
    }

    /// @inheritdoc IVerifierRegistry
    function register(address verifier, bytes32 proofSystem, bool isDevelopment) external {
        require(msg.sender == admin, NotAdmin(msg.sender));
        require(!isRegistered(verifier), VerifierExists(verifier));
        _register(verifier, proofSystem, isDevelopment, isDevelopmentDeployment);
    }

    /// @inheritdoc IVerifierRegistry
    function isRegistered(address verifier) public view returns (bool) {
        return proofSystemOf[verifier] != 0;
    }

    function _register(address verifier, bytes32 proofSystem, bool isDevelopment, bool takesDevelopment) private {
        require(proofSystem != 0, ProofSystemMissing());
        require(_isContract(verifier), NotAContract(verifier));
        require(takesDevelopment || !isDevelopment, DevelopmentVerifierRefused(verifier));
        require(isDevelopment || !_callsItselfDevelopment(verifier), DevelopmentVerifierRefused(verifier));

        proofSystemOf[verifier] = proofSystem;
        isDevelopmentVerifier[verifier] = isDevelopment;

        emit VerifierRegistered(verifier, proofSystem, isDevelopment);
    }

    /// Whether a verifier says that it must never meet value. One that does not say is what the admin says.
    function _callsItselfDevelopment(address verifier) private view returns (bool) {
        (bool succeeded, bytes memory answer) =
            verifier.staticcall{gas: ASKING_GAS}(abi.encodeCall(IProofVerifier.isDevelopment, ()));
        return succeeded && answer.length == 32 && abi.decode(answer, (uint256)) != 0;
    }

    /// @dev What an account that delegates shows as its code starts with 0xef (EIP-7702). No contract's does (EIP-3541).
    function _isContract(address account) private view returns (bool) {
        bytes memory code = account.code;
        return code.length != 0 && code[0] != 0xef;
    }
}
