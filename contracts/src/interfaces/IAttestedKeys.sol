// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyRegistration} from "../types/KeyRegistration.sol";

enum KeyState {
    Unknown,
    /// Registered, and inside the time in which it can be vetoed.
    Pending,
    Active,
    Vetoed,
    /// The key itself, or anything it rests on. It never comes back.
    Revoked,
    /// Its time is over, or a newer key of its node has taken its place.
    Expired
}

/// @notice One key as it stands.
struct AttestedKey {
    KeyRegistration registration;
    /// The label of its root, for people: "production", "emulated" and the like.
    bytes32 rootLabel;
    bool isEmulated;
    KeyState state;
    /// The largest number there is for a key that was vetoed.
    uint40 activeFrom;
    /// The first second in which it is no longer valid: it expires, is revoked, or its successor's overlap is over. What it rests on can
    /// end it earlier.
    uint40 validUntil;
    /// When the key itself was revoked; zero for never.
    uint40 revokedAt;
}

/// @notice What settlement needs to know of a key, in two storage slots where nothing was revoked since the key was last checked.
struct KeyStanding {
    /// Active now, not expired, nothing revoked. Where it is false the rest says nothing that counts.
    bool valid;
    bytes32 rootLabel;
    bool isEmulated;
}

/// @notice Times of a register, fixed at construction; in seconds.
struct KeyTerms {
    /// How long attesters can veto a key. At least ten minutes except on a development deployment.
    uint40 vetoWindow;
    /// How long a key stays valid beside its successor once that is active: answers that it has signed are settled in this time.
    uint40 overlap;
    /// The longest time from attestation to expiry.
    uint40 maxLifetime;
}

