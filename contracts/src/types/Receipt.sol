// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice How strong the evidence behind an answer is. The values are part of what is signed: they never change meaning.
enum Assurance {
    None,
    Signed,
    Attested,
    Proven
}

/// @notice What a node signs about one answer. The same bytes settle a contract request, answer an off-chain call and close a stream.
/// @dev `issuedAt` is only the signer's word: time that counts is the chain's.
struct Receipt {
    bytes32 requestId;
    bytes32 versionId;
    bytes32 inputCommit;
    bytes32 outputCommit;
    Assurance assurance;
    address node;
    /// Who is paid. A copied receipt still pays its maker.
    address payee;
    uint64 keyEpoch;
    uint64 issuedAt;
    uint64 expiresAt;
    bytes32 evidenceHash;
}

/// @notice Hashing of receipts under EIP-712.
library ReceiptLib {
    string internal constant DOMAIN_NAME = "OpenGradient.Relayer";
    string internal constant DOMAIN_VERSION = "1";

    bytes32 internal constant TYPEHASH = keccak256(
        "Receipt(bytes32 requestId,bytes32 versionId,bytes32 inputCommit,bytes32 outputCommit,uint8 assurance,address node,address payee,uint64 keyEpoch,uint64 issuedAt,uint64 expiresAt,bytes32 evidenceHash)"
    );

    /// The size of an encoded receipt with its type's hash.
    uint256 private constant WORDS_IN_BYTES = 12 * 32;

    /// @notice The struct hash of EIP-712: what is signed, before the domain is mixed in. A struct of static fields lies in memory as it is
    /// encoded, so that it is hashed where it is: the word before it lends its place to the type's hash.
    function structHash(Receipt memory receipt) internal pure returns (bytes32 hash) {
        bytes32 typehash = TYPEHASH;
        assembly ("memory-safe") {
            let start := sub(receipt, 32)
            let lent := mload(start)
            mstore(start, typehash)
            hash := keccak256(start, WORDS_IN_BYTES)
            mstore(start, lent)
        }
    }

    /// @notice As `structHash`, in plain Solidity.
    function plainStructHash(Receipt memory receipt) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TYPEHASH,
                receipt.requestId,
                receipt.versionId,
                receipt.inputCommit,
                receipt.outputCommit,
                receipt.assurance,
                receipt.node,
                receipt.payee,
                receipt.keyEpoch,
                receipt.issuedAt,
                receipt.expiresAt,
                receipt.evidenceHash
            )
        );
    }
}
