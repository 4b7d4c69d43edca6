// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId} from "../types/Ids.sol";
import {Ask, Request, Terms} from "../types/Request.sol";

/// @notice Hashes of what is asked.
library RequestLib {
    /// Requests that never touch a chain carry another tag.
    bytes32 internal constant TAG = keccak256("OpenGradient.Relayer.Request.OnChain.1");

    /// @notice The id of a request on one hub of one chain.
    function idOf(Ask memory ask, address hub) internal view returns (RequestId) {
        return RequestId.wrap(keccak256(abi.encode(TAG, block.chainid, hub, ask.requester, ask.nonce, hashOf(ask.request))));
    }

    /// @notice A struct of static fields encodes as its words in order.
    function hashOf(Request memory request) internal pure returns (bytes32) {
        return keccak256(abi.encode(request));
    }

    /// @notice Zero where there are no terms, so that most requests carry none.
    function hashOf(Terms calldata terms) internal pure returns (bytes32) {
        return isEmpty(terms) ? bytes32(0) : keccak256(abi.encode(terms));
    }

    function isEmpty(Terms calldata terms) internal pure returns (bool) {
        return terms.acceptedWorkloads.length == 0 && terms.members.length == 0 && terms.quorum == 0;
    }
}
