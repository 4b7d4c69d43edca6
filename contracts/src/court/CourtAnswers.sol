// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Agreement} from "./Agreement.sol";
import {CourtBase} from "./CourtBase.sol";
import {IAgreement} from "../interfaces/IAgreement.sol";
import {VersionId} from "../types/Ids.sol";
import {Semantics, SemanticsKind} from "../types/Version.sol";

/// @notice Answers by their commitments: compared by their bytes where their numbers decide, and by the commitments where they do not.
abstract contract CourtAnswers is CourtBase {
    /// @inheritdoc IAgreement
    function agree(bytes calldata left, bytes calldata right, VersionId versionId) external view returns (bool) {
        return Agreement.agree(left, right, _models.semanticsOf(versionId));
    }

    /// An empty output stands for the failure to run the input.
    function _commitOf(bytes calldata output) internal pure returns (bytes32) {
        return output.length == 0 ? FAILURE : keccak256(output);
    }

    /// Whether an answer is one of numbers: what can be compared with others of its kind.
    function _isComparedByNumbers(bytes32 commit, Semantics memory semantics) internal pure returns (bool) {
        return semantics.kind == SemanticsKind.Float && commit != FAILURE;
    }

    function _requireBytes(bytes32 commit, bytes calldata output) internal pure {
        require(keccak256(output) == commit, OutputMismatch(commit));
    }

    /// @param output The bytes of an answer whose commitment was made sure of, where it is compared by numbers.
    /// @param other The bytes that it is held against, which are made sure of here where they decide.
    function _agree(bytes32 commit, bytes calldata output, bytes32 otherCommit, bytes calldata other, Semantics memory semantics)
        internal
        pure
        returns (bool)
    {
        if (!_isComparedByNumbers(commit, semantics) || !_isComparedByNumbers(otherCommit, semantics)) {
            return commit == otherCommit;
        }
        _requireBytes(otherCommit, other);
        return Agreement.agree(other, output, semantics);
    }
}
