// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ModelId, VersionId} from "../types/Ids.sol";
import {Semantics, Version, VersionStatus, VersionTerms} from "../types/Version.sol";

/// @title The register of models and their versions
/// @notice A model is a name with an owner. A version is immutable: its id is a hash over everything that was published, this registry and
/// this chain, so that whoever names a version names its weights, its meaning of "the same answer" and its verifier.
/// @dev Warning: an owner can deprecate and yank, never change. Names are unique per owner only: "alice/resnet" and "bob/resnet" are two
/// models, and what tells them apart is the id. Metadata is text by a stranger.
interface IModelRegistry {
    event ModelCreated(ModelId indexed modelId, address indexed owner, string name, string metadataUri);
    event VersionPublished(ModelId indexed modelId, VersionId indexed versionId, Version version);
    event VersionDeprecated(VersionId indexed versionId, string reason);
    event VersionYanked(VersionId indexed versionId, string reason);
    event MetadataChanged(ModelId indexed modelId, string metadataUri);
    event OwnershipOffered(ModelId indexed modelId, address indexed owner, address indexed candidate);
    event OwnershipAccepted(ModelId indexed modelId, address indexed formerOwner, address indexed owner);

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
    error SemanticsInvalid(Semantics semantics);
    error VerifierUnknown(address verifier);
    error VerifierNeedsCommitment();

    /// @notice Takes a name for the caller: 1 to 64 of a-z, 0-9, '-', '_' and '.', starting with a letter or digit.
    /// @return modelId Hash of chain, registry, owner and name.
    function createModel(string calldata name, string calldata metadataUri) external returns (ModelId modelId);

    /// @notice Publishes a version, for good. Each pair of major and minor exists once.
    /// @dev A proof verifier must stand in the register of verifiers, and takes a proof commitment with it, and the other way round.
    function publishVersion(ModelId modelId, Version calldata version) external returns (VersionId versionId);

    function setMetadata(ModelId modelId, string calldata metadataUri) external;

    /// @notice Advises against a version. It goes on answering.
    function deprecate(VersionId versionId, string calldata reason) external;

    /// @notice Takes a version out of use, for good: no new requests, open claims released. What was settled stays settled.
    function yank(VersionId versionId, string calldata reason) external;

    /// @notice Offers a model to somebody; zero takes an offer back.
    function offerOwnership(ModelId modelId, address candidate) external;

    function acceptOwnership(ModelId modelId) external;

    function ownerOf(ModelId modelId) external view returns (address);

    function candidateOf(ModelId modelId) external view returns (address);

    /// @notice The model of a version; reverts if there is no such version.
    function modelOf(VersionId versionId) external view returns (ModelId);

    function statusOf(VersionId versionId) external view returns (VersionStatus);

    /// @notice What settlement needs, in one storage slot. Status `Unknown` where there is no such version.
    function termsOf(VersionId versionId) external view returns (VersionTerms memory);

    /// @notice Reverts if there is no such version.
    function semanticsOf(VersionId versionId) external view returns (Semantics memory);

    function artifactHashOf(VersionId versionId) external view returns (bytes32);

    function signatureHashOf(VersionId versionId) external view returns (bytes32);

    /// @notice The id that a model of this owner and name has.
    function modelIdOf(address owner, string calldata name) external view returns (ModelId);

    /// @notice The id that this version of a model has, published or not.
    function versionIdOf(ModelId modelId, Version calldata version) external view returns (VersionId);
}
