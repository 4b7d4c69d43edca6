// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Encodings} from "../../src/hub/Encodings.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request, Settlement} from "../../src/types/Request.sol";

/// @notice Does each thing twice: as the hub does it, and in plain Solidity.
contract EncodingsProbe {
    /// Free memory need not be empty.
    modifier inDirtyMemory(bytes32 dirt) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 2048) { i := add(i, 32) } { mstore(add(free, i), dirt) }
        }
        _;
    }

    function take(Submission calldata submission) external pure returns (Settlement memory taken, Settlement memory plain) {
        Encodings.take(taken, submission);
        Encodings.plainlyTake(plain, submission);
    }

    function receiptHash(Request calldata asked, Settlement memory taken, RequestId id, Assurance assurance)
        external
        pure
        returns (bytes32 hash, bytes32 plain)
    {
        hash = Encodings.receiptHash(asked, taken, id, assurance);
        plain = Encodings.plainReceiptHash(asked, taken, id, assurance);
    }

    function tellSettled(
        RequestId id,
        uint40 until,
        Settlement memory settlement,
        bytes calldata evidence,
        bytes calldata output,
        bytes32 dirt
    ) external inDirtyMemory(dirt) {
        Encodings.tellSettled(id, until, settlement, evidence, output);
        Encodings.plainlyTellSettled(id, until, settlement, evidence, output);
    }

    function tellRequested(RequestId id, uint256 nonce, Request calldata asked, bytes calldata input, bytes32 dirt)
        external
        inDirtyMemory(dirt)
    {
        Encodings.tellRequested(id, nonce, asked, input);
        Encodings.plainlyTellRequested(id, nonce, asked, input);
    }
}
