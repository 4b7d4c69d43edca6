// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {Challenge, Member, Standings, Vote} from "../../src/types/Case.sol";
import {Request, RequestFlags, Stage} from "../../src/types/Request.sol";
import {CommitteeTest} from "../support/court/CommitteeTest.sol";

/// What a member's vote counts for.
contract ChallengeCourtStandingsTest is CommitteeTest {
    function test_AnAnswerWithinTheToleranceOfTheNodesIsForTheNode() public {
        _assertStanding(right, _answer(2e18 + 1e15), Standings.NODE);
    }

    function test_AnAnswerWithinTheToleranceOfTheChallengersIsForTheChallenger() public {
        _assertStanding(right, _answer(1e18 - 1e15), Standings.CHALLENGER);
    }

    function test_AnAnswerOfItsOwnIsForItself() public {
        _assertStanding(right, other, Standings.ofMember(0));
    }

    function test_AFailureIsForTheChallengerWhoSaysSo() public {
        _assertStanding("", "", Standings.CHALLENGER);
    }

    function test_AFailureIsForItselfWhereTheChallengerSaysOtherwise() public {
        _assertStanding(right, "", Standings.ofMember(0));
    }

    function test_WhatAgreesWithNothingIsForTheNode() public {
        _assertStanding(right, "no tensors", Standings.NODE);
    }

    function test_WhatIsNotFiniteIsForTheNode() public {
        // The bytes of the largest float, and then of infinity.
        bytes memory answer = _answer(1e18);
        (answer[answer.length - 1], answer[answer.length - 2]) = (0x7f, 0x80);
        _assertStanding(right, answer, Standings.NODE);
    }

    function test_WhoCouldNotFindOutIsForTheNode() public {
        _draw(right);
        bytes32 seal = court.voteSealOf(id, _committee[0].node, bytes32(0), SALT);
        vm.prank(_committee[0].node);
        court.sealVote(id, seal);
        _pass(PHASE);
        Vote memory vote;
        vote.salt = SALT;
        _reveal(_committee[0], vote);
        assertEq(Standings.at(court.caseOf(id).standings, 0), Standings.NODE);
        // It did what was asked of it, so that it is not silent.
        _judge();
        assertEq(court.balanceOf(_payeeOf(_committee[0].node)), MEMBER_FEE);
    }

    /// What is published as a member's answer is what it sealed, also where its bytes decide nothing.
    function test_RevertWhen_BytesComeWithAFailureOrWithNoAnswer() public {
        _draw(right);
        _sealVote(_committee[0], "");
        bytes32 seal = court.voteSealOf(id, _committee[1].node, bytes32(0), SALT);
        vm.prank(_committee[1].node);
        court.sealVote(id, seal);
        _pass(PHASE);
        Vote memory vote = _vote(right);
        vote.outputCommit = hub.FAILURE();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, hub.FAILURE()));
        this.revealAs(0, vote);
        vote.outputCommit = 0;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, bytes32(0)));
        this.revealAs(1, vote);
    }

    function test_AFailureOfTheNodeIsJudgedWithoutItsBytes() public conserving {
        (ask, settlement) = _settle(_request(FLOATING), "");
        id = hub.requestIdOf(ask);
        _voteAll(_drawCase(right), right);
        _judge();
        _assertStage(Stage.Slashed);
    }

    function test_AFailureThatMembersConfirmStands() public conserving {
        (ask, settlement) = _settle(_request(FLOATING), "");
        id = hub.requestIdOf(ask);
        _voteAll(_drawCase(right), "");
        _judge();
        _assertStage(Stage.Failed);
        assertTrue(hub.isFinal(id));
    }

    function test_BytesOfTheNodeThatAreNoAnswerAreOverturned() public conserving {
        wrong = "no tensors";
        (ask, settlement) = _settle(_request(FLOATING), wrong);
        id = hub.requestIdOf(ask);
        _voteAll(_drawCase(right), right);
        _judge();
        _assertStage(Stage.Slashed);
    }

    function test_IntegersAreJudgedByTheirCommitments() public conserving {
        (ask, settlement) = _settle(_request(INTEGER), wrong);
        id = hub.requestIdOf(ask);
        _draw(right);
        _sealAll(_committee, right);
        for (uint256 i = 0; i < SEATS; ++i) {
            Vote memory vote;
            (vote.outputCommit, vote.salt) = (keccak256(right), SALT);
            _reveal(_committee[i], vote);
        }
        _judge();
        _assertStage(Stage.Slashed);
    }

    /// One unit of difference is another answer.
    function test_IntegersHaveNoTolerance() public conserving {
        (ask, settlement) = _settle(_request(INTEGER), wrong);
        id = hub.requestIdOf(ask);
        _draw(right);
        bytes memory nearly = _answer(1e18 + 1e12);
        _voteAll(_committee, nearly);
        assertEq(Standings.at(court.caseOf(id).standings, 4), Standings.ofMember(0));
        _judge();
        // They agree with each other all the same.
        _assertStage(Stage.Slashed);
        assertEq(hub.balanceOf(challenger), 0);
    }

    /* Answers against the node's that are not the challenger's */

    function test_MembersStandTogetherBehindTheFirstOfThem() public conserving {
        _draw(other);
        _sealAll(_committee, right);
        _reveal(_committee[3], _against(1));
        assertEq(Standings.at(court.caseOf(id).standings, 3), Standings.ofMember(3));
        // Whoever does not know of it is told, and tries again.
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        this.revealAs(0, _against(1));
        for (uint256 i = 0; i < SEATS; ++i) {
            if (i != 3) _reveal(_committee[i], _against(2));
        }
        assertEq(Standings.count(court.caseOf(id).standings, SEATS, Standings.ofMember(3)), SEATS);
    }

    /// One member that stands for nonsense first only makes the others bring its bytes too.
    function test_AMemberThatStandsForNonsenseSplitsNobody() public conserving {
        _draw(other);
        bytes memory nonsense = _answer(77e18);
        _sealVote(_committee[0], nonsense);
        for (uint256 i = 1; i < SEATS; ++i) {
            _sealVote(_committee[i], right);
        }
        Vote memory vote = _vote(nonsense);
        vote.rivals[0] = other;
        _reveal(_committee[0], vote);
        for (uint256 i = 1; i < SEATS; ++i) {
            vote = _vote(right);
            vote.rivals = new bytes[](3);
            (vote.rivals[0], vote.rivals[1], vote.rivals[2]) = (other, nonsense, right);
            _reveal(_committee[i], vote);
        }
        _judge();
        _assertStage(Stage.Slashed);
        assertEq(court.balanceOf(_payeeOf(_committee[0].node)), MEMBER_FEE);
    }

    /* Outputs that stay off the chain */

    function test_AnAnswerNobodyShowsIsComparedByItsCommitment() public conserving {
        _openOffChain();
        Member[] memory members = _summon();
        _sealAll(members, right);
        // That all have sealed does not take the node's time to show its answer away.
        assertEq(court.caseOf(id).revealsFrom, vm.getBlockTimestamp() + PHASE);
        _pass(PHASE);
        _revealAll(members, right);
        _judge();
        _assertStage(Stage.Slashed);
    }

    /// The same votes: the node's answer is right, and to be seen only where it is shown.
    function test_AnAnswerThatIsShownIsComparedByItsNumbers() public conserving {
        wrong = _answer(1e18 + 1e15);
        _openOffChainAgainst(_answer(1e18 - 5e14));
        Member[] memory members = _summon();
        court.showOutput(id, wrong);
        _voteAll(members, right);
        assertEq(court.caseOf(id).standings, 0);
        _judge();
        _assertStage(Stage.Settled);
    }

    function test_AnAnswerThatMembersEqualIsForTheNodeShownOrNot() public conserving {
        _openOffChain();
        Member[] memory members = _summon();
        _sealAll(members, wrong);
        _pass(PHASE);
        _revealAll(members, wrong);
        assertEq(court.caseOf(id).standings, 0);
        _judge();
        _assertStage(Stage.Settled);
    }

    /// What the first member's vote counts for, where the challenger says one thing and it another.
    function _assertStanding(bytes memory otherOutput, bytes memory output, uint8 standing) private {
        _draw(otherOutput);
        _sealVote(_committee[0], output);
        _pass(PHASE);
        Vote memory vote = _vote(output);
        vote.rivals[0] = otherOutput;
        _reveal(_committee[0], vote);
        assertEq(Standings.at(court.caseOf(id).standings, 0), standing);
    }

    /// The right answer, where the challenger's is another, with so many rivals.
    function _against(uint256 rivals) private view returns (Vote memory vote) {
        vote = _vote(right);
        vote.rivals = new bytes[](rivals);
        vote.rivals[0] = other;
        if (rivals > 1) vote.rivals[1] = right;
    }

    function _openOffChain() private {
        _openOffChainAgainst(right);
    }

    function _openOffChainAgainst(bytes memory otherOutput) private {
        Request memory request = _request(FLOATING);
        request.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        (ask, settlement) = _settle(request, wrong);
        id = hub.requestIdOf(ask);
        _seal(challenger, otherOutput);
        _nextBlock();
        Challenge memory challenge = _challenge(otherOutput);
        challenge.contested = "";
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
    }
}
