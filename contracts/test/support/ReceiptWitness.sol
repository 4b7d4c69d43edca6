// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Assurance, Receipt, ReceiptLib} from "../../src/types/Receipt.sol";

/// @notice Accepts a receipt from the node that signed it, and says so. It stands where the settling hub will stand: it has the hub's
/// EIP-712 domain and no money, so that everything off the chain can be tried against a real contract.
contract ReceiptWitness is EIP712 {
    /// @notice A receipt was signed by the node it names, is not expired, and had not been seen before.
    event ReceiptWitnessed(
        bytes32 indexed requestId, bytes32 indexed versionId, address indexed node, Assurance assurance, bytes32 digest
    );

    error ReceiptExpired(uint64 expiresAt, uint256 timestamp);
    error WrongSigner(address recovered, address node);
    error AlreadyWitnessed(bytes32 digest);

    /// @notice Whether a receipt with this digest was witnessed.
    mapping(bytes32 digest => bool) public witnessed;

    constructor() EIP712(ReceiptLib.DOMAIN_NAME, ReceiptLib.DOMAIN_VERSION) {}

    /// @notice The digest that the node signs.
    function digestOf(Receipt memory receipt) public view returns (bytes32) {
        return _hashTypedDataV4(ReceiptLib.structHash(receipt));
    }

    /// @notice Records a receipt once.
    function witness(Receipt calldata receipt, bytes calldata signature) external {
        require(block.timestamp <= receipt.expiresAt, ReceiptExpired(receipt.expiresAt, block.timestamp));
        bytes32 digest = digestOf(receipt);
        address recovered = ECDSA.recover(digest, signature);
        require(recovered == receipt.node, WrongSigner(recovered, receipt.node));
        require(!witnessed[digest], AlreadyWitnessed(digest));

        witnessed[digest] = true;

        emit ReceiptWitnessed(receipt.requestId, receipt.versionId, receipt.node, receipt.assurance, digest);
    }
}
