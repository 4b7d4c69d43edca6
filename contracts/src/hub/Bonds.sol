// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubState} from "./HubState.sol";
import {Word} from "./Words.sol";
import {IHubEvents} from "../interfaces/IHubEvents.sol";
import {RequestId} from "../types/Ids.sol";
import {Request, Stage} from "../types/Request.sol";

/// @notice Bonds of claims: the first is the greater of the fee and a minimum, and each claim that runs out doubles the next. Of a bond
/// that is forfeited half is burned, and half stays with the request for whoever settles it.
library Bonds {
    /// @notice The bond of a request's first claim.
    function base(Request calldata asked, uint128 minBond) internal pure returns (uint256) {
        return asked.fee > minBond ? asked.fee : minBond;
    }

    /// @notice What `claims` claims that ran out left with the request.
    function leftBy(uint256 first, uint8 claims) internal pure returns (uint256 left) {
        for (uint8 i = 0; i < claims; ++i) {
            left += (first << i) / 2;
        }
    }

    function forfeit(HubState storage state, RequestId id, address node, uint256 bond) internal {
        state.forfeited += bond - bond / 2;
        emit IHubEvents.ClaimForfeited(id, node, bond);
    }

    /// @notice Ends a request's claims at its settlement: the settler's own bond comes back, one that another let run out is forfeited,
    /// and what such claims left goes to the payee.
    function close(HubState storage state, RequestId id, Word word, uint256 first, address node, address payee) internal {
        uint8 claims = word.claims();
        if (word.stage() == Stage.Claimed) {
            uint256 bond = first << claims;
            if (word.node() == node) {
                state.accounts[node] += bond;
            } else {
                forfeit(state, id, word.node(), bond);
                ++claims;
            }
        }

        if (claims > 0) state.accounts[payee] += leftBy(first, claims);
    }
}
