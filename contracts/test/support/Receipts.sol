// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Assurance, Receipt} from "../../src/types/Receipt.sol";

/// @notice Receipts for tests: every field follows from a seed, and the assurance stays one that exists.
library Receipts {
    function from(uint256 seed) internal pure returns (Receipt memory receipt) {
        receipt.requestId = _word(seed, 0);
        receipt.versionId = _word(seed, 1);
        receipt.inputCommit = _word(seed, 2);
        receipt.outputCommit = _word(seed, 3);
        receipt.assurance = Assurance(uint256(_word(seed, 4)) % 4);
        receipt.node = address(bytes20(_word(seed, 5)));
        receipt.payee = address(bytes20(_word(seed, 6)));
        receipt.keyEpoch = uint64(bytes8(_word(seed, 7)));
        receipt.issuedAt = uint64(bytes8(_word(seed, 8)));
        receipt.expiresAt = uint64(bytes8(_word(seed, 9)));
        receipt.evidenceHash = _word(seed, 10);
    }

    function _word(uint256 seed, uint256 field) private pure returns (bytes32) {
        return keccak256(abi.encode(seed, field));
    }
}
