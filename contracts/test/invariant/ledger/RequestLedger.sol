// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {KeyState} from "../../../src/interfaces/IAttestedKeys.sol";
import {Quorum} from "../../../src/interfaces/IHubQuorum.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Stage, Terms} from "../../../src/types/Request.sol";
import {ClockLedger} from "./ClockLedger.sol";
import {Entry} from "./Books.sol";

/// @notice Requests until they are answered or refunded, with their claims and seals.
abstract contract RequestLedger is ClockLedger {
    function _onRequested(Vm.Log memory log) internal {
        Entry storage entry = entries.push();
        entry.id = RequestId.wrap(log.topics[1]);
        assertEq(placeOf[entry.id], 0, "A request has the id of another.");
        placeOf[entry.id] = entries.length;
        (entry.ask.nonce, entry.ask.request,) = abi.decode(log.data, (uint256, Request, bytes));
        entry.ask.requester = _party(log);
        entry.stage = Stage.Open;
        assertTrue(hub.requestIdOf(entry.ask) == entry.id, "The id is not the one of what was asked.");

        Request storage asked = entry.ask.request;
        uint256 amount = uint256(asked.fee) + asked.deliveryTip;
        inEscrow += amount;
        if (asked.flags & RequestFlags.FROM_ACCOUNT != 0) _debit(entry.ask.requester, amount);
    }

    function _onTermsSet(Vm.Log memory log) internal {
        Terms memory terms = abi.decode(log.data, (Terms));
        Entry storage entry = _entryOf(log);
        assertEq(keccak256(abi.encode(terms)), entry.ask.request.termsHash, "The terms are not those of the request.");
        entry.terms = terms;
    }

    function _onClaimed(Vm.Log memory log) internal {
        (uint256 bond, uint40 until, uint8 claims) = abi.decode(log.data, (uint256, uint40, uint8));
        Entry storage entry = _entryOf(log);
        assertTrue(entry.stage == Stage.Open && entry.bond == 0, "A claim stands beside another.");
        assertEq(claims, entry.claims, "Another number of claims ran out.");
        assertEq(bond, _bondOf(entry, claims), "The bond is not doubled as it should be.");
        assertLe(_now(), entry.ask.request.deadline, "A claim after the deadline.");
        // Where it takes another's place that one's claim ended in the same call.
        address assignee = entry.ask.request.assignee;
        address former = entry.lastEndedIn == callNumber ? entry.lastClaimant : assignee;
        if (former != address(0)) entry.displaced = former;
        entry.stage = Stage.Claimed;
        entry.claimant = _party(log);
        entry.bondedAt = _bondTime();
        entry.since = until - _claimTimeOf(entry);
        bool waits = former != address(0) && former != entry.claimant;
        assertEq(entry.since, entry.bondedAt + (waits ? GRACE : 0), "A claim stands sooner or later than it should.");
        entry.bond = bond;
        _debit(entry.claimant, bond);
        inBonds += bond;
    }

    function _onClaimReleased(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        assertTrue(_isClaimExcused(entry), "A claim was given back without an excuse.");
        uint256 bond = _endClaim(entry, log);
        _credit(_party(log), bond);
    }

    function _onClaimForfeited(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        bool isOver = _time() > entry.since + _claimTimeOf(entry) || _now() > entry.ask.request.deadline;
        assertTrue(isOver, "A claim was forfeited that still ran.");
        assertFalse(_isClaimExcused(entry), "A claim was forfeited in spite of an excuse.");
        uint256 bond = _endClaim(entry, log);
        ++entry.claims;
        forfeited += bond - bond / 2;
        entry.left += bond / 2;
        inRemains += bond / 2;
    }

    function _onRefunded(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        Request storage asked = entry.ask.request;
        bool isUndecided = entry.stage == Stage.Sealing;
        assertTrue(_isUnended(entry), "What has ended was refunded.");
        assertTrue(isUndecided || _now() > asked.deadline, "A refund before the deadline.");
        assertEq(entry.bond, 0, "A refund left a bond behind.");
        uint256 amount = uint256(asked.fee) + asked.deliveryTip;
        inEscrow -= amount;
        _credit(entry.ask.requester, amount + _takeRemains(entry));
        assertEq(abi.decode(log.data, (uint256)), amount + entry.left, "The refund is not what was escrowed and left.");
        entry.stage = Stage.Refunded;
    }

    function _onAnswerSealed(Vm.Log memory log) internal {
        (uint256 bond, uint8 seals) = abi.decode(log.data, (uint256, uint8));
        Entry storage entry = _entryOf(log);
        address member = _party(log);
        assertTrue(entry.stage == Stage.Open || entry.stage == Stage.Sealing, "A seal on what has ended.");
        assertFalse(_hasSealed(entry, member), "A member sealed twice.");
        assertEq(bond, _bondOf(entry, 0), "A seal has another bond than a claim.");
        if (entry.stage == Stage.Open) entry.sealedAt = _bondTime();
        entry.stage = Stage.Sealing;
        entry.sealers.push(member);
        assertGe(seals, entry.sealers.length, "Fewer seals are counted than there are.");
        _debit(member, bond);
        inBonds += bond;
    }

    function _onAnswerRevealed(Vm.Log memory log) internal {
        (, bytes32 agreed, uint8 votes) = abi.decode(log.data, (bytes32, bytes32, uint8));
        Entry storage entry = _entryOf(log);
        address member = _party(log);
        _credit(member, _endSeal(entry, member));
        if (votes == 0) return;

        entry.agreed = agreed;
        address[] storage payees = standingBehind[entry.id][agreed];
        payees.push(nodes.payeeOf(member));
        assertEq(votes, payees.length, "Another number of members stands behind an answer.");
    }

    function _onSealReturned(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        Quorum memory quorum = hub.quorumOf(entry.ask);
        bool isExcused = _isExcused(entry, _party(log), entry.sealedAt, quorum.revealsUntil);
        assertTrue(isExcused || quorum.revealsFrom == 0, "A seal's bond was given back without an excuse.");
        _credit(_party(log), _endSeal(entry, _party(log)));
    }

    function _onSealForfeited(Vm.Log memory log) internal {
        Entry storage entry = _entryOf(log);
        Quorum memory quorum = hub.quorumOf(entry.ask);
        bool wasTime = quorum.revealsFrom != 0 && _time() > quorum.revealsUntil;
        assertTrue(wasTime, "A seal was forfeited that could still be opened, or never could.");
        bool isExcused = _isExcused(entry, _party(log), entry.sealedAt, quorum.revealsUntil);
        assertFalse(isExcused, "A seal was forfeited in spite of an excuse.");
        uint256 bond = _endSeal(entry, _party(log));
        _credit(entry.ask.requester, bond / 2);
        forfeited += bond - bond / 2;
    }

    function _hasSealed(Entry storage entry, address member) internal view returns (bool) {
        for (uint256 i = 0; i < entry.sealers.length; ++i) {
            if (entry.sealers[i] == member) return true;
        }
        return false;
    }

    function _isUnended(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Open || entry.stage == Stage.Claimed || entry.stage == Stage.Sealing;
    }

    function _isClaimExcused(Entry storage entry) internal view returns (bool) {
        return _isExcused(entry, entry.claimant, entry.bondedAt, entry.since + _claimTimeOf(entry));
    }

    /// Whether it was others' doing that a node could not settle what it bonded for: it came between the bond and its end.
    function _isExcused(Entry storage entry, address node, uint40 bondedAt, uint40 ends) internal view returns (bool) {
        if (lastPause != 0 && bondedAt <= lastPause && lastPause <= ends) return true;
        // The end in the chain's time, as late as pauses can make it.
        uint40 by = ends + _now() - _time();
        uint40 yankedAt = models.yankedAt(entry.ask.request.versionId);
        return (yankedAt != 0 && yankedAt <= by) || _hasLostItsKey(entry, node, by);
    }

    function _hasLostItsKey(Entry storage entry, address node, uint40 by) internal view returns (bool) {
        if (entry.ask.request.assurance != Assurance.Attested) return false;
        address signer = keys.signerOf(node, keys.epochOf(node));
        if (signer == address(0) || keys.keyOf(signer).state != KeyState.Revoked) return false;
        return keys.revokedSince(signer) <= by;
    }

    function _bondOf(Entry storage entry, uint256 claims) internal view returns (uint256) {
        uint256 fee = entry.ask.request.fee;
        return (fee > MIN_BOND ? fee : MIN_BOND) * 2 ** claims;
    }

    function _claimTimeOf(Entry storage entry) internal view returns (uint40) {
        return entry.ask.request.assurance == Assurance.Proven ? PROVEN_CLAIM_TIME : CLAIM_TIME;
    }

    function _takeRemains(Entry storage entry) internal returns (uint256) {
        inRemains -= entry.left;
        return entry.left;
    }

    function _entryOf(Vm.Log memory log) internal view returns (Entry storage) {
        uint256 place = placeOf[RequestId.wrap(log.topics[1])];
        assertGt(place, 0, "An event about a request that nobody made.");
        return entries[place - 1];
    }

    /// The second of what an event is found by: whose it is.
    function _party(Vm.Log memory log) internal pure returns (address) {
        return address(uint160(uint256(log.topics[2])));
    }

    function _endClaim(Entry storage entry, Vm.Log memory log) private returns (uint256 bond) {
        bond = abi.decode(log.data, (uint256));
        assertTrue(entry.stage == Stage.Claimed, "A claim ended that did not stand.");
        assertEq(entry.claimant, _party(log), "A claim ended that was another's.");
        assertEq(entry.bond, bond, "A claim ended with another bond.");
        (entry.lastClaimant, entry.lastEndedIn) = (entry.claimant, callNumber);
        entry.stage = Stage.Open;
        entry.claimant = address(0);
        entry.bond = 0;
        inBonds -= bond;
    }

    function _endSeal(Entry storage entry, address member) private returns (uint256 bond) {
        bond = _bondOf(entry, 0);
        inBonds -= bond;
        address[] storage sealers = entry.sealers;
        for (uint256 i = 0; i < sealers.length; ++i) {
            if (sealers[i] != member) continue;
            sealers[i] = sealers[sealers.length - 1];
            sealers.pop();
            return bond;
        }
        revert("A seal ended that did not stand.");
    }
}
