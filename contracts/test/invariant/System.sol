// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {console} from "forge-std/console.sol";

import {Ending} from "./Ending.sol";
import {Asking} from "./handlers/Asking.sol";
import {Replaying} from "./handlers/Replaying.sol";
import {Staking} from "./handlers/Staking.sol";

/// @notice The whole system, all that can be done to it, and the books of it.
contract System is Asking, Staking, Replaying, Ending {
    bytes4[] private _actions;

    constructor() {
        _found();
        _begin();
        _weighActions();
    }

    /// @notice Holds the contracts against the books.
    function audit() external view {
        _audit();
    }

    /// @notice How often each path succeeded so far.
    function tell() external view {
        for (uint256 i = 0; i < paths.length; ++i) {
            console.log("%s: %d", string(abi.encodePacked(paths[i])), reached[paths[i]]);
        }
    }

    /// @notice What is drawn from, each as often as its weight.
    function actions() external view returns (bytes4[] memory) {
        return _actions;
    }

    /// The actors' first stakes and deposits are in the books too.
    function _begin() private {
        vm.recordLogs();
        _populate();
        _ingest(vm.getRecordedLogs());
        // Draws count what was staked when the hour began.
        skip(1 hours);
    }

    /// What leads on stands more often than what ends things, so that a run of a hundred comes far.
    function _weighActions() private {
        _add(this.ask.selector, 12);
        _add(this.askAmiss.selector, 1);
        _add(this.claim.selector, 3);
        _add(this.claimInVain.selector, 2);
        _add(this.releaseClaim.selector, 2);
        _add(this.refund.selector, 1);
        _add(this.serve.selector, 9);
        _add(this.settle.selector, 3);
        _add(this.settleLate.selector, 2);
        _add(this.settleAmiss.selector, 2);
        _add(this.settleBatch.selector, 4);
        _add(this.settleProven.selector, 3);
        _add(this.settleManyProven.selector, 3);
        _add(this.settleProvenAmiss.selector, 1);
        _add(this.raiseToProven.selector, 2);
        _add(this.raiseToAttested.selector, 2);
        _add(this.sealAnswer.selector, 2);
        _add(this.serveQuorum.selector, 4);
        _add(this.revealAnswer.selector, 2);
        _add(this.closeSeal.selector, 3);
        _add(this.refundQuorum.selector, 2);
        _add(this.deliver.selector, 6);
        _add(this.reclaimTip.selector, 3);
        _add(this.contest.selector, 5);
        _add(this.judge.selector, 5);
        _add(this.frontRun.selector, 7);
        _add(this.replay.selector, 1);
        _addCourt();
        _addSurroundings();
    }

    function _addCourt() private {
        _add(this.challengeWithProof.selector, 2);
        _add(this.openCase.selector, 6);
        _add(this.summon.selector, 5);
        _add(this.sit.selector, 6);
        _add(this.takeVerdict.selector, 2);
        _add(this.lapse.selector, 1);
        _add(this.forfeitChallengeSeal.selector, 1);
    }

    function _addSurroundings() private {
        _add(this.waitSeconds.selector, 4);
        _add(this.waitHours.selector, 4);
        _add(this.waitDays.selector, 1);
        _add(this.pause.selector, 1);
        _add(this.unpause.selector, 3);
        _add(this.yank.selector, 1);
        _add(this.revokeKey.selector, 1);
        _add(this.renewKey.selector, 3);
        _add(this.stake.selector, 2);
        _add(this.unbond.selector, 2);
        _add(this.cancelUnbonding.selector, 2);
        _add(this.withdrawStake.selector, 3);
        _add(this.setRoles.selector, 1);
        _add(this.setPayee.selector, 1);
        _add(this.strike.selector, 1);
        _add(this.collect.selector, 3);
        _add(this.deposit.selector, 1);
        _add(this.withdraw.selector, 1);
        _add(this.burn.selector, 1);
        _add(this.donate.selector, 1);
        _add(this.changeConsumer.selector, 1);
    }

    function _add(bytes4 selector, uint256 weight) private {
        for (uint256 i = 0; i < weight; ++i) {
            _actions.push(selector);
        }
    }
}
