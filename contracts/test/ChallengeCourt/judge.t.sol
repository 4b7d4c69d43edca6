// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {CaseStage, Member, Standings, Vote} from "../../src/types/Case.sol";
import {Stage} from "../../src/types/Request.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// What a committee's votes come to, and whose the money is then.
contract ChallengeCourtJudgeTest is CourtTest {
    function test_OverturnsAWrongAnswer() public conserving {
        Member[] memory members = _drawCase(right);
        _voteAll(members, right);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseEnded(id, challenger, Standings.CHALLENGER, 5);
        _judge();

        _assertStage(Stage.Slashed);
        _assertCase(CaseStage.Ended);
        assertEq(court.balanceOf(challenger), 100 ether - SEATS * MEMBER_FEE);
        assertEq(hub.balanceOf(challenger), LIEN * 3 / 10);
        assertEq(hub.balanceOf(requester), LIEN / 5 + FEE);
        assertEq(nodes.nodeOf(node).stake, 1000 ether - LIEN);
        for (uint256 i = 0; i < SEATS; ++i) {
            assertEq(court.balanceOf(_payeeOf(members[i].node)), MEMBER_FEE);
            assertEq(nodes.nodeOf(members[i].node).locked, 0);
            assertEq(nodes.nodeOf(members[i].node).stake, VERIFIER_STAKE);
        }
    }

    function test_UpholdsAnAnswerThatMembersAgreeWith() public conserving {
        Member[] memory members = _drawCase(right);
        _voteAll(members, wrong);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseEnded(id, challenger, Standings.NODE, 5);
        _judge();

        _assertStage(Stage.Settled);
        assertTrue(hub.isFinal(id));
        assertEq(hub.balanceOf(payee), FEE);
        assertEq(court.balanceOf(payee), DEPOSIT);
        assertEq(court.balanceOf(challenger), 100 ether - SEATS * MEMBER_FEE - DEPOSIT);
        assertEq(nodes.nodeOf(node).held, 0);
    }

    function test_FourOfFiveOverturn() public conserving {
        Member[] memory members = _drawCase(right);
        _voteSome(members, 4);
        _judge();

        _assertStage(Stage.Slashed);
        assertEq(court.balanceOf(_payeeOf(members[4].node)), MEMBER_FEE);
    }

    function test_ThreeOfFiveDoNot() public conserving {
        Member[] memory members = _drawCase(right);
        _voteSome(members, 3);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseEnded(id, challenger, Standings.NODE, 2);
        _judge();

        _assertStage(Stage.Settled);
    }

    function test_ASilentMemberLosesItsLienAndItsFee() public conserving {
        Member[] memory members = _drawCase(right);
        // One reveals nothing, and one has not even sealed.
        for (uint256 i = 0; i < 4; ++i) {
            _sealVote(members[i], right);
        }
        _pass(PHASE);
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(members[i], _vote(right));
        }
        _pass(PHASE);
        vm.expectEmit(address(court));
        emit IChallengeCourt.SilenceSlashed(id, members[3].node, HELD);
        _judge();

        _assertStage(Stage.Settled);
        assertEq(court.forfeited(), 2 * HELD);
        for (uint256 i = 3; i < 5; ++i) {
            assertEq(nodes.nodeOf(members[i].node).stake, VERIFIER_STAKE - HELD);
            assertEq(nodes.nodeOf(members[i].node).held, 0);
            assertEq(court.balanceOf(_payeeOf(members[i].node)), 0);
        }
        // What they did not earn goes with the deposit.
        assertEq(court.balanceOf(payee), DEPOSIT + 2 * MEMBER_FEE);
    }

    function test_TheFeeOfASilentMemberGoesBackToAChallengerWhoWins() public conserving {
        Member[] memory members = _drawCase(right);
        for (uint256 i = 1; i < 5; ++i) {
            _sealVote(members[i], right);
        }
        _pass(PHASE);
        for (uint256 i = 1; i < 5; ++i) {
            _reveal(members[i], _vote(right));
        }
        _judge();

        _assertStage(Stage.Slashed);
        assertEq(court.balanceOf(challenger), 100 ether - 4 * MEMBER_FEE);
        assertEq(court.forfeited(), HELD);
    }

    function test_EndsForTheNodeWhereEverybodyIsSilent() public conserving {
        _drawCase(right);
        _pass(PHASE - 1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.VotingNotOver.selector, court.caseOf(id).revealsFrom));
        _judge();
        _pass(1);
        _judge();

        _assertStage(Stage.Settled);
        assertEq(court.balanceOf(payee), DEPOSIT + 5 * MEMBER_FEE);
        assertEq(court.forfeited(), 5 * HELD);
    }

    function test_RevertWhen_SomebodyCanStillReveal() public {
        Member[] memory members = _drawCase(right);
        _sealAll(members, right);
        for (uint256 i = 0; i < 4; ++i) {
            _reveal(members[i], _vote(right));
        }
        uint40 until = court.caseOf(id).revealsFrom + PHASE;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.VotingNotOver.selector, until));
        _judge();
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.VotingNotOver.selector, until));
        _judge();
        vm.warp(until);
        _judge();
        _assertStage(Stage.Slashed);
    }

    function test_RevertWhen_ThereIsNoCommittee() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.None));
        _judge();
        _openCase(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Open));
        _judge();
    }

    function test_RevertWhen_JudgedTwice() public {
        _voteAll(_drawCase(right), right);
        _judge();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Ended));
        _judge();
    }

    /// The answer is wrong, and so is what the challenger says: the node loses its lien, and nobody gets the challenger's share.
    function test_AWrongChallengerDoesNotSaveAWrongNode() public conserving {
        Member[] memory members = _drawCase(other);
        _sealAll(members, right);
        for (uint256 i = 0; i < SEATS; ++i) {
            Vote memory vote = _vote(right);
            vote.rivals = new bytes[](2);
            (vote.rivals[0], vote.rivals[1]) = (other, right);
            _reveal(members[i], vote);
        }
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseEnded(id, challenger, Standings.ofMember(0), 5);
        _judge();

        _assertStage(Stage.Slashed);
        assertEq(hub.balanceOf(challenger), 0);
        assertEq(hub.balanceOf(0x000000000000000000000000000000000000dEaD), 0);
        assertEq(hub.burn(), LIEN - LIEN / 5, "What nobody earned is burned.");
        assertEq(hub.balanceOf(requester), LIEN / 5 + FEE);
        assertEq(court.balanceOf(challenger), 100 ether - SEATS * MEMBER_FEE);
    }

    /// Four disagree with the node, but not for one reason.
    function test_UpholdsWhereMembersDoNotAgreeAmongThemselves() public conserving {
        Member[] memory members = _drawCase(right);
        bytes[4] memory outputs = [right, right, right, other];
        for (uint256 i = 0; i < 5; ++i) {
            _sealVote(members[i], i < 4 ? outputs[i] : wrong);
        }
        for (uint256 i = 0; i < 5; ++i) {
            _reveal(members[i], _vote(i < 4 ? outputs[i] : wrong));
        }
        _judge();

        _assertStage(Stage.Settled);
    }

    function test_PaysThePayeeThatTheMemberHasNow() public conserving {
        Member[] memory members = _drawCase(right);
        vm.prank(operator);
        nodes.setPayee(members[0].node, stranger);
        _voteAll(members, right);
        _judge();

        assertEq(court.balanceOf(stranger), MEMBER_FEE);
    }

    function test_AllMoneyCanBeWithdrawnAtTheEnd() public {
        Member[] memory members = _drawCase(right);
        _sealAll(members, right);
        for (uint256 i = 0; i < 4; ++i) {
            _reveal(members[i], _vote(right));
        }
        _pass(PHASE);
        _judge();
        court.burn();
        for (uint256 i = 0; i < 4; ++i) {
            address to = _payeeOf(members[i].node);
            vm.prank(to);
            court.withdraw(to, MEMBER_FEE);
        }
        address[2] memory left = [challenger, rival];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 balance = court.balanceOf(left[i]);
            vm.prank(left[i]);
            court.withdraw(left[i], balance);
        }
        assertEq(token.balanceOf(address(court)), 0);
    }

    /// So many for the challenger, the rest for the node.
    function _voteSome(Member[] memory members, uint256 count) private {
        for (uint256 i = 0; i < SEATS; ++i) {
            _sealVote(members[i], i < count ? right : wrong);
        }
        for (uint256 i = 0; i < SEATS; ++i) {
            _reveal(members[i], _vote(i < count ? right : wrong));
        }
    }
}
