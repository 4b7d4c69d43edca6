// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ModelId, VersionId} from "../types/Ids.sol";
import {Semantics, Version, VersionStatus, VersionTerms} from "../types/Version.sol";
import {IVerifierRegistry} from "./IVerifierRegistry.sol";

/// @title The register of models and their versions
/// @notice A model is a name with an owner. A version is immutable: its id is a hash over everything that was published, this registry and
/// this chain, so that whoever names a version names its weights, its meaning of "the same answer" and its verifier.
/// @dev There is no admin. Ids can be made anywhere:
///
///     modelId   = keccak256(abi.encode(keccak256("OpenGradient.Relayer.Model"), chainId, registry, creator, keccak256(name)))
///     versionId = keccak256(abi.encode(keccak256("OpenGradient.Relayer.Version"), chainId, registry, modelId, keccak256(abi.encode(version))))
///
/// The chain's id is that of the moment: a chain that splits off and takes another id keeps the ids it has and makes others from then on.
/// Warning: an owner can deprecate and yank, never change. An owner can also hand a model on, and its id stays: who relies on a model relies
/// on its owner of the day for new versions and against yanking. Names are unique per creator only: "alice/resnet" and "bob/resnet" are two
/// models, and what tells them apart is the id. Metadata, reasons and uris are bytes by a stranger, and need not be UTF-8.
interface IModelRegistry {
    event ModelCreated(ModelId indexed modelId, address indexed owner, string name, string metadataUri);
    event VersionPublished(ModelId indexed modelId, VersionId indexed versionId, Version version);
    event VersionDeprecated(VersionId indexed versionId, string reason);
    event VersionYanked(VersionId indexed versionId, string reason);
    event MetadataChanged(ModelId indexed modelId, string metadataUri);
    event OwnershipOffered(ModelId indexed modelId, address indexed owner, address indexed candidate);
    event OwnershipAccepted(ModelId indexed modelId, address indexed formerOwner, address indexed owner);

    /// @notice The register of verifiers, at construction, has no code.
    error NotAContract(address verifiers);
    error NameInvalid(string name);
    error TextTooLong(uint256 length, uint256 most);
    error ModelExists(ModelId modelId);
    error ModelUnknown(ModelId modelId);
    error NotOwner(ModelId modelId, address caller);
    error NotCandidate(ModelId modelId, address caller);
    error VersionUnknown(VersionId versionId);
    error VersionExists(ModelId modelId, uint32 major, uint32 minor);
    error VersionIsYanked(VersionId versionId);
    error VersionIsDeprecated(VersionId versionId);
    error ArtifactMissing();
    error SignatureMissing();
    error UriCountInvalid(uint256 count, uint256 most);
    error UriMissing(uint256 index);
    error SemanticsInvalid(Semantics semantics);
    error VerifierUnknown(address verifier);
    /// @notice A verifier without a proof commitment, or a commitment without a verifier.
    error VerifierNeedsCommitment();

    /// @notice Takes a name for the caller: 1 to 64 of a-z, 0-9, '-', '_' and '.', starting with a letter or digit.
    /// @dev A name stays taken when the model is handed on.
    /// @param metadataUri At most 256 bytes; may be empty.
    /// @return modelId Hash of chain, registry, caller and name.
    function createModel(string calldata name, string calldata metadataUri) external returns (ModelId modelId);

    /// @notice Publishes a version, for good. Only the model's owner. Each pair of major and minor exists once.
    /// @dev The hashes of artifact and signature are not zero. There are 1 to 8 uris of 1 to 256 bytes. Parameters that do not belong to the
    /// semantics' kind are zero:
    ///
    /// - `None` has none.
    /// - `Integer` has a descriptor. It may have a proof commitment, and with it a verifier that stands in the register of verifiers:
    ///   neither comes without the other.
    /// - `Float` has a tolerance: not both are zero, and the relative one is below 1, since from 1 on zero would agree with anything.
    ///
    /// Warning: the absolute tolerance has the scale of the outputs, which this registry does not know. A version whose tolerance is wide
    /// enough is one whose every answer agrees; who uses a version looks.
    /// Warning: that the hashes, the descriptor and the commitment belong together is the publisher's word here; off the chain it is recomputed.
    function publishVersion(ModelId modelId, Version calldata version) external returns (VersionId versionId);

    /// @notice Only the model's owner.
    /// @param metadataUri At most 256 bytes; may be empty.
    function setMetadata(ModelId modelId, string calldata metadataUri) external;

    /// @notice Advises against a version. It goes on answering. Only the model's owner; once, and not after it was yanked.
    /// @param reason At most 256 bytes; may be empty.
    function deprecate(VersionId versionId, string calldata reason) external;

    /// @notice Takes a version out of use, for good: no new requests, open claims released. What was settled stays settled. Only the
    /// model's owner; once, whether it was deprecated or not.
    /// @param reason At most 256 bytes; may be empty.
    function yank(VersionId versionId, string calldata reason) external;

    /// @notice Offers a model to somebody; zero takes an offer back. Only the model's owner. A new offer replaces the last.
    function offerOwnership(ModelId modelId, address candidate) external;

    /// @notice Only whom the model is offered to.
    function acceptOwnership(ModelId modelId) external;

    /// @notice Zero where there is no such model.
    function ownerOf(ModelId modelId) external view returns (address);

    /// @notice Whom a model is offered to; zero where it is not.
    function candidateOf(ModelId modelId) external view returns (address);

    /// @notice The version of this number; zero where the model has none.
    function versionAt(ModelId modelId, uint32 major, uint32 minor) external view returns (VersionId);

    /// @notice The model of a version; reverts if there is no such version.
    function modelOf(VersionId versionId) external view returns (ModelId);

    /// @notice `Unknown` where there is no such version.
    function statusOf(VersionId versionId) external view returns (VersionStatus);

    /// @notice The second in which a version was yanked; zero for never.
    function yankedAt(VersionId versionId) external view returns (uint40);

    /// @notice What settlement needs, in one storage slot. Status `Unknown` where there is no such version.
    function termsOf(VersionId versionId) external view returns (VersionTerms memory);

    /// @notice Reverts if there is no such version.
    function semanticsOf(VersionId versionId) external view returns (Semantics memory);

    /// @notice What a proof is checked against: as in `semanticsOf`, in one storage slot. Zero where the version is not provable or not there.
    function proofCommitmentOf(VersionId versionId) external view returns (bytes32);

    /// @notice Reverts if there is no such version.
    function artifactHashOf(VersionId versionId) external view returns (bytes32);

    /// @notice Reverts if there is no such version.
    function signatureHashOf(VersionId versionId) external view returns (bytes32);

    /// @notice The id of the model that this account creates, or created, under this name.
    /// @dev Warning: it goes by the creator, who need not be the owner any more.
    function modelIdOf(address creator, string calldata name) external view returns (ModelId);

    /// @notice The id that this version of a model has, published or not, valid or not.
    function versionIdOf(ModelId modelId, Version calldata version) external view returns (VersionId);

    /// @notice Where a version's verifier must stand when it is published.
    function verifiers() external view returns (IVerifierRegistry);
}
