// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AttestedKey, IAttestationVerifier, IAttestedKeys, KeyStanding, KeyState, KeyTerms} from "./interfaces/IAttestedKeys.sol";
import {INodeRegistry, Roles} from "./interfaces/INodeRegistry.sol";
import {KeyPolicy} from "./KeyPolicy.sol";
import {KeyRegistration, KeyRegistrationLib} from "./types/KeyRegistration.sol";
import {ReceiptLib} from "./types/Receipt.sol";
import {SignerRecovery} from "./verifiers/SignerRecovery.sol";

/// @title The register of keys that live in attested code
/// @dev Validity is two times, and all that happens to a key moves one of them: a veto moves its start out of reach, a revocation or a
/// successor moves its end. What it rests on is looked up only where something was revoked since the key was last checked.
contract AttestedKeys is KeyPolicy, EIP712 {
    struct Key {
        // The first slot is all that settlement reads of a key.
        uint40 validFrom; // `NEVER` once it is vetoed.
        uint40 validUntil;
        /// The revision at which nothing that it rests on was revoked.
        uint32 revision;
        bool isEmulated;
        bytes16 rootLabel;
        bytes32 workloadId;
        address node;
        uint64 keyEpoch;
        uint32 tcbEval;
        bytes32 evidenceHash;
        bytes32 rootId;
        bytes32 platformId;
        bytes32 teeType;
        bytes32 hpkeKey;
        uint8 tcbStatus;
        uint40 attestedAt;
        uint40 expiresAt;
        uint40 revokedAt;
        uint64 formerEpoch; // Of the key that was current when this one came; zero for none.
    }

    /// The last epoch that was given away, and that of the key that holds or will hold unless it is vetoed.
    struct Epochs {
        uint64 last;
        uint64 current;
    }

    uint40 private constant LEAST_VETO_WINDOW = 10 minutes;
    uint40 private constant LONGEST_LIFETIME = 366 days;

    INodeRegistry private immutable NODES;
    address private immutable COURT;
    uint40 private immutable VETO_WINDOW;
    uint40 private immutable OVERLAP;
    uint40 private immutable MAX_LIFETIME;

    /// What the key's receipts name, in one word. A key is found under it, so that whoever names something else finds none.
    mapping(address signer => bytes32 binding) private _bindings;
    mapping(address signer => mapping(bytes32 binding => Key)) private _keys;
    mapping(address node => Epochs) private _epochs;
    mapping(address node => mapping(uint64 keyEpoch => address signer)) private _signers;

    /// @param admin_ The timelock.
    /// @param guardian_ Who may revoke at once.
    /// @param court The court, which revokes a key that a proof has contradicted.
    /// @param nodes The register of nodes.
    /// @param isDevelopment_ Whether emulated roots can be approved, which must never be where value is at stake.
    /// @param terms_ Times.
    constructor(
        address admin_,
        address guardian_,
        address court,
        INodeRegistry nodes,
        bool isDevelopment_,
        KeyTerms memory terms_
    ) KeyPolicy(admin_, guardian_, isDevelopment_) EIP712(ReceiptLib.DOMAIN_NAME, ReceiptLib.DOMAIN_VERSION) {
        require(isDevelopment_ || terms_.vetoWindow >= LEAST_VETO_WINDOW, TermsInvalid());
        require(terms_.maxLifetime > terms_.vetoWindow && terms_.maxLifetime <= LONGEST_LIFETIME, TermsInvalid());
        require(terms_.overlap <= terms_.maxLifetime, TermsInvalid());

        COURT = court;
        NODES = nodes;
        VETO_WINDOW = terms_.vetoWindow;
        OVERLAP = terms_.overlap;
        MAX_LIFETIME = terms_.maxLifetime;
    }

    /* Registration */

    /// @inheritdoc IAttestedKeys
    function registerKey(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        address[] calldata attesters,
        bytes[] calldata attesterSignatures
    ) external {
        bytes32 digest = _requireSigned(registration, deadline, keySignature);
        _requireAttested(digest, attesters, attesterSignatures);
        _register(registration, _now() + VETO_WINDOW, attesters);
    }

    /// @inheritdoc IAttestedKeys
    function registerKeyWithEvidence(
        KeyRegistration calldata registration,
        uint256 deadline,
        bytes calldata keySignature,
        bytes calldata evidence
    ) external {
        _requireSigned(registration, deadline, keySignature);
        _requireEvidence(registration, evidence);
        _register(registration, _now(), new address[](0));
    }

    /// @inheritdoc IAttestedKeys
    function veto(address signer, string calldata reason) external {
        Key storage key = _known(signer);
        require(isAttester(msg.sender), NotAttester(msg.sender));
        require(_isPending(key), KeyNotPending(signer));

        _reinstateFormer(key);
        key.validFrom = NEVER;

        emit KeyVetoed(signer, msg.sender, reason);
    }

    /// @inheritdoc IAttestedKeys
    function confirm(address signer) external onlyAdmin {
        _confirm(signer);
    }

    /// @inheritdoc IAttestedKeys
    function confirmWithEvidence(address signer, bytes calldata evidence) external {
        Key storage key = _known(signer);
        _requireNode(key.node);
        _requireEvidence(_registrationOf(signer, key), evidence);
        _confirm(signer);
    }

    /// @inheritdoc IAttestedKeys
    function refresh(address signer) external {
        Key storage key = _known(signer);
        _requireTrusted(key.rootId, key.workloadId, key.platformId, key.teeType, key.tcbEval);

        key.revision = _revision;
    }

    /// @inheritdoc IAttestedKeys
    function revokeKey(address signer, string calldata reason) external {
        require(msg.sender == GUARDIAN || msg.sender == ADMIN || msg.sender == COURT, NotGuardian(msg.sender));
        Key storage key = _known(signer);
        require(key.revokedAt == 0, AlreadyRevoked(bytes32(uint256(uint160(signer)))));

        if (_isPending(key)) _reinstateFormer(key);
        key.revokedAt = _now();
        key.validUntil = _earlier(key.validUntil, _now());

        emit KeyRevoked(signer, reason);
    }

    /* Views */

    /// @inheritdoc IAttestedKeys
    function isValidAt(address signer, uint40 time) external view returns (bool) {
        return _isValidAt(_key(signer), time);
    }

    /// @inheritdoc IAttestedKeys
    function keyFor(address signer, bytes32 binding) external view returns (KeyStanding memory) {
        Key storage key = _keys[signer][binding];
        return KeyStanding({valid: _isValidAt(key, _now()), rootLabel: key.rootLabel, isEmulated: key.isEmulated});
    }

    /// @inheritdoc IAttestedKeys
    function keyOf(address signer) external view returns (AttestedKey memory) {
        Key storage key = _key(signer);
        return AttestedKey({
            registration: _registrationOf(signer, key),
            rootLabel: key.rootLabel,
            isEmulated: key.isEmulated,
            state: _stateOf(key),
            activeFrom: key.validFrom,
            validUntil: key.validUntil,
            revokedAt: key.revokedAt
        });
    }

    /// @inheritdoc IAttestedKeys
    function revokedSince(address signer) external view returns (uint40) {
        Key storage key = _key(signer);
        uint40 time = _earlier(_distrustedAt(key), key.revokedAt);
        return time == NEVER ? 0 : time;
    }

    /// @inheritdoc IAttestedKeys
    function workloadOf(address signer) external view returns (bytes32) {
        return _key(signer).workloadId;
    }

    /// @inheritdoc IAttestedKeys
    function signerOf(address node, uint64 keyEpoch) external view returns (address) {
        return _signers[node][keyEpoch];
    }

    /// @inheritdoc IAttestedKeys
    function epochOf(address node) external view returns (uint64) {
        return _epochs[node].last;
    }

    /// @inheritdoc IAttestedKeys
    function nonceOf(address signer) public view returns (uint256) {
        return _key(signer).node == address(0) ? 0 : 1;
    }

    /// @inheritdoc IAttestedKeys
    function digestOf(KeyRegistration calldata registration, uint256 deadline) public view returns (bytes32) {
        return _hashTypedDataV4(KeyRegistrationLib.structHash(registration, nonceOf(registration.signer), deadline));
    }

    /// @inheritdoc IAttestedKeys
    function terms() external view returns (KeyTerms memory) {
        return KeyTerms({vetoWindow: VETO_WINDOW, overlap: OVERLAP, maxLifetime: MAX_LIFETIME});
    }

    /* Checks */

    function _requireSigned(KeyRegistration calldata registration, uint256 deadline, bytes calldata keySignature)
        private
        view
        returns (bytes32 digest)
    {
        require(block.timestamp <= deadline, SignatureExpired(deadline));
        require(nonceOf(registration.signer) == 0, KeyExists(registration.signer));
        digest = digestOf(registration, deadline);
        address recovered = SignerRecovery.recover(digest, keySignature);
        require(recovered != address(0) && recovered == registration.signer, KeySignatureInvalid(registration.signer));
    }

    function _requireAttested(bytes32 digest, address[] calldata attesters, bytes[] calldata signatures) private view {
        require(attesters.length == signatures.length, LengthsDiffer(attesters.length, signatures.length));
        (, uint256 threshold) = quorum();
        require(threshold != 0 && attesters.length >= threshold, TooFewAttesters(attesters.length, threshold));

        address former = address(0);
        for (uint256 i = 0; i < attesters.length; i++) {
            address attester = attesters[i];
            require(attester > former, AttestersNotAscending(attester));
            require(isAttester(attester), NotAttester(attester));
            address recovered = SignerRecovery.recoverSecp256k1(digest, signatures[i]);
            require(recovered == attester, AttesterSignatureInvalid(attester));
            former = attester;
        }
    }

    function _requireEvidence(KeyRegistration memory registration, bytes calldata evidence) private view {
        address verifier = onChainVerifier();
        bool accepted = verifier != address(0) && IAttestationVerifier(verifier).verifyAttestation(registration, evidence);
        require(accepted, EvidenceRefused(registration.signer));
    }

    function _requireNode(address node) private view {
        require(NODES.hasRole(node, Roles.TEE), NodeUnknown(node));
        require(msg.sender == node || msg.sender == NODES.nodeOf(node).operator, NotNode(msg.sender, node));
    }

    /* Effects */

    function _register(KeyRegistration calldata registration, uint40 validFrom, address[] memory attesters) private {
        address node = registration.node;
        Epochs storage epochs = _epochs[node];
        // A node without a key has the empty one for its current.
        address formerSigner = _signers[node][epochs.current];
        Key storage former = _key(formerSigner);
        _requireNode(node);
        require(former.validFrom <= block.timestamp, KeyStillPending(formerSigner));
        require(registration.keyEpoch == epochs.last + 1, EpochInvalid(registration.keyEpoch, epochs.last + 1));
        require(
            registration.attestedAt <= block.timestamp && registration.expiresAt > validFrom
                && registration.expiresAt - registration.attestedAt <= MAX_LIFETIME,
            ValidityInvalid(registration.attestedAt, registration.expiresAt)
        );
        _store(registration, validFrom, epochs.current);

        _endBySuccessor(former, validFrom);
        _signers[node][registration.keyEpoch] = registration.signer;
        epochs.last = registration.keyEpoch;
        epochs.current = registration.keyEpoch;

        emit KeyRegistered(node, registration.signer, registration.keyEpoch, registration, attesters, validFrom);
    }

    function _store(KeyRegistration calldata registration, uint40 validFrom, uint64 formerEpoch) private {
        (bytes16 rootLabel, bool isEmulated) = _requireTrusted(
            registration.rootId, registration.workloadId, registration.platformId, registration.teeType, registration.tcbEval
        );

        bytes32 binding = KeyRegistrationLib.bindingOf(registration.node, registration.keyEpoch, registration.evidenceHash);
        _bindings[registration.signer] = binding;
        Key storage key = _keys[registration.signer][binding];
        key.validFrom = validFrom;
        key.validUntil = registration.expiresAt;
        key.revision = _revision;
        key.isEmulated = isEmulated;
        key.rootLabel = rootLabel;
        key.workloadId = registration.workloadId;
        key.node = registration.node;
        key.keyEpoch = registration.keyEpoch;
        key.tcbEval = registration.tcbEval;
        key.evidenceHash = registration.evidenceHash;
        key.rootId = registration.rootId;
        key.platformId = registration.platformId;
        key.teeType = registration.teeType;
        key.hpkeKey = registration.hpkeKey;
        key.tcbStatus = registration.tcbStatus;
        key.attestedAt = registration.attestedAt;
        key.expiresAt = registration.expiresAt;
        key.formerEpoch = formerEpoch;
    }

    function _confirm(address signer) private {
        Key storage key = _known(signer);
        Epochs storage epochs = _epochs[key.node];
        require(key.validFrom == NEVER && key.revokedAt == 0, KeyNotVetoed(signer));
        require(key.keyEpoch > epochs.current, KeySuperseded(signer, epochs.current));
        require(key.expiresAt > block.timestamp, ValidityInvalid(key.attestedAt, key.expiresAt));
        _requireTrusted(key.rootId, key.workloadId, key.platformId, key.teeType, key.tcbEval);

        _endBySuccessor(_key(_signers[key.node][epochs.current]), _now());
        epochs.current = key.keyEpoch;
        key.validFrom = _now();
        key.revision = _revision;

        emit KeyConfirmed(signer);
    }

    /// @dev Nothing changes for the empty key, whose end is zero.
    function _endBySuccessor(Key storage former, uint40 validFrom) private {
        uint40 end = validFrom + OVERLAP;
        if (end < former.validUntil) former.validUntil = end;
    }

    /// @dev A pending key is always its node's current one, and only it has cut its predecessor short: none is registered beside it, and no
    /// older one is confirmed. The cut lies ahead, so that undoing it changes nothing that was.
    function _reinstateFormer(Key storage pending) private {
        Key storage former = _key(_signers[pending.node][pending.formerEpoch]);
        _epochs[pending.node].current = pending.formerEpoch;
        former.validUntil = _earlier(former.expiresAt, former.revokedAt);
    }

    /* Reading */

    /// @dev The empty key for a signer that has none.
    function _key(address signer) private view returns (Key storage) {
        return _keys[signer][_bindings[signer]];
    }

    function _known(address signer) private view returns (Key storage key) {
        key = _key(signer);
        require(key.node != address(0), KeyUnknown(signer));
    }

    function _isPending(Key storage key) private view returns (bool) {
        return key.validFrom > block.timestamp && key.validFrom != NEVER && key.revokedAt == 0;
    }

    /// @dev An unknown key ends at zero, before any time. Its fields are read in one go, for one read of their slot.
    function _isValidAt(Key storage key, uint40 time) private view returns (bool) {
        (uint40 validFrom, uint40 validUntil, uint32 revision) = (key.validFrom, key.validUntil, key.revision);
        return validFrom <= time && time < validUntil && (revision == _revision || time < _distrustedAt(key));
    }

    function _distrustedAt(Key storage key) private view returns (uint40) {
        return _distrustedAt(key.rootId, key.workloadId, key.platformId, key.teeType, key.tcbEval);
    }

    function _stateOf(Key storage key) private view returns (KeyState) {
        if (key.node == address(0)) return KeyState.Unknown;
        if (key.revokedAt != 0 || _distrustedAt(key) <= block.timestamp) return KeyState.Revoked;
        if (key.validFrom == NEVER) return KeyState.Vetoed;
        if (key.validFrom > block.timestamp) return KeyState.Pending;
        return block.timestamp < key.validUntil ? KeyState.Active : KeyState.Expired;
    }

    function _registrationOf(address signer, Key storage key) private view returns (KeyRegistration memory) {
        return KeyRegistration({
            node: key.node,
            signer: key.node == address(0) ? address(0) : signer,
            hpkeKey: key.hpkeKey,
            evidenceHash: key.evidenceHash,
            rootId: key.rootId,
            teeType: key.teeType,
            workloadId: key.workloadId,
            platformId: key.platformId,
            tcbStatus: key.tcbStatus,
            tcbEval: key.tcbEval,
            attestedAt: key.attestedAt,
            expiresAt: key.expiresAt,
            keyEpoch: key.keyEpoch
        });
    }
}
