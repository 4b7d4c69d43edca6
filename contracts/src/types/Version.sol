// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice When two answers to one question count as the same. A version has exactly one kind, for good.
enum SemanticsKind {
    /// Sampling, random operators: nothing can be compared, so that nothing can be challenged.
    None,
    /// Integer tensors through a committed descriptor: equal or wrong. Only this can be proven.
    Integer,
    /// Floating point: a and b agree when |a - b| <= toleranceAbs + toleranceRel * |b| everywhere.
    Float
}

/// @notice The kind and its parameters; those of other kinds are zero.
struct Semantics {
    SemanticsKind kind;
    /// Integer: the hash of the descriptor that every assurance level runs.
    bytes32 descriptorHash;
    /// Integer: the commitment to descriptor and weights that proofs are made under; zero where it is not provable.
    bytes32 proofCommitment;
    /// Float: in units of 1e-18.
    uint128 toleranceAbs;
    /// Float: in units of 1e-18.
    uint128 toleranceRel;
}

/// @notice What a publisher publishes. Nothing of it can change afterwards.
struct Version {
    uint32 major;
    uint32 minor;
    /// SHA-256 of the artifact's bytes.
    bytes32 artifactHash;
    /// Hash of the names, element types and shapes of inputs and outputs.
    bytes32 signatureHash;
    /// The proof verifier, fixed here for good; zero where the version is not provable.
    address proofVerifier;
    Semantics semantics;
    /// Where the artifact can be had. Whoever reads it checks the hash.
    string[] uris;
}

/// @notice How far a version may still be used.
enum VersionStatus {
    Unknown,
    Active,
    /// Still answers, so that contracts that name it go on; its publisher advises against it.
    Deprecated,
    /// Takes no new requests; open claims on it are released. For good.
    Yanked
}

/// @notice What settlement needs to know of a version.
struct VersionTerms {
    VersionStatus status;
    SemanticsKind kind;
    address proofVerifier;
}
