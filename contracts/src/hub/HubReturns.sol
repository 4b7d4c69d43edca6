// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBonds} from "./HubBonds.sol";
import {HubDelivery} from "./HubDelivery.sol";
import {Word, Words} from "./Words.sol";
import {IHubReturns} from "../interfaces/IHubReturns.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Settlement, Stage} from "../types/Request.sol";

/// @notice What comes back without loss, seldom asked for.
abstract contract HubReturns is HubBonds, HubDelivery, IHubReturns {
    /// @inheritdoc IHubReturns
    function releaseClaim(Ask calldata ask) external {
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        require(word.stage() == Stage.Claimed && word.node() == msg.sender, NotClaimant(id, msg.sender));
        require(
            _isExcused(ask.request, msg.sender, word.bondedAt(), word.since() + _claimTime(ask.request.assurance)),
            ClaimStands(id)
        );

        uint256 bond = _firstBond(ask.request) << word.claims();
        _state.accounts[msg.sender] += bond;
        _state.words[id] = Words.open(word.claims());
        emit ClaimReleased(id, msg.sender, bond);
    }

    /// @inheritdoc IHubReturns
    function reclaimTip(Ask calldata ask, Settlement calldata settlement) external nonReentrant {
        (RequestId id, Word word) = _settled(ask, settlement);
        require(
            ask.request.deliveryTip > 0 && !word.has(Words.TIP_SPENT) && block.timestamp > settlement.settledAt + _deliveryTime,
            TipNotReclaimable(id)
        );

        _state.words[id] = word.withFlags(word.flags() | Words.TIP_SPENT);
        _state.accounts[ask.requester] += ask.request.deliveryTip;
        emit TipReclaimed(id, ask.request.deliveryTip);
    }
}
