// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {HubRequests} from "./HubRequests.sol";
import {Word, Words} from "./Words.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Request, Stage} from "../types/Request.sol";

/// @notice Claims: the sole right to settle for a while, against a bond that doubles whenever one was let run out.
abstract contract HubClaims is HubRequests {
    /// @inheritdoc IInferenceHub
    uint8 public constant MAX_CLAIMS = 8;

    /// Who is displaced by a claim has a third of the usual claim's time to settle what is on its way: with two minutes, three slots of twelve seconds.
    uint40 private constant GRACE_DIVISOR = 3;

    /// @inheritdoc IInferenceHub
    function claim(Ask calldata ask) external {
        uint40 time = _runningTime();
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        _requireMayClaim(ask.request, id, word.stage());
        (uint8 claims, address former) = _endFormer(ask.request, id, word, time);
        require(claims < MAX_CLAIMS, NotClaimable(id, type(uint40).max));

        uint40 bondedAt = _bondTime(time);
        uint40 since = bondedAt;
        if (former != address(0)) {
            // Whoever sees its late answer on the way must not get before it, nor whoever can keep it back for some blocks.
            _state.displaced[id] = former;
            if (former != msg.sender) since += _claimTimeOfOthers / GRACE_DIVISOR;
        }
        require(block.timestamp + since - time <= ask.request.deadline, DeadlinePassed(ask.request.deadline));

        uint256 bond = _firstBond(ask.request) << claims;
        _debit(msg.sender, bond);
        _state.words[id] = Words.claimed(claims, since, msg.sender, bondedAt);
        emit Claimed(id, msg.sender, bond, since + _claimTime(ask.request.assurance), claims);
    }

    /// @inheritdoc IInferenceHub
    function bondFor(Ask calldata ask) external view returns (uint256) {
        Word word = _state.words[_idOf(ask)];
        return _firstBond(ask.request) << (word.claims() + (word.stage() == Stage.Claimed ? 1 : 0));
    }

    function _requireMayClaim(Request calldata asked, RequestId id, Stage stage) private view {
        require(stage == Stage.Open || stage == Stage.Claimed, NotOpen(id, stage));
        require(asked.quorum == 0, NotClaimable(id, 0));
        // What would excuse it later must not be there already: it would hold the request for nothing.
        require(!_wasYanked(asked, block.timestamp), VersionNotUsable());
        require(!_hasLostItsKey(asked, msg.sender, block.timestamp), NotANode(msg.sender));
        require(_nodes.hasRole(msg.sender, Admission.roleFor(asked.assurance)), NotANode(msg.sender));
        uint40 exclusive = asked.exclusiveUntil;
        require(msg.sender == asked.assignee || block.timestamp > exclusive, NotClaimable(id, exclusive));
    }

    /// Ends the claim that a new one follows, if its time is over.
    /// @return claims How many have run out by now.
    /// @return former Who could settle until now: the claimant, or where there is none the assignee.
    function _endFormer(Request calldata asked, RequestId id, Word word, uint40 time)
        private
        returns (uint8 claims, address former)
    {
        if (word.stage() == Stage.Open) return (word.claims(), asked.assignee);
        uint40 ends = word.since() + _claimTime(asked.assurance);
        require(time > ends, NotClaimable(id, ends));
        return (_endClaim(asked, id, word), word.node());
    }
}
