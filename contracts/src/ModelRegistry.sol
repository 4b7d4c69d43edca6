// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";
import {ModelId, VersionId} from "./types/Ids.sol";
import {Semantics, SemanticsKind, Version, VersionStatus, VersionTerms} from "./types/Version.sol";

/// @title The register of models and their versions
contract ModelRegistry is IModelRegistry {
    /// @dev What is kept of a version beside its terms. All the rest stands in the event and in the id.
    struct Published {
        ModelId modelId;
        bytes32 artifactHash;
        bytes32 signatureHash;
        bytes32 descriptorHash;
        uint128 toleranceAbs;
        uint128 toleranceRel;
    }

    bytes32 private constant MODEL_TAG = keccak256("OpenGradient.Relayer.Model");
    bytes32 private constant VERSION_TAG = keccak256("OpenGradient.Relayer.Version");

    /// @dev What event logs and whoever reads them must bear at most.
    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MAX_TEXT_BYTES = 256;
    uint256 private constant MAX_URIS = 8;

    /// @dev A relative tolerance of 1: a zero would agree with anything.
    uint128 private constant WHOLE = 1e18;

    /// @inheritdoc IModelRegistry
    IVerifierRegistry public immutable verifiers;

    /// @inheritdoc IModelRegistry
    mapping(ModelId modelId => address owner) public ownerOf;

    /// @inheritdoc IModelRegistry
    mapping(ModelId modelId => address candidate) public candidateOf;

    /// @inheritdoc IModelRegistry
    mapping(ModelId modelId => mapping(uint32 major => mapping(uint32 minor => VersionId versionId))) public versionAt;

    /// @inheritdoc IModelRegistry
    mapping(VersionId versionId => bytes32 proofCommitment) public proofCommitmentOf;

    /// @inheritdoc IModelRegistry
    mapping(VersionId versionId => uint40 time) public yankedAt;

    mapping(VersionId versionId => VersionTerms terms) private _termsOf;
    mapping(VersionId versionId => Published published) private _publishedOf;

    constructor(IVerifierRegistry verifiers_) {
        require(address(verifiers_).code.length != 0, NotAContract(address(verifiers_)));

        verifiers = verifiers_;
    }

    /// @inheritdoc IModelRegistry
    function createModel(string calldata name, string calldata metadataUri) external returns (ModelId modelId) {
        require(_isName(bytes(name)), NameInvalid(name));
        _requireText(metadataUri);
        modelId = modelIdOf(msg.sender, name);
        require(ownerOf[modelId] == address(0), ModelExists(modelId));

        ownerOf[modelId] = msg.sender;

        emit ModelCreated(modelId, msg.sender, name, metadataUri);
    }

    /// @inheritdoc IModelRegistry
    function publishVersion(ModelId modelId, Version calldata version) external returns (VersionId versionId) {
        _requireOwner(modelId);
        require(version.artifactHash != 0, ArtifactMissing());
        require(version.signatureHash != 0, SignatureMissing());
        _requireUris(version.uris);
        Semantics calldata semantics = version.semantics;
        require(_isSound(semantics), SemanticsInvalid(semantics));
        _requireVerifier(version.proofVerifier, semantics.proofCommitment);
        require(
            versionAt[modelId][version.major][version.minor] == VersionId.wrap(0),
            VersionExists(modelId, version.major, version.minor)
        );

        versionId = versionIdOf(modelId, version);
        versionAt[modelId][version.major][version.minor] = versionId;
        proofCommitmentOf[versionId] = semantics.proofCommitment;
        _termsOf[versionId] =
            VersionTerms({status: VersionStatus.Active, kind: semantics.kind, proofVerifier: version.proofVerifier});
        _publishedOf[versionId] = Published({
            modelId: modelId,
            artifactHash: version.artifactHash,
            signatureHash: version.signatureHash,
            descriptorHash: semantics.descriptorHash,
            toleranceAbs: semantics.toleranceAbs,
            toleranceRel: semantics.toleranceRel
        });

        emit VersionPublished(modelId, versionId, version);
    }

    /// @inheritdoc IModelRegistry
    function setMetadata(ModelId modelId, string calldata metadataUri) external {
        _requireOwner(modelId);
        _requireText(metadataUri);

        emit MetadataChanged(modelId, metadataUri);
    }

    /// @inheritdoc IModelRegistry
    function deprecate(VersionId versionId, string calldata reason) external {
        _requireOwner(modelOf(versionId));
        _requireText(reason);
        VersionStatus status = statusOf(versionId);
        require(status != VersionStatus.Yanked, VersionIsYanked(versionId));
        require(status != VersionStatus.Deprecated, VersionIsDeprecated(versionId));

        _termsOf[versionId].status = VersionStatus.Deprecated;

        emit VersionDeprecated(versionId, reason);
    }

    /// @inheritdoc IModelRegistry
    function yank(VersionId versionId, string calldata reason) external {
        _requireOwner(modelOf(versionId));
        _requireText(reason);
        require(statusOf(versionId) != VersionStatus.Yanked, VersionIsYanked(versionId));

        _termsOf[versionId].status = VersionStatus.Yanked;
        yankedAt[versionId] = SafeCast.toUint40(block.timestamp);

        emit VersionYanked(versionId, reason);
    }

    /// @inheritdoc IModelRegistry
    function offerOwnership(ModelId modelId, address candidate) external {
        _requireOwner(modelId);

        candidateOf[modelId] = candidate;

        emit OwnershipOffered(modelId, msg.sender, candidate);
    }

    /// @inheritdoc IModelRegistry
    function acceptOwnership(ModelId modelId) external {
        address formerOwner = ownerOf[modelId];
        require(formerOwner != address(0), ModelUnknown(modelId));
        require(msg.sender == candidateOf[modelId], NotCandidate(modelId, msg.sender));

        ownerOf[modelId] = msg.sender;
        delete candidateOf[modelId];

        emit OwnershipAccepted(modelId, formerOwner, msg.sender);
    }

    /// @inheritdoc IModelRegistry
    function termsOf(VersionId versionId) external view returns (VersionTerms memory) {
        return _termsOf[versionId];
    }

    /// @inheritdoc IModelRegistry
    function semanticsOf(VersionId versionId) external view returns (Semantics memory) {
        _requireVersion(versionId);
        Published storage published = _publishedOf[versionId];
        return Semantics({
            kind: _termsOf[versionId].kind,
            descriptorHash: published.descriptorHash,
            proofCommitment: proofCommitmentOf[versionId],
            toleranceAbs: published.toleranceAbs,
            toleranceRel: published.toleranceRel
        });
    }

    /// @inheritdoc IModelRegistry
    function artifactHashOf(VersionId versionId) external view returns (bytes32) {
        _requireVersion(versionId);
        return _publishedOf[versionId].artifactHash;
    }

    /// @inheritdoc IModelRegistry
    function signatureHashOf(VersionId versionId) external view returns (bytes32) {
        _requireVersion(versionId);
        return _publishedOf[versionId].signatureHash;
    }

    /// @inheritdoc IModelRegistry
    function modelOf(VersionId versionId) public view returns (ModelId) {
        _requireVersion(versionId);
        return _publishedOf[versionId].modelId;
    }

    /// @inheritdoc IModelRegistry
    function statusOf(VersionId versionId) public view returns (VersionStatus) {
        return _termsOf[versionId].status;
    }

    /// @inheritdoc IModelRegistry
    function modelIdOf(address creator, string calldata name) public view returns (ModelId) {
        return ModelId.wrap(keccak256(abi.encode(MODEL_TAG, block.chainid, address(this), creator, keccak256(bytes(name)))));
    }

    /// @inheritdoc IModelRegistry
    function versionIdOf(ModelId modelId, Version calldata version) public view returns (VersionId) {
        bytes32 versionHash = keccak256(abi.encode(version));
        return VersionId.wrap(keccak256(abi.encode(VERSION_TAG, block.chainid, address(this), modelId, versionHash)));
    }

    function _requireOwner(ModelId modelId) private view {
        address owner = ownerOf[modelId];
        require(owner != address(0), ModelUnknown(modelId));
        require(msg.sender == owner, NotOwner(modelId, msg.sender));
    }

    function _requireVersion(VersionId versionId) private view {
        require(statusOf(versionId) != VersionStatus.Unknown, VersionUnknown(versionId));
    }

    /// @dev A verifier that stands in the register stays there, so that once is enough.
    function _requireVerifier(address verifier, bytes32 proofCommitment) private view {
        require((verifier != address(0)) == (proofCommitment != 0), VerifierNeedsCommitment());
        require(verifier == address(0) || verifiers.isRegistered(verifier), VerifierUnknown(verifier));
    }

    function _requireUris(string[] calldata uris) private pure {
        require(uris.length != 0 && uris.length <= MAX_URIS, UriCountInvalid(uris.length, MAX_URIS));
        for (uint256 index = 0; index < uris.length; index++) {
            require(bytes(uris[index]).length != 0, UriMissing(index));
            _requireText(uris[index]);
        }
    }

    function _requireText(string calldata text) private pure {
        require(bytes(text).length <= MAX_TEXT_BYTES, TextTooLong(bytes(text).length, MAX_TEXT_BYTES));
    }

    /// @dev Whether the kind has what it needs, and nothing of another kind.
    function _isSound(Semantics calldata semantics) private pure returns (bool) {
        bool hasDescriptor = semantics.descriptorHash != 0;
        bool hasCommitment = semantics.proofCommitment != 0;
        bool hasTolerance = semantics.toleranceAbs != 0 || semantics.toleranceRel != 0;
        if (semantics.kind == SemanticsKind.Integer) {
            return hasDescriptor && !hasTolerance;
        }
        if (semantics.kind == SemanticsKind.Float) {
            return hasTolerance && semantics.toleranceRel < WHOLE && !hasDescriptor && !hasCommitment;
        }
        return !hasDescriptor && !hasCommitment && !hasTolerance;
    }

    function _isName(bytes calldata name) private pure returns (bool) {
        if (name.length == 0 || name.length > MAX_NAME_BYTES || !_isLetterOrDigit(name[0])) {
            return false;
        }
        for (uint256 index = 1; index < name.length; index++) {
            bytes1 character = name[index];
            bool isMark = character == "-" || character == "_" || character == ".";
            if (!isMark && !_isLetterOrDigit(character)) {
                return false;
            }
        }
        return true;
    }

    function _isLetterOrDigit(bytes1 character) private pure returns (bool) {
        return (character >= "a" && character <= "z") || (character >= "0" && character <= "9");
    }
}
