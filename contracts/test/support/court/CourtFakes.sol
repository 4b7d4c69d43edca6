// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AttestedKey, KeyStanding} from "../../../src/interfaces/IAttestedKeys.sol";
import {VersionId} from "../../../src/types/Ids.sol";
import {Semantics, SemanticsKind, VersionStatus, VersionTerms} from "../../../src/types/Version.sol";

/// @notice A register of versions that says what a test wants, tolerances included.
contract CourtModels {
    mapping(VersionId id => Semantics) private _semantics;
    mapping(VersionId id => address) private _verifiers;

    function set(VersionId id, SemanticsKind kind, address proofVerifier) external {
        _verifiers[id] = proofVerifier;
        Semantics storage semantics = _semantics[id];
        semantics.kind = kind;
        if (kind == SemanticsKind.Float) (semantics.toleranceAbs, semantics.toleranceRel) = (1e15, 1e15);
        if (proofVerifier != address(0)) semantics.proofCommitment = keccak256("commitment");
    }

    function semanticsOf(VersionId id) external view returns (Semantics memory) {
        return _semantics[id];
    }

    function proofCommitmentOf(VersionId id) external view returns (bytes32) {
        return _semantics[id].proofCommitment;
    }

    function termsOf(VersionId id) external view returns (VersionTerms memory) {
        return VersionTerms({status: VersionStatus.Active, kind: _semantics[id].kind, proofVerifier: _verifiers[id]});
    }

    function statusOf(VersionId) external pure returns (VersionStatus) {
        return VersionStatus.Active;
    }

    function yankedAt(VersionId) external pure returns (uint40) {
        return 0;
    }
}

/// @notice A register of keys in which every node's own key is its key of every epoch, until it is revoked. Epoch 13 has none.
contract CourtKeys {
    error Refused();

    mapping(address signer => uint40) private _revokedAt;
    address public revoker;

    function setRevoker(address revoker_) external {
        revoker = revoker_;
    }

    function revokeKey(address signer, string calldata) external {
        require(msg.sender == revoker && _revokedAt[signer] == 0, Refused());
        _revokedAt[signer] = uint40(block.timestamp);
    }

    function signerOf(address node, uint64 keyEpoch) external pure returns (address) {
        return keyEpoch == 13 ? address(0) : node;
    }

    /// Bound to whatever is asked for.
    function keyFor(address, bytes32) external pure returns (KeyStanding memory) {
        return KeyStanding({valid: true, rootLabel: 0, isEmulated: false});
    }

    function keyOf(address signer) external view returns (AttestedKey memory key) {
        key.revokedAt = _revokedAt[signer];
    }
}
