// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {HubRequests} from "./HubRequests.sol";
import {Clock} from "./HubState.sol";
import {Word, Words} from "./Words.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Stage} from "../types/Request.sol";

/// @notice Claims: the sole right to settle for a while, against a bond that doubles whenever one was let run out.
abstract contract HubClaims is HubRequests {
    /// @inheritdoc IInferenceHub
    uint8 public constant MAX_CLAIMS = 8;

    /// @inheritdoc IInferenceHub
    function claim(Ask calldata ask) external {
        Clock storage clock = _running();
        uint40 time = _activeTime(clock);
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        (Stage stage, uint8 claims) = (word.stage(), word.claims());
        require(stage == Stage.Open || stage == Stage.Claimed, NotOpen(id, stage));
        require(block.timestamp <= ask.request.deadline, DeadlinePassed(ask.request.deadline));
        require(ask.request.quorum == 0, NotClaimable(id, 0));
        // What would excuse it later must not be there already: it would hold the request for nothing.
        require(!_isYanked(ask.request), VersionNotUsable());
        require(!_hasLostItsKey(ask.request, msg.sender), NotANode(msg.sender));
        require(_nodes.hasRole(msg.sender, Admission.roleFor(ask.request.assurance)), NotANode(msg.sender));
        uint40 exclusive = ask.request.exclusiveUntil;
        require(msg.sender == ask.request.assignee || block.timestamp > exclusive, NotClaimable(id, exclusive));

        if (stage == Stage.Claimed) {
            uint40 ends = word.since() + _claimTime(ask.request.assurance);
            require(time > ends, NotClaimable(id, ends));
            claims = _endClaim(ask.request, id, word);
            // Whoever sees its late answer on the way must not get before it.
            _state.displaced[id] = word.node();
        }
        require(claims < MAX_CLAIMS, NotClaimable(id, type(uint40).max));

        uint256 bond = _firstBond(ask.request) << claims;
        _debit(msg.sender, bond);
        // Active time at a pause's end is that at its beginning: a claim after it must not look like one that it interrupted.
        uint40 since = time == clock.lastPause ? time + 1 : time;
        _state.words[id] = Words.claimed(claims, since, msg.sender);
        emit Claimed(id, msg.sender, bond, since + _claimTime(ask.request.assurance), claims);
    }

    /// @inheritdoc IInferenceHub
    function bondFor(Ask calldata ask) external view returns (uint256) {
        Word word = _state.words[_idOf(ask)];
        return _firstBond(ask.request) << (word.claims() + (word.stage() == Stage.Claimed ? 1 : 0));
    }
}
