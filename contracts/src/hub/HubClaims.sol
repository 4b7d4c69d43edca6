// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {Bonds} from "./Bonds.sol";
import {HubRequests} from "./HubRequests.sol";
import {Word, Words} from "./Words.sol";
import {KeyState} from "../interfaces/IAttestedKeys.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Request, Stage} from "../types/Request.sol";
import {VersionStatus} from "../types/Version.sol";

/// @notice Claims: the sole right to settle for a while, against a bond that doubles whenever one was let run out.
abstract contract HubClaims is HubRequests {
    /// @inheritdoc IInferenceHub
    uint8 public constant MAX_CLAIMS = 8;

    /// @inheritdoc IInferenceHub
    function claim(Ask calldata ask) external {
        uint40 time = _activeTime(_running());
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        (Stage stage, uint8 claims) = (word.stage(), word.claims());
        require(stage == Stage.Open || stage == Stage.Claimed, NotOpen(id, stage));
        require(block.timestamp <= ask.request.deadline, DeadlinePassed(ask.request.deadline));
        require(ask.request.quorum == 0, NotClaimable(id, 0));
        require(_nodes.hasRole(msg.sender, Admission.roleFor(ask.request.assurance)), NotANode(msg.sender));
        uint40 exclusive = ask.request.exclusiveUntil;
        require(msg.sender == ask.request.assignee || block.timestamp > exclusive, NotClaimable(id, exclusive));

        uint256 first = _firstBond(ask.request);
        if (stage == Stage.Claimed) {
            uint40 ends = word.since() + _claimTime(ask.request.assurance);
            require(time > ends, NotClaimable(id, ends));
            Bonds.forfeit(_state, id, word.node(), first << claims);
            ++claims;
        }
        require(claims < MAX_CLAIMS, NotClaimable(id, type(uint40).max));

        uint256 bond = first << claims;
        _debit(msg.sender, bond);
        _state.words[id] = Words.claimed(claims, time, msg.sender);
        emit Claimed(id, msg.sender, bond, time + _claimTime(ask.request.assurance), claims);
    }

    /// @inheritdoc IInferenceHub
    function releaseClaim(Ask calldata ask) external {
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        require(word.stage() == Stage.Claimed && word.node() == msg.sender, NotClaimant(id, msg.sender));
        require(_isExcused(ask.request, word), ClaimStands(id));

        uint256 bond = _firstBond(ask.request) << word.claims();
        _state.accounts[msg.sender] += bond;
        _state.words[id] = Words.open(word.claims());
        emit ClaimReleased(id, msg.sender, bond);
    }

    /// @inheritdoc IInferenceHub
    function bondFor(Ask calldata ask) external view returns (uint256) {
        Word word = _state.words[_idOf(ask)];
        return _firstBond(ask.request) << (word.claims() + (word.stage() == Stage.Claimed ? 1 : 0));
    }

    /// Whether it is not the claimant's fault that it cannot settle.
    function _isExcused(Request calldata asked, Word word) internal view returns (bool) {
        if (_state.clock.lastPause >= word.since() && _state.clock.lastPause != 0) return true;
        if (_models.statusOf(asked.versionId) == VersionStatus.Yanked) return true;
        if (asked.assurance != Assurance.Attested) return false;
        // A role or a key's time a node's operator can end at will, and its claims would cost nothing; a revocation is others' doing.
        address signer = _keys.signerOf(word.node(), _keys.epochOf(word.node()));
        return signer != address(0) && _keys.keyOf(signer).state == KeyState.Revoked;
    }
}
