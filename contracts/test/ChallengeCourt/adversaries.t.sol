// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {IInferenceHub} from "../../src/interfaces/IInferenceHub.sol";
import {Member, Vote} from "../../src/types/Case.sol";
import {Stage} from "../../src/types/Request.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Who tries to gain, and what it comes to.
contract ChallengeCourtAdversariesTest is CourtTest {
    /// A node that challenges its own wrong answer with the right one pays seven tenths of its lien for it.
    function test_ChallengingOneselfCostsMoreThanItBrings() public conserving {
        uint256 stake = nodes.nodeOf(node).stake;
        uint256 before = court.balanceOf(challenger);
        _voteAll(_drawCase(right), right);
        _judge();

        uint256 lost = stake - nodes.nodeOf(node).stake + before - court.balanceOf(challenger);
        uint256 won = hub.balanceOf(challenger) + court.balanceOf(payee) + hub.balanceOf(payee);
        assertEq(lost - won, LIEN * 7 / 10 + SEATS * MEMBER_FEE);
    }

    /// It cannot use its answer's one case up by a challenge that must fail.
    function test_ASealedWrongChallengeOfOnesOwnSavesNothing() public conserving {
        _seal(rival, other);
        _nextBlock();
        _open(rival, other);
        // An honest challenger comes too late, since the other's seal is older: the committee finds out all the same.
        _seal(challenger, right);
        _nextBlock();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OlderSealStands.selector, id, vm.getBlockNumber() - 2));
        this.openAs(challenger, right);
        Member[] memory members = _summon();
        _sealAll(members, right);
        for (uint256 i = 0; i < SEATS; ++i) {
            Vote memory vote = _vote(right);
            vote.rivals = new bytes[](2);
            (vote.rivals[0], vote.rivals[1]) = (other, right);
            _reveal(members[i], vote);
        }
        _judge();
        _assertStage(Stage.Slashed);
        assertEq(hub.balanceOf(rival), 0);
        vm.prank(challenger);
        court.withdrawSeal(id, keccak256(right), SALT);
        assertEq(court.balanceOf(challenger), 100 ether);
    }

    function test_ANodeThatLeavesWithinACaseIsSlashedAllTheSame() public conserving {
        Member[] memory members = _drawCase(right);
        vm.startPrank(operator);
        nodes.startUnbonding(node, 1000 ether);
        _pass(PHASE / 2);
        nodes.setPayee(node, stranger);
        vm.stopPrank();
        _voteAll(members, right);
        _judge();
        assertEq(nodes.nodeOf(node).stake, 1000 ether - LIEN);
        assertEq(nodes.nodeOf(node).held, 0);
    }

    function test_AMemberThatLeavesWithinACaseLosesItsLienAllTheSame() public conserving {
        Member[] memory members = _drawCase(right);
        vm.startPrank(operator);
        nodes.startUnbonding(members[0].node, VERIFIER_STAKE);
        nodes.setNode(members[0].node, 0, "", "");
        vm.stopPrank();
        _pass(2 * PHASE);
        _judge();
        assertEq(nodes.nodeOf(members[0].node).stake, VERIFIER_STAKE - HELD);
        assertEq(court.forfeited(), 5 * HELD);
    }

    /// Nobody can starve the locks of gas and have members with nothing at stake.
    /// forge-config: default.fuzz.runs = 500
    function testFuzz_SummoningWithLittleGasLocksOrReverts(uint256 gas) public {
        _openCase(right);
        vm.roll(court.caseOf(id).seedBlock + 1);
        gas = bound(gas, 100_000, 1_500_000);
        try court.summon{gas: gas}(ask, settlement) {
            Member[] memory members = court.membersOf(id);
            for (uint256 i = 0; i < SEATS; ++i) {
                assertEq(members[i].held, HELD);
            }
        } catch {
            assertEq(court.membersOf(id).length, 0);
        }
    }

    /// Whatever became of the answer at the hub, the court pays out what it holds.
    function test_PaysOutWhereTheHubHasTheAnswerNoLongerAsChallenged() public conserving {
        Member[] memory members = _drawCase(right);
        _voteAll(members, right);
        vm.mockCall(address(hub), abi.encodeCall(IInferenceHub.stateOf, (id)), abi.encode(Stage.Settled, address(0), 0));
        _judge();
        assertEq(court.balanceOf(challenger), 100 ether - SEATS * MEMBER_FEE);
        assertEq(nodes.nodeOf(members[0].node).held, 0);
    }

    function test_LapsesWhereTheHubHasTheAnswerNoLongerAsChallenged() public conserving {
        _openCase(right);
        _pass(1 days + 1);
        vm.mockCall(address(hub), abi.encodeCall(IInferenceHub.stateOf, (id)), abi.encode(Stage.Settled, address(0), 0));
        court.lapse(ask, settlement);
        assertEq(court.balanceOf(payee), DEPOSIT);
    }

    /// The verdict is about the answer that stands, so that nobody judges with another settlement.
    function test_RevertWhen_JudgedWithAnotherSettlement() public {
        _voteAll(_drawCase(right), right);
        settlement.payee = stranger;
        vm.expectRevert();
        _judge();
    }

    /// Whatever members do, the case ends, and all that the court holds belongs to somebody.
    /// forge-config: default.fuzz.runs = 500
    function testFuzz_EveryCaseEndsAndConservesItsMoney(uint256 seed) public conserving {
        Member[] memory members = _drawCase(right);
        uint256 against;
        for (uint256 i = 0; i < SEATS; ++i) {
            uint256 choice = (seed >> (8 * i)) % 4;
            if (choice != 3) _sealVote(members[i], choice == 0 ? right : choice == 1 ? wrong : other);
        }
        vm.warp(uint256(court.caseOf(id).revealsFrom));
        bool isOtherThere;
        for (uint256 i = 0; i < SEATS; ++i) {
            uint256 choice = (seed >> (8 * i)) % 4;
            if (choice == 3 || (seed >> (100 + i)) % 4 == 0) continue;
            if (choice == 0) ++against;
            Vote memory vote = _vote(choice == 0 ? right : choice == 1 ? wrong : other);
            if (choice == 2 && isOtherThere) {
                vote.rivals = new bytes[](2);
                (vote.rivals[0], vote.rivals[1]) = (right, other);
            }
            isOtherThere = isOtherThere || choice == 2;
            _reveal(members[i], vote);
        }
        _pass(PHASE);
        uint256 others = _count(court.caseOf(id).standings);
        _judge();
        _assertStage(against >= 4 || others >= 4 ? Stage.Slashed : Stage.Settled);
    }

    function openAs(address from, bytes memory otherOutput) external {
        _open(from, otherOutput);
    }

    /// How many stand for an answer of a member.
    function _count(uint40 standings) private pure returns (uint256 count) {
        for (uint256 i = 0; i < SEATS; ++i) {
            if (uint8(standings >> (8 * i)) >= 2) ++count;
        }
    }
}
