// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "forge-std/Vm.sol";

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Reentrant} from "../world/Strangers.sol";
import {CourtLedger} from "./CourtLedger.sol";

/// @notice Reads a call's logs in their order, as an indexer would.
abstract contract Ledger is CourtLedger {
    /// Logs of what was reverted are there too; a top-level call's are dropped by whoever makes it.
    function _ingest(Vm.Log[] memory logs) internal {
        bool[] memory isVoid = _findReverted(logs);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (isVoid[i]) continue;
            if (logs[i].emitter == address(hub)) _ingestHub(logs[i]);
            else if (logs[i].emitter == address(nodes)) _ingestStake(logs[i]);
            else if (logs[i].emitter == address(court)) _ingestCourt(logs[i]);
            else if (logs[i].emitter == address(token)) _onToken(logs[i]);
            else if (logs[i].emitter == meter) _onMeasured(logs[i]);
        }
    }

    /// Nobody's tokens move but by a call of theirs; a consumer may make one while it is called back.
    function _onToken(Vm.Log memory log) private view {
        // Before the first call everybody is only being fitted out.
        if (log.topics[0] != IERC20.Transfer.selector || callNumber == 0) return;
        address from = address(uint160(uint256(log.topics[1])));
        bool isContracts = from == address(hub) || from == address(nodes) || from == address(court);
        assertTrue(isContracts || from == actor || isConsumer[from], "Somebody's tokens moved by another's call.");
    }

    function _ingestHub(Vm.Log memory log) private {
        bytes32 kind = log.topics[0];
        if (kind == IHubEvents.Requested.selector) _onRequested(log);
        else if (kind == IHubEvents.TermsSet.selector) _onTermsSet(log);
        else if (kind == IHubEvents.Claimed.selector) _onClaimed(log);
        else if (kind == IHubEvents.ClaimReleased.selector) _onClaimReleased(log);
        else if (kind == IHubEvents.ClaimForfeited.selector) _onClaimForfeited(log);
        else if (kind == IHubEvents.Settled.selector) _onSettled(log);
        else if (kind == IHubEvents.Delivered.selector) _onDelivered(log);
        else if (kind == IHubEvents.Refunded.selector) _onRefunded(log);
        else if (kind == IHubEvents.TipReclaimed.selector) _onTipReclaimed(log);
        else if (kind == IHubEvents.AnswerSealed.selector) _onAnswerSealed(log);
        else if (kind == IHubEvents.AnswerRevealed.selector) _onAnswerRevealed(log);
        else if (kind == IHubEvents.SealReturned.selector) _onSealReturned(log);
        else if (kind == IHubEvents.SealForfeited.selector) _onSealForfeited(log);
        else if (kind == IHubEvents.Contested.selector) _onContested(log);
        else if (kind == IHubEvents.Upheld.selector) _onUpheld(log);
        else if (kind == IHubEvents.Overturned.selector) _onOverturned(log);
        else if (kind == IHubEvents.Raised.selector) _onRaised(log);
        else if (kind == IHubEvents.Collected.selector) _onCollected(log);
        else if (kind == IHubEvents.Deposited.selector) _onDeposited(log);
        else if (kind == IHubEvents.Withdrawn.selector) _onWithdrawn(log);
        else if (kind == IHubEvents.Burned.selector) _onBurned(log);
        else if (kind == IHubEvents.Paused.selector) _onPaused(log);
        else if (kind == IHubEvents.Unpaused.selector) _onUnpaused(log);
        else assertEq(kind, IHubEvents.SubmissionRefused.selector, "The hub told something that nobody knows.");
    }

    /// The event does not say which hours were emptied, so that the hub is asked.
    function _onCollected(Vm.Log memory log) private {
        address payee = address(uint160(uint256(log.topics[1])));
        uint256 amount = abi.decode(log.data, (uint256));
        uint256 emptied;
        uint40[] storage hourEnds = hoursOf[payee];
        for (uint256 i = hourEnds.length; i > 0; --i) {
            uint40 hourEnd = hourEnds[i - 1];
            if (hub.earningsOf(payee, hourEnd) != 0) continue;
            assertLe(hourEnd, _time(), "Earnings were collected that are not final.");
            emptied += earnings[payee][hourEnd];
            _unearn(payee, hourEnd, earnings[payee][hourEnd]);
        }
        assertEq(amount, emptied, "What was collected is not what was earned.");
        _credit(payee, amount);
    }

    function _onDeposited(Vm.Log memory log) private {
        _credit(address(uint160(uint256(log.topics[1]))), abi.decode(log.data, (uint256)));
    }

    function _onWithdrawn(Vm.Log memory log) private {
        _debit(address(uint160(uint256(log.topics[1]))), abi.decode(log.data, (uint256)));
    }

    function _onBurned(Vm.Log memory log) private {
        assertEq(abi.decode(log.data, (uint256)), forfeited, "What was burned is not what was forfeited.");
        forfeited = 0;
    }

    /// A consumer's call from within its callback is void where it failed, and where the callback failed after it.
    function _findReverted(Vm.Log[] memory logs) private view returns (bool[] memory isVoid) {
        isVoid = new bool[](logs.length);
        uint256 entered = type(uint256).max;
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 kind = logs[i].topics.length == 0 ? bytes32(0) : logs[i].topics[0];
            if (kind == Reentrant.Entered.selector && logs[i].emitter == address(reentrant)) {
                entered = i;
                continue;
            }
            bool isReturn = kind == Reentrant.Returned.selector && logs[i].emitter == address(reentrant);
            bool isDelivery = kind == IHubEvents.Delivered.selector && logs[i].emitter == address(hub);
            if (!isReturn && !isDelivery) continue;
            bool isReverted = entered < i && !abi.decode(logs[i].data, (bool));
            for (uint256 j = isReverted ? entered : i; j < i; ++j) {
                isVoid[j] = true;
            }
            if (isDelivery) entered = type(uint256).max;
        }
    }
}
