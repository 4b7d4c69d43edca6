// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Semantics, SemanticsKind, Version} from "../../src/types/Version.sol";

/// @notice Versions for tests: one of each kind, and any that a seed gives.
library Versions {
    /// @dev One more than the greatest relative tolerance.
    uint128 internal constant WHOLE = 1e18;

    function integer() internal pure returns (Version memory version) {
        version = _blank();
        version.semantics.kind = SemanticsKind.Integer;
        version.semantics.descriptorHash = keccak256("descriptor");
    }

    function provable(address verifier) internal pure returns (Version memory version) {
        version = integer();
        version.proofVerifier = verifier;
        version.semantics.proofCommitment = keccak256("commitment");
    }

    function floating() internal pure returns (Version memory version) {
        version = _blank();
        version.semantics.kind = SemanticsKind.Float;
        version.semantics.toleranceAbs = 1e12;
        version.semantics.toleranceRel = 1e13;
    }

    function sampled() internal pure returns (Version memory version) {
        version = _blank();
        version.semantics.kind = SemanticsKind.None;
    }

    /// @notice A version that can be published, everything in it from the seed; where it is provable, under this verifier.
    function from(uint256 seed, address verifier) internal pure returns (Version memory version) {
        version.major = uint32(bytes4(_word(seed, 0)));
        version.minor = uint32(bytes4(_word(seed, 1)));
        version.artifactHash = _word(seed, 2);
        version.signatureHash = _word(seed, 3);
        version.semantics.kind = SemanticsKind(uint256(_word(seed, 4)) % 3);
        if (version.semantics.kind == SemanticsKind.Integer) {
            version.semantics.descriptorHash = _word(seed, 5);
            if (uint256(_word(seed, 6)) % 2 == 0) {
                version.semantics.proofCommitment = _word(seed, 7);
                version.proofVerifier = verifier;
            }
        } else if (version.semantics.kind == SemanticsKind.Float) {
            version.semantics.toleranceAbs = uint128(bytes16(_word(seed, 8))) | 1;
            version.semantics.toleranceRel = uint128(bytes16(_word(seed, 9))) % WHOLE;
        }
        version.uris = new string[](1 + uint256(_word(seed, 10)) % 8);
        for (uint256 index = 0; index < version.uris.length; index++) {
            version.uris[index] = text(1 + uint256(_word(seed, 11 + index)) % 256);
        }
    }

    /// @notice So many bytes of text.
    function text(uint256 length) internal pure returns (string memory) {
        bytes memory letters = new bytes(length);
        for (uint256 index = 0; index < length; index++) {
            letters[index] = bytes1(uint8(0x61 + index % 26));
        }
        return string(letters);
    }

    function _blank() private pure returns (Version memory version) {
        version.major = 1;
        version.minor = 2;
        version.artifactHash = keccak256("artifact");
        version.signatureHash = keccak256("signature");
        version.uris = new string[](1);
        version.uris[0] = "ipfs://artifact";
    }

    function _word(uint256 seed, uint256 field) private pure returns (bytes32) {
        return keccak256(abi.encode(seed, field));
    }
}
