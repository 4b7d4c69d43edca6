// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What an enclave registers about its keys.
struct KeyRegistration {
    /// The node that the key signs for.
    address node;
    /// The enclave's signing key, as an address: the last 20 bytes of keccak256(x, y), whichever the curve.
    address signer;
    /// SHA-256 of the enclave's HPKE public key, for private requests; the key itself comes with the evidence. Zero for none.
    bytes32 hpkeKey;
    /// Hash of the evidence as it is archived.
    bytes32 evidenceHash;
    bytes32 rootId;
    bytes32 teeType;
    bytes32 workloadId;
    bytes32 platformId;
    uint8 tcbStatus;
    uint32 tcbEval;
    uint40 attestedAt;
    /// The least of policy, collateral and leaf certificate. At this second the key is no longer valid.
    uint40 expiresAt;
    /// One more than the node's last; the first is 1.
    uint64 keyEpoch;
}

/// @notice Hashing of registrations under EIP-712.
library KeyRegistrationLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "KeyRegistration(address node,address signer,bytes32 hpkeKey,bytes32 evidenceHash,bytes32 rootId,bytes32 teeType,bytes32 workloadId,bytes32 platformId,uint8 tcbStatus,uint32 tcbEval,uint40 attestedAt,uint40 expiresAt,uint64 keyEpoch)"
    );

    /// What enclave and attesters sign.
    bytes32 internal constant REGISTER_TYPEHASH = keccak256(
        "RegisterKey(KeyRegistration registration,uint256 nonce,uint256 deadline)KeyRegistration(address node,address signer,bytes32 hpkeKey,bytes32 evidenceHash,bytes32 rootId,bytes32 teeType,bytes32 workloadId,bytes32 platformId,uint8 tcbStatus,uint32 tcbEval,uint40 attestedAt,uint40 expiresAt,uint64 keyEpoch)"
    );

    /// @notice The struct hash of EIP-712: what is signed, before the domain is mixed in.
    function structHash(KeyRegistration memory registration, uint256 nonce, uint256 deadline) internal pure returns (bytes32) {
        // A struct of static fields encodes as its words in order.
        bytes32 registrationHash = keccak256(abi.encode(TYPEHASH, registration));
        return keccak256(abi.encode(REGISTER_TYPEHASH, registrationHash, nonce, deadline));
    }

    /// @notice What every receipt of a key must name, in one word, so that settlement reads and compares one.
    function bindingOf(address node, uint64 keyEpoch, bytes32 evidenceHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(node, keyEpoch, evidenceHash));
    }
}
