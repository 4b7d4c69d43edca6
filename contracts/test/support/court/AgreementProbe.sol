// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Agreement} from "../../../src/court/Agreement.sol";
import {Semantics, SemanticsKind} from "../../../src/types/Version.sol";

/// @notice The agreement of answers as a contract, for tests in Solidity and for those of C#, which ask it on a local chain.
contract AgreementProbe {
    /// @notice Whether two answers of a `Float` version agree.
    function agree(bytes calldata left, bytes calldata right, uint128 toleranceAbs, uint128 toleranceRel)
        external
        pure
        returns (bool)
    {
        return Agreement.agree(left, right, _semantics(SemanticsKind.Float, toleranceAbs, toleranceRel));
    }

    /// @notice Many pairs at once.
    function agreeAll(bytes[] calldata lefts, bytes[] calldata rights, uint128 toleranceAbs, uint128 toleranceRel)
        external
        pure
        returns (bool[] memory agreed)
    {
        Semantics memory semantics = _semantics(SemanticsKind.Float, toleranceAbs, toleranceRel);
        agreed = new bool[](lefts.length);
        for (uint256 i = 0; i < lefts.length; ++i) {
            agreed[i] = Agreement.agree(lefts[i], rights[i], semantics);
        }
    }

    /// @notice Whether two answers of a version of another kind agree.
    function agreeExactly(bytes calldata left, bytes calldata right, SemanticsKind kind) external pure returns (bool) {
        return Agreement.agree(left, right, _semantics(kind, type(uint128).max, type(uint128).max));
    }

    /// @notice What one comparison costs, without the call.
    function gasOf(bytes calldata left, bytes calldata right, uint128 toleranceAbs, uint128 toleranceRel)
        external
        view
        returns (bool agreed, uint256 gas)
    {
        Semantics memory semantics = _semantics(SemanticsKind.Float, toleranceAbs, toleranceRel);
        gas = gasleft();
        agreed = Agreement.agree(left, right, semantics);
        gas -= gasleft();
    }

    function _semantics(SemanticsKind kind, uint128 toleranceAbs, uint128 toleranceRel) private pure returns (Semantics memory) {
        return
            Semantics({kind: kind, descriptorHash: 0, proofCommitment: 0, toleranceAbs: toleranceAbs, toleranceRel: toleranceRel});
    }
}
