// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {IChallengeCourt} from "../../../src/interfaces/IChallengeCourt.sol";
import {Case, CaseStage, Member, Standings} from "../../../src/types/Case.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {StakeLedger} from "./StakeLedger.sol";

/// @notice The court's money, as its events tell it.
abstract contract CourtLedger is StakeLedger {
    struct Sealed {
        address challenger;
        bytes32 seal;
    }

    /// What an open case holds, and whose it was.
    struct Trial {
        address challenger;
        uint256 deposit;
        uint256 fees;
        bool isLapsed;
    }

    address[] internal courtAccountList;
    mapping(address account => bool) private _isKnown;
    mapping(address account => uint256) internal courtAccounts;
    mapping(RequestId id => Trial) private _trials;
    Sealed[] internal challengeSeals;
    uint256 private _inCourtAccounts;
    uint256 private _inTrials;
    uint256 internal courtForfeited;

    function _ingestCourt(Vm.Log memory log) internal {
        bytes32 kind = log.topics[0];
        if (kind == IChallengeCourt.Deposited.selector) {
            _creditAtCourt(_firstOf(log), abi.decode(log.data, (uint256)));
        } else if (kind == IChallengeCourt.Withdrawn.selector) {
            _debitAtCourt(_firstOf(log), abi.decode(log.data, (uint256)));
        } else if (kind == IChallengeCourt.Burned.selector) {
            assertEq(abi.decode(log.data, (uint256)), courtForfeited, "The court burned another sum than was forfeited.");
            courtForfeited = 0;
        } else if (kind == IChallengeCourt.ChallengeSealed.selector) {
            challengeSeals.push(Sealed({challenger: _firstOf(log), seal: log.topics[2]}));
            _debitAtCourt(_firstOf(log), SEAL_BOND);
        } else if (kind == IChallengeCourt.SealWithdrawn.selector) {
            _endChallengeSeal(log);
            _creditAtCourt(_firstOf(log), SEAL_BOND);
        } else if (kind == IChallengeCourt.SealForfeited.selector) {
            _endChallengeSeal(log);
            courtForfeited += SEAL_BOND;
        } else if (kind == IChallengeCourt.SilenceSlashed.selector) {
            courtForfeited += abi.decode(log.data, (uint256));
        } else {
            _ingestCase(kind, log);
        }
    }

    /// All that the court holds is somebody's: balances, bonds of seals, what cases hold, and what was forfeited.
    function _auditCourt() internal view {
        uint256 owed = _inCourtAccounts + _inTrials + courtForfeited + challengeSeals.length * SEAL_BOND;
        _same(token.balanceOf(address(court)), owed + donated[address(court)], "The court's tokens are not what it owes.");
        _same(court.forfeited(), courtForfeited, "What the court forfeited is not what its events say.");
        for (uint256 i = 0; i < courtAccountList.length; ++i) {
            address account = courtAccountList[i];
            _same(court.balanceOf(account), courtAccounts[account], "A balance at the court is not what its events say.");
        }
    }

    function _ingestCase(bytes32 kind, Vm.Log memory log) private {
        RequestId id = RequestId.wrap(log.topics[1]);
        Trial storage trial = _trials[id];
        if (kind == IChallengeCourt.CaseOpened.selector) {
            (uint256 deposit,,,) = abi.decode(log.data, (uint256, bytes32, bytes, bytes));
            (trial.challenger, trial.deposit, trial.fees) = (_party(log), deposit, SEATS * MEMBER_FEE);
            assertEq(deposit, _entryOf(log).settlement.lien * DEPOSIT_SHARE / 10_000, "A challenger brought another deposit.");
            _inTrials += trial.deposit + trial.fees;
            _debitAtCourt(trial.challenger, trial.deposit + trial.fees);
        } else if (kind == IChallengeCourt.CommitteeDrawn.selector) {
            (Member[] memory members,) = abi.decode(log.data, (Member[], uint40));
            _payFromFees(trial, trial.challenger, SEATS - members.length);
        } else if (kind == IChallengeCourt.CaseLapsed.selector) {
            uint256 fees = abi.decode(log.data, (uint256));
            trial.isLapsed = true;
            trial.fees -= fees;
            _inTrials -= fees;
            courtForfeited += fees;
        } else if (kind == IChallengeCourt.CaseEnded.selector) {
            (uint8 standing,) = abi.decode(log.data, (uint8, uint256));
            _endTrial(id, trial, standing);
        }
    }

    /// Who revealed is paid, and the rest goes to whom the verdict is for. Where there was nobody to sit everything goes back; where nobody was
    /// asked to, the fees are burned.
    function _endTrial(RequestId id, Trial storage trial, uint8 standing) private {
        Case memory ended = court.caseOf(id);
        assertTrue(ended.stage == CaseStage.Ended, "A case ended and goes on.");
        Member[] memory members = court.membersOf(id);
        for (uint256 i = 0; i < members.length; ++i) {
            if ((ended.revealedBy >> i) & 1 != 0) _payFromFees(trial, nodes.payeeOf(members[i].node), 1);
        }
        bool isForNode = standing == Standings.NODE && (members.length != 0 || trial.isLapsed);
        _creditAtCourt(isForNode ? ended.payee : trial.challenger, trial.deposit + trial.fees);
        _inTrials -= trial.deposit + trial.fees;
        (trial.deposit, trial.fees) = (0, 0);
    }

    function _payFromFees(Trial storage trial, address to, uint256 seats) private {
        trial.fees -= seats * MEMBER_FEE;
        _inTrials -= seats * MEMBER_FEE;
        _creditAtCourt(to, seats * MEMBER_FEE);
    }

    function _endChallengeSeal(Vm.Log memory log) private {
        for (uint256 i = 0; i < challengeSeals.length; ++i) {
            if (challengeSeals[i].challenger != _firstOf(log) || challengeSeals[i].seal != log.topics[2]) continue;
            challengeSeals[i] = challengeSeals[challengeSeals.length - 1];
            challengeSeals.pop();
            return;
        }
        revert("A challenge's seal ended that did not stand.");
    }

    function _creditAtCourt(address account, uint256 amount) private {
        if (!_isKnown[account]) {
            _isKnown[account] = true;
            courtAccountList.push(account);
        }
        courtAccounts[account] += amount;
        _inCourtAccounts += amount;
    }

    function _debitAtCourt(address account, uint256 amount) private {
        assertEq(account, actor, "Somebody's balance at the court fell by another's call.");
        courtAccounts[account] -= amount;
        _inCourtAccounts -= amount;
    }

    function _firstOf(Vm.Log memory log) private pure returns (address) {
        return address(uint160(uint256(log.topics[1])));
    }
}
