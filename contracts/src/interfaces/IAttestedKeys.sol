// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What an enclave registers about its keys.
struct KeyRegistration {
    /// The node that the key signs for.
    address node;
    /// The enclave's signing key, as an address.
    address signer;
    /// The enclave's HPKE public key, for private requests.
    bytes32 hpkeKey;
    /// Hash of the evidence as it is archived.
    bytes32 evidenceHash;
    bytes32 rootId;
    bytes32 teeType;
    bytes32 workloadId;
    bytes32 platformId;
    uint8 tcbStatus;
    uint32 tcbEval;
    uint40 attestedAt;
    /// The least of policy, collateral and leaf certificate.
    uint40 expiresAt;
    /// One more than the node's last; the first is 1.
    uint64 keyEpoch;
}

enum KeyState {
    Unknown,
    /// Registered, and inside the time in which it can be vetoed.
    Pending,
    Active,
    Vetoed,
    Revoked
}

/// @notice One key as it stands.
struct AttestedKey {
    KeyRegistration registration;
    /// The label of its root, for people: "production", "emulated" and the like.
    bytes32 rootLabel;
    bool isEmulated;
    KeyState state;
    uint40 activeFrom;
}

/// @title The register of keys that live in attested code
/// @notice An enclave's key is registered by its own signature and by m of n attesters, who checked its evidence off the chain, or by a
/// contract that checks evidence on the chain. A key is valid from ten minutes after its registration until it expires or anything it
/// rests on is revoked: the key, its workload, its platform, its root, or its TCB evaluation. Each revocation is one write and takes effect at once.
/// @dev Warning: m attesters together can register a key that no enclave holds. What stands against it is the veto, the timelock over the
/// set of attesters, and slashing by proof where the version is `Integer`.
interface IAttestedKeys {
    event RootApproved(bytes32 indexed rootId, bytes32 label, bool isEmulated);
    event WorkloadApproved(bytes32 indexed workloadId, string description);
    event AttesterSet(address indexed attester, bool isAttester);
    event ThresholdSet(uint8 threshold);
    event OnChainVerifierSet(address indexed verifier);
    event KeyRegistered(
        address indexed node,
        address indexed signer,
        uint64 indexed keyEpoch,
        KeyRegistration registration,
        address[] attesters,
        uint40 activeFrom
    );
    event KeyVetoed(address indexed signer, address indexed attester, string reason);
    event KeyConfirmed(address indexed signer);
    event KeyRevoked(address indexed signer, string reason);
    event WorkloadRevoked(bytes32 indexed workloadId, string reason);
    event PlatformRevoked(bytes32 indexed platformId, string reason);
    event RootRevoked(bytes32 indexed rootId, string reason);
    event TcbFloorRaised(bytes32 indexed teeType, uint32 tcbEval);

    error NotAdmin(address caller);
    error NotGuardian(address caller);
    error NotAttester(address caller);
    error NodeUnknown(address node);
    error KeyExists(address signer);
    error KeyUnknown(address signer);
    error KeyNotPending(address signer);
    error KeyNotVetoed(address signer);
    error KeySignatureInvalid(address signer);
    error SignatureExpired(uint256 deadline);
    error TooFewAttesters(uint256 given, uint256 needed);
    error AttestersNotAscending(address attester);
    error AttesterSignatureInvalid(address attester);
    error EpochInvalid(uint64 given, uint64 expected);
    error ValidityInvalid(uint40 attestedAt, uint40 expiresAt);
    error RootNotApproved(bytes32 rootId);
    error RootExists(bytes32 rootId);
    error EmulatedRootRefused(bytes32 rootId);
    error WorkloadNotApproved(bytes32 workloadId);
    error AlreadyRevoked(bytes32 what);
    error TcbBelowFloor(uint32 tcbEval, uint32 floor);
    error ThresholdInvalid(uint256 threshold, uint256 attesters);

    /// @notice Registers a key.
    /// @param registration What the enclave says.
    /// @param deadline When the signatures end.
    /// @param keySignature The enclave key's own, under EIP-712, over registration, its nonce and deadline.
    /// @param attesters In ascending order.
    /// @param attesterSignatures Theirs, under EIP-712, over the same.
    function registerKey(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        address[] calldata attesters,
        bytes[] calldata attesterSignatures
    ) external;

    /// @notice Registers a key whose evidence a contract checks on the chain; active at once.
    function registerKeyWithEvidence(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        bytes calldata evidence
    ) external;

    /// @notice Any attester, while the key is pending: it does not become active by time.
    function veto(address signer, string calldata reason) external;

    /// @notice The timelock lets a vetoed key through after all.
    function confirm(address signer) external;

    /// @notice The guardian or the timelock; the hub, for a key that a proof has contradicted.
    function revokeKey(address signer, string calldata reason) external;

    function revokeWorkload(bytes32 workloadId, string calldata reason) external;

    function revokePlatform(bytes32 platformId, string calldata reason) external;

    function revokeRoot(bytes32 rootId, string calldata reason) external;

    /// @notice Keys of this type whose evaluation number is lower are no longer valid. It only rises.
    function raiseTcbFloor(bytes32 teeType, uint32 tcbEval) external;

    /// @notice Only the timelock. An emulated root is refused unless this is a development deployment.
    function approveRoot(bytes32 rootId, bytes32 label, bool isEmulated) external;

    /// @notice Only the timelock.
    function approveWorkload(bytes32 workloadId, string calldata description) external;

    /// @notice Only the timelock.
    function setAttester(address attester, bool isAttester) external;

    /// @notice Only the timelock.
    function setThreshold(uint8 threshold) external;

    /// @notice Only the timelock; zero for none.
    function setOnChainVerifier(address verifier) external;

    /// @notice Whether the key may sign at a time: active, not expired, nothing revoked. Revocations count from when they were made.
    function isValidAt(address signer, uint40 time) external view returns (bool);

    /// @notice All that settlement needs, now.
    /// @return valid As `isValidAt` the block's time.
    function keyFor(address signer)
        external
        view
        returns (bool valid, address node, uint64 keyEpoch, bytes32 workloadId, bytes32 rootLabel, bool isEmulated);

    function keyOf(address signer) external view returns (AttestedKey memory);

    function epochOf(address node) external view returns (uint64);

    function nonceOf(address signer) external view returns (uint256);

    function isAttester(address attester) external view returns (bool);
}

/// @title Checks attestation evidence on the chain
interface IAttestationVerifier {
    /// @return Whether the evidence shows what the registration says. Never reverts on hostile evidence.
    function verifyAttestation(KeyRegistration calldata registration, bytes calldata evidence) external view returns (bool);
}
