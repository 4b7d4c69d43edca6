// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CourtAccounts} from "./court/CourtAccounts.sol";
import {CourtBase} from "./court/CourtBase.sol";
import {CourtCases} from "./court/CourtCases.sol";
import {CourtProofs} from "./court/CourtProofs.sol";
import {CourtVotes} from "./court/CourtVotes.sol";
import {IChallengeCourt} from "./interfaces/IChallengeCourt.sol";
import {Case, CaseStage, Member, Standings} from "./types/Case.sol";
import {CourtParameters, CourtParts} from "./types/CourtConfig.sol";
import {RequestId} from "./types/Ids.sol";
import {Ask, Settlement} from "./types/Request.sol";

/// @notice The court. Proofs are judged in `CourtProofs`, seals kept in `CourtSeals`, cases opened and committees drawn in `CourtCases`, votes
/// taken in `CourtVotes`, answers compared in `CourtAnswers`, and whose money it is stands in `CourtAccounts`. Here cases end.
contract ChallengeCourt is CourtAccounts, CourtProofs, CourtCases, CourtVotes {
    constructor(CourtParts memory parts_, CourtParameters memory parameters_) CourtBase(parts_, parameters_) {}

    /// @inheritdoc IChallengeCourt
    function judge(Ask calldata ask, Settlement calldata settlement) external {
        RequestId id = _idOf(ask);
        Case storage found = _caseIn(id, CaseStage.Voting);
        uint40 until = found.sealedBy == found.revealedBy ? found.revealsFrom : found.revealsFrom + _phase;
        require(block.timestamp >= until, VotingNotOver(until));

        (uint8 standing, uint256 standers) = _verdictOf(found);
        address challenger = found.challenger;
        found.stage = CaseStage.Ended;
        _payOut(id, found, standing == Standings.NODE ? found.payee : challenger);
        emit CaseEnded(id, challenger, standing, standers);

        _endLiens(id, found.revealedBy);
        if (standing == Standings.NODE) {
            _uphold(id, ask, settlement);
        } else if (_isChallenged(id)) {
            // Who challenged a wrong answer with a wrong answer earns nothing by it.
            _hub.overturn(ask, settlement, standing == Standings.CHALLENGER ? challenger : NOBODY, bytes32(0));
        }
    }

    /// @inheritdoc IChallengeCourt
    function caseOf(RequestId requestId) external view returns (Case memory) {
        return _cases[requestId];
    }

    /// @inheritdoc IChallengeCourt
    function membersOf(RequestId requestId) external view returns (Member[] memory) {
        return _members[requestId];
    }

    /// The answer against the node's behind which a majority of the seats stands. There can be only one.
    function _verdictOf(Case storage found) private view returns (uint8 standing, uint256 standers) {
        uint40 standings = found.standings;
        uint256 size = found.size;
        standing = Standings.CHALLENGER;
        for (uint256 i = 0; i <= size; ++i) {
            standers = Standings.count(standings, size, standing);
            if (standers >= MAJORITY) return (standing, standers);
            standing = Standings.ofMember(i);
        }
        return (Standings.NODE, Standings.count(standings, size, Standings.NODE));
    }

    /// Fees to the payees of those who revealed; the rest of what the challenger brought to whom the verdict is for.
    function _payOut(RequestId id, Case storage found, address winner) private {
        Member[] storage members = _members[id];
        uint256 left = found.deposit;
        for (uint256 i = 0; i < members.length; ++i) {
            if (_has(found.revealedBy, i)) _balances[_nodes.payeeOf(members[i].node)] += _memberFee;
            else left += _memberFee;
        }
        _balances[winner] += left;
    }

    /// Sets free what members that revealed had locked, and burns what the others had.
    function _endLiens(RequestId id, uint8 revealedBy) private {
        Member[] storage members = _members[id];
        for (uint256 i = 0; i < members.length; ++i) {
            Member memory member = members[i];
            if (member.held == 0) continue;
            if (_has(revealedBy, i)) {
                _nodes.releaseHeld(member.node, member.held);
            } else {
                _forfeited += member.held;
                emit SilenceSlashed(id, member.node, member.held);
                _nodes.slashHeld(member.node, member.held, member.held);
            }
        }
    }
}
