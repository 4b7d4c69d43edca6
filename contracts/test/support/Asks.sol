// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../../src/interfaces/IInferenceHub.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, Settlement, Stage} from "../../src/types/Request.sol";

/// @notice Requests and settlements for tests: every field follows from a seed, and the assurance stays one that exists.
library Asks {
    /// @notice What the next request of this requester will be.
    function next(IInferenceHub hub, address requester, Request memory request) internal view returns (Ask memory ask) {
        ask = Ask({request: request, requester: requester, nonce: 0});
        while (true) {
            (Stage stage,,) = hub.stateOf(hub.requestIdOf(ask));
            if (stage == Stage.None) return ask;
            ++ask.nonce;
        }
    }

    function from(uint256 seed) internal pure returns (Ask memory) {
        return Ask({request: requestFrom(seed), requester: address(bytes20(_word(seed, 100))), nonce: uint256(_word(seed, 101))});
    }

    function requestFrom(uint256 seed) internal pure returns (Request memory) {
        return Request({
            versionId: VersionId.wrap(_word(seed, 0)),
            assurance: Assurance(uint256(_word(seed, 1)) % 4),
            assignee: address(bytes20(_word(seed, 2))),
            exclusiveUntil: uint40(bytes5(_word(seed, 3))),
            deadline: uint40(bytes5(_word(seed, 4))),
            challengeWindow: uint32(bytes4(_word(seed, 5))),
            callbackGas: uint32(bytes4(_word(seed, 6))),
            flags: uint8(bytes1(_word(seed, 7))),
            quorum: uint8(bytes1(_word(seed, 8))),
            fee: uint128(bytes16(_word(seed, 9))),
            deliveryTip: uint128(bytes16(_word(seed, 10))),
            minLien: uint128(bytes16(_word(seed, 11))),
            inputCommit: _word(seed, 12),
            termsHash: _word(seed, 13)
        });
    }

    function settlementFrom(uint256 seed) internal pure returns (Settlement memory) {
        return Settlement({
            outputCommit: _word(seed, 0),
            node: address(bytes20(_word(seed, 1))),
            payee: address(bytes20(_word(seed, 2))),
            keyEpoch: uint64(bytes8(_word(seed, 3))),
            issuedAt: uint64(bytes8(_word(seed, 4))),
            expiresAt: uint64(bytes8(_word(seed, 5))),
            evidenceHash: _word(seed, 6),
            assurance: Assurance(uint256(_word(seed, 7)) % 4),
            rootLabel: _word(seed, 8),
            lien: uint256(_word(seed, 9)),
            settledAt: uint40(bytes5(_word(seed, 10))),
            revision: uint8(bytes1(_word(seed, 11)))
        });
    }

    function _word(uint256 seed, uint256 field) private pure returns (bytes32) {
        return keccak256(abi.encode(seed, field));
    }
}
