// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Stage} from "../../../src/types/Request.sol";
import {Entry} from "./Books.sol";
import {Ledger} from "./Ledger.sol";

/// @notice Holds what the contracts hold and say against the ledger.
abstract contract Audit is Ledger {
    function _audit() internal view {
        _auditClock();
        _same(token.balanceOf(address(hub)), _owed(), "The hub's tokens are not what it owes.");
        _auditAccounts();
        _auditEarnings();
        _auditStakes();
        _auditCourt();
        _auditThief();
        assertEq(reentrant.breaches(), 0, "A call from within a callback did what is forbidden there.");

        // One each time; what happened to a request without an event stays to be seen, and at the end all are looked at.
        if (entries.length != 0) _auditEntry(entries[callNumber % entries.length]);
    }

    function _auditAllEntries() internal view {
        for (uint256 i = 0; i < entries.length; ++i) {
            _auditEntry(entries[i]);
        }
    }

    function _auditAccounts() private view {
        for (uint256 i = 0; i < accountList.length; ++i) {
            address account = accountList[i];
            _same(hub.balanceOf(account), accounts[account], "An account is not what its events say.");
        }
    }

    function _auditEarnings() private view {
        for (uint256 i = 0; i < payeeList.length; ++i) {
            uint40[] storage hourEnds = hoursOf[payeeList[i]];
            for (uint256 j = 0; j < hourEnds.length; ++j) {
                uint256 actual = hub.earningsOf(payeeList[i], hourEnds[j]);
                _same(actual, earnings[payeeList[i]][hourEnds[j]], "Earnings are not what their events say.");
            }
        }
    }

    function _auditEntry(Entry storage entry) private view {
        (Stage stage, address node, uint40 until) = hub.stateOf(entry.id);
        _same(uint8(stage), uint8(entry.stage), "A request stands elsewhere than its events say.");
        if (stage == Stage.Claimed) {
            assertEq(node, entry.claimant, "A claim is another's.");
            _same(until, entry.since, "A claim stands since another time.");
        } else if (stage == Stage.Settled || stage == Stage.Failed || stage == Stage.Challenged) {
            _same(until, entry.until, "An answer is final at another time.");
            bool isFinal = stage != Stage.Challenged && _time() >= entry.until;
            assertEq(hub.isFinal(entry.id), isFinal, "What is final is told otherwise.");
        }
    }

    /// All that a thief has may only grow by the tips of deliveries that it made.
    function _auditThief() private view {
        uint256 wealth = token.balanceOf(thief) + accounts[thief] + stakers[thief].bonded + stakers[thief].unbonding;
        for (uint256 i = 0; i < hoursOf[thief].length; ++i) {
            wealth += earnings[thief][hoursOf[thief][i]];
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            if (entries[i].claimant == thief) wealth += entries[i].bond;
        }
        assertLe(wealth, thiefsStart + tipsOfThief, "The thief gained.");
    }
}
