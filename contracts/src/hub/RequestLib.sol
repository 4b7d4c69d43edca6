// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId} from "../types/Ids.sol";
import {Request, Terms} from "../types/Request.sol";

/// @notice Hashes of what is asked.
library RequestLib {
    /// The size of an encoded request.
    uint256 private constant WORDS_IN_BYTES = 14 * 32;

    /// Requests that never touch a chain carry another tag.
    bytes32 internal constant TAG = keccak256("OpenGradient.Relayer.Request.OnChain.1");

    /// @notice The id of a request on one hub of one chain.
    function idOf(address hub, address requester, uint256 nonce, bytes32 requestHash) internal view returns (RequestId id) {
        bytes32 tag = TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 32), chainid())
            mstore(add(free, 64), shr(96, shl(96, hub)))
            mstore(add(free, 96), shr(96, shl(96, requester)))
            mstore(add(free, 128), nonce)
            mstore(add(free, 160), requestHash)
            id := keccak256(free, 192)
        }
    }

    /// @notice As `idOf`, in plain Solidity.
    function plainIdOf(address hub, address requester, uint256 nonce, bytes32 requestHash) internal view returns (RequestId) {
        return RequestId.wrap(keccak256(abi.encode(TAG, block.chainid, hub, requester, nonce, requestHash)));
    }

    /// @notice keccak256(abi.encode(asked)). A struct of static fields lies in calldata as it is encoded, so that nothing needs to be
    /// decoded and encoded again. Bits that no value of a field has count too: such a request is one that nobody else can spell.
    function hashOf(Request calldata asked) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, asked, WORDS_IN_BYTES)
            hash := keccak256(free, WORDS_IN_BYTES)
        }
    }

    /// @notice As `hashOf`, in plain Solidity.
    function plainHashOf(Request calldata asked) internal pure returns (bytes32) {
        return keccak256(abi.encode(asked));
    }

    /// @notice keccak256 of bytes that are copied where memory is free and stay nobody's.
    function hashOf(bytes calldata data) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            hash := keccak256(free, data.length)
        }
    }

    /// @notice As `hashOf`, in plain Solidity.
    function plainHashOf(bytes calldata data) internal pure returns (bytes32) {
        return keccak256(data);
    }

    /// @notice Zero where there are no terms, so that most requests carry none.
    function hashOf(Terms calldata terms) internal pure returns (bytes32) {
        return isEmpty(terms) ? bytes32(0) : keccak256(abi.encode(terms));
    }

    function isEmpty(Terms calldata terms) internal pure returns (bool) {
        return terms.acceptedWorkloads.length == 0 && terms.members.length == 0;
    }
}
