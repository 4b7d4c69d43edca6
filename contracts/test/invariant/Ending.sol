// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Stage} from "../../src/types/Request.sol";
import {Stealing} from "./handlers/Stealing.sol";
import {Trying} from "./handlers/Trying.sol";
import {Entry} from "./ledger/Books.sol";
import {Dice} from "./world/Dice.sol";

/// @notice The end of it all: when all time is over, calls that anybody can make bring every request to its end, and everybody takes out what
/// is theirs. Only the court's judgements are the court's.
abstract contract Ending is Trying, Stealing {
    function end(uint256 seed) external {
        Dice memory dice = _dice(seed);
        for (uint256 i = 0; i < entries.length; ++i) {
            if (_isJudgedAtWill(entries[i])) _judge(entries[i], dice);
        }
        skip(61 days);
        if (pausedAt != 0) _mustBe(true, stranger, abi.encodeCall(hub.unpause, ()), "The pause does not end.");
        for (uint256 i = 0; i < entries.length; ++i) {
            _endCase(entries[i]);
            _endEntry(entries[i], i % 2 == 0);
        }
        _collectAll();
        _audit();
        _auditAllEntries();

        for (uint256 i = 0; i < accountList.length; ++i) {
            address account = accountList[i];
            _mustBe(true, account, abi.encodeCall(hub.withdraw, (account, accounts[account])), "An account cannot be emptied.");
        }
        if (forfeited != 0) _mustBe(true, stranger, abi.encodeCall(hub.burn, ()), "What was forfeited cannot be burned.");
        assertEq(token.balanceOf(address(hub)), donated[address(hub)], "Something is left at the hub.");
        _emptyCourt();
        _unstakeAll();
        assertEq(token.balanceOf(address(nodes)), donated[address(nodes)], "Something is left in the register.");
    }

    function _endEntry(Entry storage entry, bool byQuorum) private {
        if (_isUnended(entry)) {
            bytes memory call = byQuorum && entry.stage == Stage.Sealing
                ? abi.encodeCall(hub.refundQuorum, (entry.ask))
                : abi.encodeCall(hub.refund, (entry.ask));
            _mustBe(true, stranger, call, "A request does not end.");
        }
        while (entry.sealers.length != 0) {
            bytes memory call = abi.encodeCall(hub.closeSeal, (entry.ask, entry.sealers[0]));
            _mustBe(true, stranger, call, "A seal does not end.");
        }
        if (!_hasTip(entry)) return;
        _mustBe(true, stranger, abi.encodeCall(hub.reclaimTip, (entry.ask, entry.settlement)), "A tip does not go back.");
    }

    function _endCase(Entry storage entry) private {
        bytes memory call;
        if (_isCaseOpen(entry)) call = abi.encodeCall(court.lapse, (entry.ask, entry.settlement));
        else if (_isCaseVoting(entry)) call = abi.encodeCall(court.judge, (entry.ask, entry.settlement));
        else return;
        assertTrue(_act(stranger, address(court), call), "A case does not end.");
    }

    function _emptyCourt() private {
        while (challengeSeals.length != 0) {
            Sealed memory first = challengeSeals[0];
            bytes memory call = abi.encodeCall(court.forfeitSeal, (first.challenger, first.seal));
            assertTrue(_act(stranger, address(court), call), "A challenge's seal does not end.");
        }
        for (uint256 i = 0; i < courtAccountList.length; ++i) {
            address account = courtAccountList[i];
            bytes memory call = abi.encodeCall(court.withdraw, (account, courtAccounts[account]));
            assertTrue(_act(account, address(court), call), "A balance at the court cannot be emptied.");
        }
        if (courtForfeited != 0) {
            assertTrue(_act(stranger, address(court), abi.encodeCall(court.burn, ())), "The court cannot burn.");
        }
        assertEq(token.balanceOf(address(court)), donated[address(court)], "Something is left at the court.");
    }

    function _collectAll() private {
        while (payeeList.length != 0) {
            address payee = payeeList[0];
            bytes memory call = abi.encodeCall(hub.collect, (payee, hoursOf[payee]));
            _mustBe(true, stranger, call, "Earnings do not become final.");
            assertEq(hoursOf[payee].length, 0, "Earnings do not become final.");
        }
    }

    function _unstakeAll() private {
        for (uint256 i = 0; i < nodeList.length; ++i) {
            address node = nodeList[i];
            uint256 bonded = stakers[node].bonded;
            if (bonded == 0) continue;
            bytes memory call = abi.encodeCall(nodes.startUnbonding, (node, bonded));
            assertTrue(_act(_operatorOf(node), address(nodes), call), "A stake does not unbond.");
        }
        skip(9 days);
        for (uint256 i = 0; i < nodeList.length; ++i) {
            address node = nodeList[i];
            if (stakers[node].unbonding == 0) continue;
            bytes memory call = abi.encodeCall(nodes.withdraw, (node));
            assertTrue(_act(_operatorOf(node), address(nodes), call), "A stake cannot leave.");
            assertEq(stakers[node].unbonding, 0, "A stake cannot leave whole.");
        }
    }
}
