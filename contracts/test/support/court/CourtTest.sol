// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Case, CaseStage, Challenge, Member, Vote} from "../../../src/types/Case.sol";
import {Stage} from "../../../src/types/Request.sol";
import {CourtParties} from "./CourtParties.sol";

/// @notice What is done about an answer: seals, cases, votes. An account is kept of all the court's money.
abstract contract CourtTest is CourtParties {
    address[] private _sealers;
    bytes32[] private _seals;

    /// Holds the court's books against its tokens after the test.
    modifier conserving() {
        _;
        _assertConserved();
    }

    /* Cases */

    function _seal(address from, bytes memory otherOutput) internal {
        _sealFor(from, court.sealOf(from, id, _commitOf(otherOutput), SALT));
    }

    function _sealFor(address from, bytes32 seal) internal {
        vm.prank(from);
        court.sealChallenge(seal);
        _sealers.push(from);
        _seals.push(seal);
    }

    function _challenge(bytes memory otherOutput) internal view returns (Challenge memory) {
        bool isFailure = settlement.outputCommit == hub.FAILURE();
        return
            Challenge({otherOutput: otherOutput, salt: SALT, input: "", contested: isFailure ? bytes("") : wrong, former: right});
    }

    function _open(address from, bytes memory otherOutput) internal {
        Challenge memory challenge = _challenge(otherOutput);
        vm.prank(from);
        court.openCase(ask, settlement, challenge);
    }

    /// Seals, and opens in the next block.
    function _openCase(bytes memory otherOutput) internal {
        _seal(challenger, otherOutput);
        _nextBlock();
        _open(challenger, otherOutput);
    }

    function _summon() internal returns (Member[] memory) {
        vm.roll(court.caseOf(id).seedBlock + 1);
        court.summon(ask, settlement);
        return court.membersOf(id);
    }

    /// A case with its committee.
    function _drawCase(bytes memory otherOutput) internal returns (Member[] memory) {
        _openCase(otherOutput);
        return _summon();
    }

    function _sealVote(Member memory member, bytes memory output) internal {
        bytes32 seal = court.voteSealOf(id, member.node, _commitOf(output), SALT);
        vm.prank(member.node);
        court.sealVote(id, seal);
    }

    function _sealAll(Member[] memory members, bytes memory output) internal {
        for (uint256 i = 0; i < members.length; ++i) {
            _sealVote(members[i], output);
        }
    }

    function _vote(bytes memory output) internal view returns (Vote memory vote) {
        vote.outputCommit = _commitOf(output);
        vote.salt = SALT;
        vote.output = output;
        vote.contested = wrong;
        vote.rivals = new bytes[](1);
        vote.rivals[0] = right;
    }

    function _reveal(Member memory member, Vote memory vote) internal {
        vm.prank(member.node);
        court.revealVote(id, vote);
    }

    function _revealAll(Member[] memory members, bytes memory output) internal {
        for (uint256 i = 0; i < members.length; ++i) {
            _reveal(members[i], _vote(output));
        }
    }

    /// Seals and reveals the same for everybody, where the challenger says what is right.
    function _voteAll(Member[] memory members, bytes memory output) internal {
        _sealAll(members, output);
        _revealAll(members, output);
    }

    function _judge() internal {
        court.judge(ask, settlement);
    }

    /* What holds */

    function _assertStage(Stage expected) internal view {
        (Stage stage,,) = hub.stateOf(id);
        assertEq(uint8(stage), uint8(expected));
    }

    function _assertCase(CaseStage expected) internal view {
        assertEq(uint8(court.caseOf(id).stage), uint8(expected));
    }

    function _assertConserved() internal view {
        uint256 owed = court.forfeited();
        for (uint256 i = 0; i < _people.length; ++i) {
            owed += court.balanceOf(_people[i]);
        }
        for (uint256 i = 0; i < _seals.length; ++i) {
            (uint40 time,) = court.sealedAt(_sealers[i], _seals[i]);
            if (time != 0) owed += SEAL_BOND;
        }
        for (uint256 i = 0; i < _ids.length; ++i) {
            Case memory found = court.caseOf(_ids[i]);
            if (found.stage == CaseStage.Open) owed += found.deposit + SEATS * MEMBER_FEE;
            if (found.stage == CaseStage.Voting) owed += found.deposit + uint256(found.size) * MEMBER_FEE;
        }
        assertEq(token.balanceOf(address(court)), owed, "The court's tokens are not what it owes.");
    }
}
