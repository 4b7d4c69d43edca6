// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBase} from "./HubBase.sol";
import {Clock} from "./HubState.sol";
import {Word, Words} from "./Words.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Request, Stage} from "../types/Request.sol";

/// @notice Bonds of claims: the first is the greater of the fee and a minimum, and each claim that runs out doubles the next. Of a bond that
/// is forfeited half is burned, and half stays with the request for whoever settles it.
abstract contract HubBonds is HubBase {
    /// The bond of a request's first claim.
    function _firstBond(Request calldata asked) internal view returns (uint256) {
        return asked.fee > _minBond ? asked.fee : _minBond;
    }

    function _claimTime(Assurance assurance) internal view returns (uint40) {
        return assurance == Assurance.Proven ? _provenClaimTime : _claimTimeOfOthers;
    }

    /// What `claims` claims that ran out left with the request.
    function _leftBy(uint256 first, uint8 claims) internal pure returns (uint256 left) {
        for (uint8 i = 0; i < claims; ++i) {
            left += (first << i) / 2;
        }
    }

    /// Ends a claim that its claimant did not use: forfeited, or given back where that was not its fault.
    /// @return claims How many claims of the request have run out by now.
    function _endClaim(Request calldata asked, RequestId id, Word word) internal returns (uint8 claims) {
        claims = word.claims();
        uint256 bond = _firstBond(asked) << claims;
        address node = word.node();
        if (_isExcused(asked, node, word.bondedAt(), word.since() + _claimTime(asked.assurance))) {
            _state.accounts[node] += bond;
            emit ClaimReleased(id, node, bond);
        } else {
            ++claims;
            _state.forfeited += bond - bond / 2;
            emit ClaimForfeited(id, node, bond);
        }
    }

    /// Ends a request's claims at its settlement: the settler's own bond comes back, one that another let run out ends as it deserves, and
    /// what forfeited ones left goes to the payee.
    function _closeClaims(Request calldata asked, RequestId id, Word word, address node, address payee, uint40 time) internal {
        uint8 claims = word.claims();
        if (word.stage() == Stage.Claimed) {
            bool isRunning = time <= word.since() + _claimTime(asked.assurance);
            // A claim that still runs is another's only where it does not stand yet, and who settles here had the right before it.
            if (word.node() == node || isRunning) _state.accounts[word.node()] += _firstBond(asked) << claims;
            else claims = _endClaim(asked, id, word);
        }

        if (claims > 0) _state.accounts[payee] += _leftBy(_firstBond(asked), claims);
    }

    /// Fee and tip go back, with what forfeited claims left.
    function _refund(Ask calldata ask, RequestId id, uint8 claims) internal {
        uint256 amount = uint256(ask.request.fee) + ask.request.deliveryTip + _leftBy(_firstBond(ask.request), claims);
        _state.words[id] = Words.refunded();
        _state.accounts[ask.requester] += amount;
        emit Refunded(id, ask.requester, amount);
    }

    /// Whether it is not the fault of a node that it could not settle what it bonded for: a pause, a yank or a revocation came in its time. What
    /// comes after that excuses nothing, and what was there before kept it from bonding.
    /// @param bondedAt Active time of its bond.
    /// @param ends Active time of the last second in which it could have settled.
    function _isExcused(Request calldata asked, address node, uint40 bondedAt, uint40 ends) internal view returns (bool) {
        Clock storage clock = _state.clock;
        uint40 lastPause = clock.lastPause;
        if (lastPause >= bondedAt && lastPause <= ends) return true;
        // In the chain's time. A pause since then makes it seem later than it was, by its length.
        uint256 by = block.timestamp - _activeTime(clock) + ends;
        return _wasYanked(asked, by) || _hasLostItsKey(asked, node, by);
    }

    function _wasYanked(Request calldata asked, uint256 by) internal view returns (bool) {
        return _hasCome(_models.yankedAt(asked.versionId), by);
    }

    /// A role or a key's time a node's operator can end at will, and its claims would cost nothing; a revocation is others' doing.
    function _hasLostItsKey(Request calldata asked, address node, uint256 by) internal view returns (bool) {
        if (asked.assurance != Assurance.Attested) return false;
        return _hasCome(_keys.revokedSince(_keys.signerOf(node, _keys.epochOf(node))), by);
    }

    /// Active time that a bond counts from. At a pause's end it is that at its beginning: a bond after it must not look like one that it interrupted.
    function _bondTime(uint40 time) internal view returns (uint40) {
        return time == _state.clock.lastPause ? time + 1 : time;
    }

    function _hasCome(uint40 time, uint256 by) private pure returns (bool) {
        return time != 0 && time <= by;
    }
}
