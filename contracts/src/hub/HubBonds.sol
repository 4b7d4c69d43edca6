// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBase} from "./HubBase.sol";
import {Word, Words} from "./Words.sol";
import {KeyState} from "../interfaces/IAttestedKeys.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Request, Stage} from "../types/Request.sol";
import {VersionStatus} from "../types/Version.sol";

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
        if (_isExcused(asked, node, word.since())) {
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
            // A claim that still runs is another's only where that one came too late to take the place of who settles here.
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

    /// Whether it is not the fault of a node that it could not settle what it bonded for.
    /// @param since Active time of its bond.
    function _isExcused(Request calldata asked, address node, uint40 since) internal view returns (bool) {
        uint40 lastPause = _state.clock.lastPause;
        if (lastPause >= since && lastPause != 0) return true;
        return _isYanked(asked) || _hasLostItsKey(asked, node);
    }

    function _isYanked(Request calldata asked) internal view returns (bool) {
        return _models.statusOf(asked.versionId) == VersionStatus.Yanked;
    }

    /// A role or a key's time a node's operator can end at will, and its claims would cost nothing; a revocation is others' doing.
    function _hasLostItsKey(Request calldata asked, address node) internal view returns (bool) {
        if (asked.assurance != Assurance.Attested) return false;
        address signer = _keys.signerOf(node, _keys.epochOf(node));
        return signer != address(0) && _keys.keyOf(signer).state == KeyState.Revoked;
    }
}
