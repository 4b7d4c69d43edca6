// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {Case, CaseStage, Standings, Vote} from "../../src/types/Case.sol";
import {CommitteeTest} from "../support/court/CommitteeTest.sol";

/// When and what members seal and reveal.
contract ChallengeCourtVotesTest is CommitteeTest {
    /* sealVote */

    function test_SealsAVote() public {
        _draw(right);
        bytes32 seal = court.voteSealOf(id, _committee[2].node, keccak256(right), SALT);
        vm.expectEmit(address(court));
        emit IChallengeCourt.VoteSealed(id, _committee[2].node, seal);
        _sealVote(_committee[2], right);

        assertEq(court.membersOf(id)[2].answer, seal);
        assertEq(court.caseOf(id).sealedBy, 4);
        assertEq(court.caseOf(id).revealsFrom, vm.getBlockTimestamp() + PHASE);
    }

    function test_RevealsBeginWhenAllHaveSealed() public {
        _draw(right);
        for (uint256 i = 0; i < 4; ++i) {
            _sealVote(_committee[i], right);
        }
        vm.expectEmit(address(court));
        emit IChallengeCourt.RevealsBegan(id, uint40(vm.getBlockTimestamp()));
        _sealVote(_committee[4], right);
        assertEq(court.caseOf(id).revealsFrom, vm.getBlockTimestamp());
        _reveal(_committee[0], _vote(right));
    }

    function test_RevertWhen_SealedByNoMember() public {
        _draw(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotMember.selector, id, stranger));
        vm.prank(stranger);
        court.sealVote(id, SALT);
    }

    function test_RevertWhen_SealedTwice() public {
        _draw(right);
        _sealVote(_committee[0], right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.AlreadySealed.selector, _committee[0].node));
        this.sealAs(0, wrong);
    }

    function test_RevertWhen_SealedTooLate() public {
        _draw(right);
        uint40 revealsFrom = court.caseOf(id).revealsFrom;
        vm.warp(revealsFrom - 1);
        _sealVote(_committee[0], right);
        vm.warp(revealsFrom);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealingOver.selector, revealsFrom));
        this.sealAs(1, right);
    }

    function test_RevertWhen_ThereIsNoCommittee() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.None));
        court.sealVote(id, SALT);
        _openCase(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Open));
        court.sealVote(id, SALT);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Open));
        court.revealVote(id, _vote(right));
    }

    /* revealVote */

    function test_RevealsAVote() public {
        _drawAndSeal(right);
        vm.expectEmit(address(court));
        emit IChallengeCourt.VoteRevealed(id, _committee[3].node, keccak256(right), Standings.CHALLENGER, right);
        _reveal(_committee[3], _vote(right));

        Case memory found = court.caseOf(id);
        assertEq(found.revealedBy, 8);
        assertEq(Standings.at(found.standings, 3), Standings.CHALLENGER);
        assertEq(court.membersOf(id)[3].answer, keccak256(right));
    }

    function test_RevertWhen_RevealedBeforeAllCanHaveSealed() public {
        _draw(right);
        _sealVote(_committee[0], right);
        uint40 revealsFrom = court.caseOf(id).revealsFrom;
        vm.warp(revealsFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealingNotOver.selector, revealsFrom));
        this.revealAs(0, _vote(right));
        vm.warp(revealsFrom);
        _reveal(_committee[0], _vote(right));
    }

    function test_RevertWhen_RevealedTooLate() public {
        _drawAndSeal(right);
        uint40 until = court.caseOf(id).revealsFrom + PHASE;
        vm.warp(until - 1);
        _reveal(_committee[0], _vote(right));
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.RevealingOver.selector, until));
        this.revealAs(1, _vote(right));
    }

    function test_RevertWhen_RevealedWithoutASealOrTwice() public {
        _draw(right);
        _sealVote(_committee[0], right);
        _pass(PHASE);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotSealed.selector, _committee[1].node));
        this.revealAs(1, _vote(right));
        _reveal(_committee[0], _vote(right));
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.AlreadyRevealed.selector, _committee[0].node));
        this.revealAs(0, _vote(right));
    }

    function test_RevertWhen_RevealedByNoMember() public {
        _drawAndSeal(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotMember.selector, id, stranger));
        vm.prank(stranger);
        court.revealVote(id, _vote(right));
    }

    function test_RevertWhen_AnotherAnswerOrSaltIsRevealed() public {
        _drawAndSeal(right);
        bytes memory refusal = abi.encodeWithSelector(
            IChallengeCourt.VoteMismatch.selector, court.voteSealOf(id, _committee[0].node, keccak256(right), SALT)
        );
        vm.expectRevert(refusal);
        this.revealAs(0, _vote(wrong));
        Vote memory vote = _vote(right);
        vote.salt = 0;
        vm.expectRevert(refusal);
        this.revealAs(0, vote);
    }

    /// Sealing what another sealed gives a seal that its copier cannot open.
    function test_ACopiedVoteCannotBeRevealed() public {
        _draw(right);
        _sealVote(_committee[0], right);
        bytes32 copied = court.membersOf(id)[0].answer;
        vm.prank(_committee[1].node);
        court.sealVote(id, copied);
        _pass(PHASE);
        _reveal(_committee[0], _vote(right));
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.VoteMismatch.selector, copied));
        this.revealAs(1, _vote(right));
    }

    function test_RevertWhen_BytesAreNotTheSealedOnes() public {
        _drawAndSeal(right);
        Vote memory vote = _vote(right);
        vote.output = other;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        this.revealAs(0, vote);
        vote = _vote(right);
        vote.contested = other;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(wrong)));
        this.revealAs(0, vote);
        vote = _vote(right);
        vote.rivals[0] = other;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        this.revealAs(0, vote);
        vote.rivals = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        this.revealAs(0, vote);
    }

    /// Or it would be for itself without them, and could be for the node once it has seen the others.
    function test_RevertWhen_AnAnswerOfNumbersComesWithoutItsBytes() public {
        _drawAndSeal(right);
        Vote memory vote = _vote(right);
        vote.output = "";
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        this.revealAs(0, vote);
    }
}
