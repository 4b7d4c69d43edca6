// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubRequests} from "./HubRequests.sol";
import {Word, Words} from "./Words.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";
import {Roles} from "../interfaces/INodeRegistry.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Request, Stage} from "../types/Request.sol";
import {VersionStatus} from "../types/Version.sol";

/// @notice Claims: the sole right to settle for a while, against a bond that doubles whenever one was let run out.
abstract contract HubClaims is HubRequests {
    /// @notice After so many claims that ran out a request takes no more: each cost its maker twice as much as the one before.
    uint8 public constant MAX_CLAIMS = 8;

    /// @inheritdoc IInferenceHub
    function claim(Ask calldata ask) external {
        uint40 time = _activeTime(_running());
        RequestId id = requestIdOf(ask);
        Word word = _words[id];
        (Stage stage, uint8 claims) = (word.stage(), word.claims());
        require(stage == Stage.Open || stage == Stage.Claimed, NotOpen(id, stage));
        require(block.timestamp <= ask.request.deadline, DeadlinePassed(ask.request.deadline));
        require(ask.request.quorum == 0, NotClaimable(id, 0));
        require(_nodes.hasRole(msg.sender, _roleFor(ask.request.assurance)), NotANode(msg.sender));
        uint40 exclusive = ask.request.exclusiveUntil;
        require(msg.sender == ask.request.assignee || block.timestamp > exclusive, NotClaimable(id, exclusive));

        uint256 base = _baseBond(ask.request);
        if (stage == Stage.Claimed) {
            uint40 ends = word.since() + _claimTime(ask.request.assurance);
            require(time > ends, NotClaimable(id, ends));
            _forfeit(id, word.node(), base << claims);
            ++claims;
        }
        require(claims < MAX_CLAIMS, NotClaimable(id, type(uint40).max));

        uint256 bond = base << claims;
        _debit(msg.sender, bond);
        _words[id] = Words.claimed(claims, time, msg.sender);
        emit Claimed(id, msg.sender, bond, time + _claimTime(ask.request.assurance), claims);
    }

    /// @inheritdoc IInferenceHub
    function releaseClaim(Ask calldata ask) external {
        RequestId id = requestIdOf(ask);
        Word word = _words[id];
        require(word.stage() == Stage.Claimed && word.node() == msg.sender, NotClaimant(id, msg.sender));
        require(_isExcused(ask.request, word), ClaimStands(id));

        uint256 bond = _baseBond(ask.request) << word.claims();
        _accounts[msg.sender] += bond;
        _words[id] = Words.open(word.claims());
        emit ClaimReleased(id, msg.sender, bond);
    }

    /// @inheritdoc IInferenceHub
    function bondFor(Ask calldata ask) external view returns (uint256) {
        Word word = _words[requestIdOf(ask)];
        return _baseBond(ask.request) << (word.claims() + (word.stage() == Stage.Claimed ? 1 : 0));
    }

    /// Whether it is not the claimant's fault that it cannot settle.
    function _isExcused(Request memory asked, Word word) internal view returns (bool) {
        if (_clock.lastPause >= word.since() && _clock.lastPause != 0) return true;
        if (_models.statusOf(asked.versionId) == VersionStatus.Yanked) return true;
        return !_nodes.hasRole(word.node(), _roleFor(asked.assurance));
    }

    /// Takes the bond of a claim that was let run out: half is burned, half stays with the request.
    function _forfeit(RequestId id, address node, uint256 bond) internal {
        _forfeited += bond - bond / 2;
        emit ClaimForfeited(id, node, bond);
    }

    /// What the claims that ran out left with the request.
    function _leftBy(uint256 base, uint8 claims) internal pure returns (uint256 left) {
        for (uint8 i = 0; i < claims; ++i) {
            left += (base << i) / 2;
        }
    }

    function _baseBond(Request memory asked) internal view returns (uint256) {
        return asked.fee > _minBond ? asked.fee : _minBond;
    }

    function _claimTime(Assurance assurance) internal view returns (uint40) {
        return assurance == Assurance.Proven ? _provenClaimTime : _claimTimeOfOthers;
    }

    function _roleFor(Assurance assurance) internal pure returns (uint8) {
        if (assurance == Assurance.Proven) return Roles.PROVER;
        return assurance == Assurance.Attested ? Roles.TEE : Roles.INFERENCE;
    }
}
