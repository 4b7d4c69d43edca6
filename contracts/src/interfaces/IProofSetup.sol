// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a verifier needs of a ceremony: powers of its secret tau in the groups' exponents. Points are written as the precompiles read them.
struct Setup {
    /// What the ceremony is called. That of a setup whose secret somebody knows begins with "UNSAFE development".
    string label;
    /// tau in G2.
    uint256[4] tau;
    /// tau^2, tau^4, tau^8, … in G2: the k-th is that of 2^(k + 1). At most twenty.
    uint256[4][] powers;
    /// tau, tau^2, tau^4, … in G1, as many: they show that the powers in G2 are what they are said to be, and are not kept.
    uint256[2][] witnesses;
}

/// @title The setup that a proof verifier goes by
/// @dev Warning: whoever knows tau proves anything. That nobody does rests on the ceremony, of which the chain knows only the name; that the powers belong
/// to tau is checked by pairings when the verifier is made. Whoever registers a verifier compares `tau` with the published ceremony's.
interface IProofSetup {
    /// @notice tau is 1, -1 or infinity; or the powers are more than twenty, or not as many as their witnesses, or not those of tau. What is no point of
    /// G2 fails in the pairing itself, as `Bn254.PrecompileFailed`.
    error SetupInvalid();
    error LabelMissing();

    /// @notice What the ceremony is called.
    function label() external view returns (string memory);

    /// @notice tau in G2.
    function tau() external view returns (uint256[4] memory);

    /// @notice How many powers are held.
    function powerCount() external view returns (uint256);

    /// @notice tau^(2^k) in G2, for k from 1 to `powerCount`.
    function power(uint256 k) external view returns (uint256[4] memory);

    /// @notice The hash of the whole setup as it was given, ABI-encoded.
    function setupHash() external view returns (bytes32);
}