/// @title The register of keys that live in attested code
/// @notice An enclave's key is registered by its own signature and by m of n attesters, who checked its evidence off the chain, or by a
/// contract that checks evidence on the chain. A key is valid from ten minutes after its registration until it expires or anything it
/// rests on is revoked: the key, its workload, its platform, its root, or its TCB evaluation. Each revocation is one write, takes effect in
/// the same block, and is for good; its time is kept, so that what was valid before stays known as such.
///
/// A node has one key at a time. Keys are numbered by epochs that never repeat; once a newer key is active the older one ends after an
/// overlap. A key that is vetoed or revoked while it is pending leaves its predecessor as it was.
/// @dev Warning: m attesters together can register a key that no enclave holds. What stands against it is the veto, the timelock over the
/// set of attesters, and slashing by proof where the version is `Integer`. One attester can hold up every key until the timelock removes
/// it; registrations with evidence checked on the chain go on.
/// @dev Warning: the guardian can revoke everything and nothing brings it back under the same id. It can stop attested answers, never make
/// one.
/// @dev Warning: the contract that checks evidence on the chain is trusted as all attesters together, without a veto.
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

    error TermsInvalid();
    error NotAdmin(address caller);
    error NotGuardian(address caller);
    error NotAttester(address caller);
    error NotNode(address caller, address node);
    error NodeUnknown(address node);
    error KeyExists(address signer);
    error KeyUnknown(address signer);
    error KeyNotPending(address signer);
    error KeyNotVetoed(address signer);
    error KeyStillPending(address signer);
    error KeySuperseded(address signer, uint64 currentEpoch);
    error KeySignatureInvalid(address signer);
    error SignatureExpired(uint256 deadline);
    error EvidenceRefused(address signer);
    error LengthsDiffer(uint256 attesters, uint256 signatures);
    error TooFewAttesters(uint256 given, uint256 needed);
    error AttestersNotAscending(address attester);
    error AttesterSignatureInvalid(address attester);
    error EpochInvalid(uint64 given, uint64 expected);
    error ValidityInvalid(uint40 attestedAt, uint40 expiresAt);
    error RootNotApproved(bytes32 rootId);
    error RootExists(bytes32 rootId);
    error EmulatedRootRefused(bytes32 rootId);
    error RootLabelInvalid(bytes32 label);
    error WorkloadNotApproved(bytes32 workloadId);
    error WorkloadExists(bytes32 workloadId);
    error AlreadyRevoked(bytes32 what);
    error TcbBelowFloor(uint32 tcbEval, uint32 floor);
    error ThresholdInvalid(uint256 threshold, uint256 attesters);

    /// @notice Registers a key. Only its node or the node's operator: else anyone with an enclave could end a node's keys and sign in its name.
    /// Refused while the node's last key is pending.
    /// @param registration What the enclave says.
    /// @param deadline When the signatures end.
    /// @param keySignature The enclave key's own over `digestOf(registration, deadline)`: secp256k1 in 65 or 64 bytes, or P-256 in 128
    /// (r, s, x, y) where the chain has the precompile.
    /// @param attesters In ascending order.
    /// @param attesterSignatures Theirs over the same digest, secp256k1.
    function registerKey(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        address[] calldata attesters,
        bytes[] calldata attesterSignatures
    ) external;

    /// @notice Registers a key whose evidence a contract checks on the chain; active at once. Else as `registerKey`.
    function registerKeyWithEvidence(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        bytes calldata evidence
    ) external;

    /// @notice Any attester, while the key is pending: it does not become active by time.
    function veto(address signer, string calldata reason) external;

    /// @notice The timelock lets a vetoed key through after all, from now on. Not one that its node has replaced meanwhile.
    function confirm(address signer) external;

    /// @notice Its node or the node's operator lets a vetoed key through by evidence that the contract on the chain accepts.
    function confirmWithEvidence(address signer, bytes calldata evidence) external;

    /// @notice Anyone. Notes that nothing revoked so far concerns the key, which makes settling with it cheaper until the next revocation.
    /// It changes no answer.
    function refresh(address signer) external;

    /// @notice The guardian or the timelock; the court, for a key that a proof has contradicted.
    function revokeKey(address signer, string calldata reason) external;

    /// @notice The guardian or the timelock, here and below. What was never approved can be revoked too: it never will be.
    function revokeWorkload(bytes32 workloadId, string calldata reason) external;

    function revokePlatform(bytes32 platformId, string calldata reason) external;

    function revokeRoot(bytes32 rootId, string calldata reason) external;

    /// @notice Keys of this type whose evaluation number is lower are no longer valid. It only rises.
    function raiseTcbFloor(bytes32 teeType, uint32 tcbEval) external;

    /// @notice Only the timelock. An emulated root is refused unless this is a development deployment.
    /// @param label At most 16 bytes, the first not zero. It is "emulated" for emulated roots and for no other: a label does not lie.
    function approveRoot(bytes32 rootId, bytes32 label, bool isEmulated) external;

    /// @notice Only the timelock.
    function approveWorkload(bytes32 workloadId, string calldata description) external;

    /// @notice Only the timelock. Never fewer attesters than the threshold asks for.
    function setAttester(address attester, bool isAttester) external;

    /// @notice Only the timelock. Zero, as at the start, lets attesters register nothing.
    function setThreshold(uint8 threshold) external;

    /// @notice Only the timelock; zero for none.
    function setOnChainVerifier(address verifier) external;

    /// @notice Whether the key may sign at a time: active, not expired, nothing revoked. Revocations count from the second they were made in.
    /// @dev What it says of a second that is over never changes. What it says of times ahead is how things stand.
    function isValidAt(address signer, uint40 time) external view returns (bool);

    /// @notice All that settlement needs, now; validity as `isValidAt` the block's time. No key is valid for what it is not bound to.
    /// @param binding keccak256 of node, key epoch and evidence hash, each in a word: what the receipt names.
    function keyFor(address signer, bytes32 binding) external view returns (KeyStanding memory);

    function keyOf(address signer) external view returns (AttestedKey memory);

    /// @notice The first second in which the key, or anything that it rests on, was revoked; zero for never. That it ended otherwise does not show here.
    function revokedSince(address signer) external view returns (uint40);

    /// @notice The workload that a key was registered with; zero for an unknown key.
    function workloadOf(address signer) external view returns (bytes32);

    /// @notice The key that a node registered under an epoch; zero for none.
    function signerOf(address node, uint64 keyEpoch) external view returns (address);

    /// @notice The epoch of the node's last registration, whatever became of it; zero for none.
    function epochOf(address node) external view returns (uint64);

    /// @notice 0 until a key is registered and 1 from then on: a key is registered once.
    function nonceOf(address signer) external view returns (uint256);

    /// @notice What the enclave's key and the attesters sign under EIP-712, with the key's nonce as it is now.
    function digestOf(KeyRegistration calldata registration, uint256 deadline) external view returns (bytes32);

    function isAttester(address attester) external view returns (bool);

    /// @notice How many attesters there are, and how many of them a registration needs.
    function quorum() external view returns (uint256 attesters, uint256 threshold);

    /// @return label Zero for a root that was never approved.
    /// @return isEmulated Whether it is a development root.
    /// @return revokedAt Zero for never, here and below.
    function rootOf(bytes32 rootId) external view returns (bytes32 label, bool isEmulated, uint40 revokedAt);

    function workloadStatus(bytes32 workloadId) external view returns (bool isApproved, uint40 revokedAt);

    function platformRevokedAt(bytes32 platformId) external view returns (uint40);

    function tcbFloorOf(bytes32 teeType) external view returns (uint32);

    function onChainVerifier() external view returns (address);

    /// @notice The timelock.
    function admin() external view returns (address);

    function guardian() external view returns (address);

    function isDevelopment() external view returns (bool);

    function terms() external view returns (KeyTerms memory);
}

/// @title Checks attestation evidence on the chain
interface IAttestationVerifier {
    /// @return Whether the evidence shows what the registration says. Never reverts on hostile evidence.
    function verifyAttestation(KeyRegistration calldata registration, bytes calldata evidence) external view returns (bool);
}
