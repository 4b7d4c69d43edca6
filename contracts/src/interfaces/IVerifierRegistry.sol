// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title The register of proof verifiers
/// @notice Add-only: what was registered stays, since versions fixed their verifier at publication. Only the timelock adds.
/// @dev Warning: a registered verifier that accepts a false proof can settle false answers for versions that chose it, and nothing else.
interface IVerifierRegistry {
    /// @param verifier The contract.
    /// @param proofSystem What it verifies, for people and tools.
    /// @param isDevelopment A stand-in that must never meet value: a hub that is not a development one refuses its answers.
    event VerifierRegistered(address indexed verifier, bytes32 indexed proofSystem, bool isDevelopment);

    error NotAdmin(address caller);
    error NotAContract(address verifier);
    error VerifierExists(address verifier);
    error DevelopmentVerifierRefused(address verifier);

    function register(address verifier, bytes32 proofSystem, bool isDevelopment) external;

    function isRegistered(address verifier) external view returns (bool);
}
