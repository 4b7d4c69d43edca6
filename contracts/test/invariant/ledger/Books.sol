// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId} from "../../../src/types/Ids.sol";
import {Ask, Settlement, Stage, Terms} from "../../../src/types/Request.sol";
import {Actors} from "../world/Actors.sol";

/// @notice One request, as events tell it.
struct Entry {
    RequestId id;
    Ask ask;
    Terms terms;
    Stage stage;
    /// The claim that stands, if any.
    address claimant;
    /// When it was made, and since when it stands.
    uint40 bondedAt;
    uint40 since;
    uint256 bond;
    uint8 claims;
    /// What claims that ran out left.
    uint256 left;
    /// Whose claim the last one to be taken over was, and in which call it ended.
    address lastClaimant;
    uint256 lastEndedIn;
    address displaced;
    Settlement settlement;
    uint40 until;
    /// In which call.
    uint256 settledIn;
    bool isFailure;
    bool isTipSpent;
    bool isDelivered;
    bytes evidence;
    bytes output;
    /// Of a quorum: whose seals stand, and the answer that was last agreed to.
    address[] sealers;
    uint40 sealedAt;
    bytes32 agreed;
}

/// @notice The hub's money as events tell it: what belongs to whom, and what is bound up in requests.
abstract contract Books is Actors {
    address internal constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    Entry[] internal entries;
    /// One more than the index.
    mapping(RequestId id => uint256) internal placeOf;
    /// Who is paid for an answer of a quorum, one for each member that stands behind it.
    mapping(RequestId id => mapping(bytes32 outputCommit => address[])) internal standingBehind;
    mapping(RequestId id => bool) internal wasSettled;
    mapping(bytes32 digest => bool) internal wasSettledBy;

    address[] internal accountList;
    mapping(address account => bool) private _isKnown;
    mapping(address account => uint256) internal accounts;
    /// Fees that are not collected, by payee and by the hour of their finality.
    address[] internal payeeList;
    mapping(address payee => uint40[]) internal hoursOf;
    mapping(address payee => mapping(uint40 hourEnd => uint256)) internal earnings;

    uint256 internal inAccounts;
    uint256 internal inEarnings;
    /// Fees and tips of requests that have not ended.
    uint256 internal inEscrow;
    /// Bonds of claims and seals.
    uint256 internal inBonds;
    /// What claims that ran out left with requests that have not ended.
    uint256 internal inRemains;
    /// Fees of answers that are contested.
    uint256 internal inContest;
    /// Tips of settled requests, neither paid nor given back.
    uint256 internal inTips;
    uint256 internal forfeited;
    /// Tokens that were sent to the hub or the register, and are nobody's.
    mapping(address to => uint256) internal donated;
    uint256 internal tipsOfThief;

    /// Who makes the present call, and which call it is.
    address internal actor;
    uint256 internal callNumber;

    function _owed() internal view returns (uint256) {
        return inAccounts + inEarnings + inEscrow + inBonds + inRemains + inContest + inTips + forfeited + donated[address(hub)];
    }

    function _credit(address account, uint256 amount) internal {
        if (!_isKnown[account]) {
            _isKnown[account] = true;
            accountList.push(account);
        }
        accounts[account] += amount;
        inAccounts += amount;
    }

    /// Nobody's account falls but by a call of its own; a consumer may make one while it is called back.
    function _debit(address account, uint256 amount) internal {
        assertTrue(account == actor || isConsumer[account], "Somebody's account fell by another's call.");
        assertGe(accounts[account], amount, "An account fell below zero.");
        accounts[account] -= amount;
        inAccounts -= amount;
    }

    function _earn(address payee, uint40 until, uint256 amount) internal {
        uint40 hourEnd = _hourEnd(until);
        if (hoursOf[payee].length == 0) payeeList.push(payee);
        if (earnings[payee][hourEnd] == 0) hoursOf[payee].push(hourEnd);
        earnings[payee][hourEnd] += amount;
        inEarnings += amount;
    }

    /// Takes earnings that became final, or were contested, out of their hour.
    function _unearn(address payee, uint40 hourEnd, uint256 amount) internal {
        earnings[payee][hourEnd] -= amount;
        inEarnings -= amount;
        if (earnings[payee][hourEnd] != 0) return;

        uint40[] storage hourEnds = hoursOf[payee];
        for (uint256 i = 0; i < hourEnds.length; ++i) {
            if (hourEnds[i] != hourEnd) continue;
            hourEnds[i] = hourEnds[hourEnds.length - 1];
            hourEnds.pop();
            if (hourEnds.length == 0) _forgetPayee(payee);
            return;
        }
    }

    function _forgetPayee(address payee) private {
        for (uint256 i = 0; i < payeeList.length; ++i) {
            if (payeeList[i] != payee) continue;
            payeeList[i] = payeeList[payeeList.length - 1];
            payeeList.pop();
            return;
        }
    }

    /// As `assertEq`, which is a call of its own that most audits of a long run need not make.
    function _same(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) assertEq(actual, expected, what);
    }

    function _now() internal view returns (uint40) {
        return uint40(vm.getBlockTimestamp());
    }

    function _hourEnd(uint40 time) internal pure returns (uint40) {
        return time % 1 hours == 0 ? time : time - time % 1 hours + 1 hours;
    }
}
