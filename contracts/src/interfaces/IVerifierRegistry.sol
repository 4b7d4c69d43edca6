// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title The register of proof verifiers
/// @notice Add-only: what was registered stays, since versions fixed their verifier at publication. Only the timelock adds.
/// @dev Warning: a registered verifier that accepts a false proof can settle false answers for versions that chose it, and nothing else.
/// Warning: the register cannot see whether a contract's code can be changed behind its address. Who adds a proxy adds whatever it is
/// pointed at later; whoever watches the timelock must look.
interface IVerifierRegistry {
    /// @param verifier The contract.
    /// @param proofSystem What it verifies, for people and tools.
    /// @param isDevelopment A stand-in that must never meet value: only a register deployed for development takes it.
    event VerifierRegistered(address indexed verifier, bytes32 indexed proofSystem, bool isDevelopment);

    error AdminMissing();
    error NotAdmin(address caller);
    /// @notice No code, or an account that has delegated to code and can delegate elsewhere tomorrow (EIP-7702).
    error NotAContract(address verifier);
    error ProofSystemMissing();
    error VerifierExists(address verifier);
    /// @notice It is a stand-in, by its own word or the admin's, and this register takes none, or was told that it is not one.
    error DevelopmentVerifierRefused(address verifier);

    /// @notice Adds a verifier, for good. Only the admin.
    /// @param proofSystem Never zero; a short name of what is verified.
    /// @param isDevelopment Whether it is a stand-in; refused unless this is a development deployment.
    function register(address verifier, bytes32 proofSystem, bool isDevelopment) external;

    /// @notice The timelock that adds verifiers, fixed at construction.
    function admin() external view returns (address);

    /// @notice Whether this register takes development verifiers, fixed at construction.
    /// @dev Warning: no contract asks. `Deploy.s.sol` refuses to put a hub that meets value on such a register; who deploys otherwise, or uses a hub
    /// that another deployed, looks for itself.
    function isDevelopmentDeployment() external view returns (bool);

    function isRegistered(address verifier) external view returns (bool);

    /// @notice Whether a verifier was registered as a stand-in; false where it is not registered.
    function isDevelopmentVerifier(address verifier) external view returns (bool);

    /// @notice Zero where the verifier is not registered.
    function proofSystemOf(address verifier) external view returns (bytes32);
}
