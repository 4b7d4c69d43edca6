// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IAttestedKeys} from "./interfaces/IAttestedKeys.sol";

/// @title What attested keys may rest on, and who says so
/// @notice Roots, workloads, platforms, TCB floors and attesters. Approvals come from the timelock; revocations from the guardian too.
/// @dev Each revocation here raises `_revision` by one. A key that was checked at the revision that stands has nothing to look up.
abstract contract KeyPolicy is IAttestedKeys {
    using Checkpoints for Checkpoints.Trace208;

    struct Root {
        bytes16 label;
        bool isEmulated;
        uint40 revokedAt;
    }

    struct Workload {
        bool isApproved;
        uint40 revokedAt;
    }

    /// @dev What a time is compared with that never comes.
    uint40 internal constant NEVER = type(uint40).max;

    bytes32 private constant EMULATED = "emulated";

    address internal immutable ADMIN;
    address internal immutable GUARDIAN;
    bool internal immutable IS_DEVELOPMENT;

    /// @dev These four share a slot.
    address private _onChainVerifier;
    uint32 internal _revision;
    uint8 private _threshold;
    uint40 private _attesterCount;

    mapping(bytes32 rootId => Root) private _roots;
    mapping(bytes32 workloadId => Workload) private _workloads;
    mapping(bytes32 platformId => uint40 revokedAt) private _platforms;
    /// @dev From each floor to the time from which it stood: a key ends with the first floor above it, not with the last.
    mapping(bytes32 teeType => Checkpoints.Trace208) private _tcbFloors;
    mapping(address attester => bool) private _attesters;

    modifier onlyAdmin() {
        require(msg.sender == ADMIN, NotAdmin(msg.sender));
        _;
    }

    modifier onlyGuardian() {
        require(msg.sender == GUARDIAN || msg.sender == ADMIN, NotGuardian(msg.sender));
        _;
    }

    constructor(address admin_, address guardian_, bool isDevelopment_) {
        ADMIN = admin_;
        GUARDIAN = guardian_;
        IS_DEVELOPMENT = isDevelopment_;
    }

    /* Approvals */

    /// @inheritdoc IAttestedKeys
    function approveRoot(bytes32 rootId, bytes32 label, bool isEmulated) external onlyAdmin {
        Root storage root = _roots[rootId];
        require(!isEmulated || IS_DEVELOPMENT, EmulatedRootRefused(rootId));
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes16 shortLabel = bytes16(label);
        require(label[0] != 0 && shortLabel == label && (label == EMULATED) == isEmulated, RootLabelInvalid(label));
        require(root.label == 0, RootExists(rootId));
        require(root.revokedAt == 0, AlreadyRevoked(rootId));

        root.label = shortLabel;
        root.isEmulated = isEmulated;

        emit RootApproved(rootId, label, isEmulated);
    }

    /// @inheritdoc IAttestedKeys
    function approveWorkload(bytes32 workloadId, string calldata description) external onlyAdmin {
        Workload storage workload = _workloads[workloadId];
        require(!workload.isApproved, WorkloadExists(workloadId));
        require(workload.revokedAt == 0, AlreadyRevoked(workloadId));

        workload.isApproved = true;

        emit WorkloadApproved(workloadId, description);
    }

    /// @inheritdoc IAttestedKeys
    function setAttester(address attester, bool isAttester_) external onlyAdmin {
        uint40 count = _attesterCount;
        if (_attesters[attester] != isAttester_) count = isAttester_ ? count + 1 : count - 1;
        require(count >= _threshold, ThresholdInvalid(_threshold, count));

        _attesters[attester] = isAttester_;
        _attesterCount = count;

        emit AttesterSet(attester, isAttester_);
    }

    /// @inheritdoc IAttestedKeys
    function setThreshold(uint8 threshold) external onlyAdmin {
        require(threshold <= _attesterCount, ThresholdInvalid(threshold, _attesterCount));

        _threshold = threshold;

        emit ThresholdSet(threshold);
    }

    /// @inheritdoc IAttestedKeys
    function setOnChainVerifier(address verifier) external onlyAdmin {
        _onChainVerifier = verifier;

        emit OnChainVerifierSet(verifier);
    }

    /* Revocations */

    /// @inheritdoc IAttestedKeys
    function revokeWorkload(bytes32 workloadId, string calldata reason) external onlyGuardian {
        Workload storage workload = _workloads[workloadId];
        require(workload.revokedAt == 0, AlreadyRevoked(workloadId));

        workload.revokedAt = _now();
        _revision++;

        emit WorkloadRevoked(workloadId, reason);
    }

    /// @inheritdoc IAttestedKeys
    function revokePlatform(bytes32 platformId, string calldata reason) external onlyGuardian {
        require(_platforms[platformId] == 0, AlreadyRevoked(platformId));

        _platforms[platformId] = _now();
        _revision++;

        emit PlatformRevoked(platformId, reason);
    }

    /// @inheritdoc IAttestedKeys
    function revokeRoot(bytes32 rootId, string calldata reason) external onlyGuardian {
        Root storage root = _roots[rootId];
        require(root.revokedAt == 0, AlreadyRevoked(rootId));

        root.revokedAt = _now();
        _revision++;

        emit RootRevoked(rootId, reason);
    }

    /// @inheritdoc IAttestedKeys
    function raiseTcbFloor(bytes32 teeType, uint32 tcbEval) external onlyGuardian {
        uint32 floor = tcbFloorOf(teeType);
        require(tcbEval > floor, TcbBelowFloor(tcbEval, floor));

        _tcbFloors[teeType].push(tcbEval, _now());
        _revision++;

        emit TcbFloorRaised(teeType, tcbEval);
    }

    /* Views */

    /// @inheritdoc IAttestedKeys
    function isAttester(address attester) public view returns (bool) {
        return _attesters[attester];
    }

    /// @inheritdoc IAttestedKeys
    function quorum() public view returns (uint256 attesters, uint256 threshold) {
        return (_attesterCount, _threshold);
    }

    /// @inheritdoc IAttestedKeys
    function rootOf(bytes32 rootId) external view returns (bytes32 label, bool isEmulated, uint40 revokedAt) {
        Root storage root = _roots[rootId];
        return (root.label, root.isEmulated, root.revokedAt);
    }

    /// @inheritdoc IAttestedKeys
    function workloadStatus(bytes32 workloadId) external view returns (bool isApproved, uint40 revokedAt) {
        Workload storage workload = _workloads[workloadId];
        return (workload.isApproved, workload.revokedAt);
    }

    /// @inheritdoc IAttestedKeys
    function platformRevokedAt(bytes32 platformId) external view returns (uint40) {
        return _platforms[platformId];
    }

    /// @inheritdoc IAttestedKeys
    function tcbFloorOf(bytes32 teeType) public view returns (uint32) {
        (, uint48 floor,) = _tcbFloors[teeType].latestCheckpoint();
        return SafeCast.toUint32(floor);
    }

    /// @inheritdoc IAttestedKeys
    function onChainVerifier() public view returns (address) {
        return _onChainVerifier;
    }

    /// @inheritdoc IAttestedKeys
    function admin() external view returns (address) {
        return ADMIN;
    }

    /// @inheritdoc IAttestedKeys
    function guardian() external view returns (address) {
        return GUARDIAN;
    }

    /// @inheritdoc IAttestedKeys
    function isDevelopment() external view returns (bool) {
        return IS_DEVELOPMENT;
    }

    /* For keys */

    /// @dev Reverts unless everything that a key rests on is approved and nothing of it is revoked.
    function _requireTrusted(bytes32 rootId, bytes32 workloadId, bytes32 platformId, bytes32 teeType, uint32 tcbEval)
        internal
        view
        returns (bytes16 rootLabel, bool isEmulated)
    {
        Root storage root = _roots[rootId];
        require(root.label != 0, RootNotApproved(rootId));
        require(root.revokedAt == 0, AlreadyRevoked(rootId));
        Workload storage workload = _workloads[workloadId];
        require(workload.isApproved, WorkloadNotApproved(workloadId));
        require(workload.revokedAt == 0, AlreadyRevoked(workloadId));
        require(_platforms[platformId] == 0, AlreadyRevoked(platformId));
        uint32 floor = tcbFloorOf(teeType);
        require(tcbEval >= floor, TcbBelowFloor(tcbEval, floor));
        return (root.label, root.isEmulated);
    }

    /// @dev The first second in which anything of this was revoked, or `NEVER`.
    function _distrustedAt(bytes32 rootId, bytes32 workloadId, bytes32 platformId, bytes32 teeType, uint32 tcbEval)
        internal
        view
        returns (uint40 time)
    {
        time = _earlier(NEVER, _roots[rootId].revokedAt);
        time = _earlier(time, _workloads[workloadId].revokedAt);
        time = _earlier(time, _platforms[platformId]);
        time = _earlier(time, SafeCast.toUint40(_tcbFloors[teeType].lowerLookup(uint48(tcbEval) + 1)));
    }

    /// @dev The lesser of two times, of which the second is zero where it never came.
    function _earlier(uint40 time, uint40 other) internal pure returns (uint40) {
        return other != 0 && other < time ? other : time;
    }

    function _now() internal view returns (uint40) {
        return SafeCast.toUint40(block.timestamp);
    }
}
