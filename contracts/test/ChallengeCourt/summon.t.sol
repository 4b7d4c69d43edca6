// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {CaseStage, Member} from "../../src/types/Case.sol";
import {CourtParameters} from "../../src/types/CourtConfig.sol";
import {Stage} from "../../src/types/Request.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Drawing the committee, or failing to.
contract ChallengeCourtSummonTest is CourtTest {
    function test_DrawsFiveDifferentVerifiers() public conserving {
        Member[] memory members = _drawCase(right);
        assertEq(members.length, SEATS);
        for (uint256 i = 0; i < SEATS; ++i) {
            assertTrue(nodes.hasRole(members[i].node, Roles.VERIFIER));
            assertEq(members[i].held, HELD);
            assertEq(nodes.nodeOf(members[i].node).held, HELD);
            for (uint256 j = 0; j < i; ++j) {
                assertNotEq(members[i].node, members[j].node);
            }
        }
        assertEq(court.caseOf(id).size, SEATS);
        assertEq(court.caseOf(id).revealsFrom, vm.getBlockTimestamp() + PHASE);
        _assertCase(CaseStage.Voting);
    }

    function test_DrawsByTheHashOfTheSeedBlock() public {
        _openCase(right);
        uint48 seedBlock = court.caseOf(id).seedBlock;
        vm.roll(seedBlock + 1);
        bytes32 seed = keccak256(abi.encode(blockhash(seedBlock), id, court));
        address[] memory expected = nodes.drawVerifiers(uint256(seed), SEATS, node);
        Member[] memory members = _summon();
        for (uint256 i = 0; i < SEATS; ++i) {
            assertEq(members[i].node, expected[i]);
        }
    }

    function test_NeverDrawsTheNodeThatIsJudged() public {
        vm.prank(operator);
        nodes.setNode(node, Roles.ALL, "", "");
        vm.warp((vm.getBlockTimestamp() / 1 hours + 1) * 1 hours);
        Member[] memory members = _drawCase(right);
        for (uint256 i = 0; i < SEATS; ++i) {
            assertNotEq(members[i].node, node);
        }
    }

    function test_RevertWhen_TheSeedIsNotThere() public {
        _openCase(right);
        uint48 seedBlock = court.caseOf(id).seedBlock;
        for (uint256 i = 0; i < 2; ++i) {
            vm.roll(seedBlock - 1 + i);
            vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SeedNotThere.selector, seedBlock));
            court.summon(ask, settlement);
        }
    }

    function test_PreparesAnotherDrawWhenTheHourIsOver() public conserving {
        _openCase(right);
        uint48 seedBlock = court.caseOf(id).seedBlock;
        vm.warp((vm.getBlockTimestamp() / 1 hours + 1) * 1 hours);
        vm.roll(seedBlock + 1);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseArmed(id, seedBlock + 3);
        court.summon(ask, settlement);

        assertEq(court.caseOf(id).seedHour, vm.getBlockTimestamp() / 1 hours);
        _assertCase(CaseStage.Open);
        assertEq(_summon().length, SEATS);
    }

    /// Even where the block of the old draw is still to come: it would be of the wrong hour.
    function test_PreparesAnotherDrawAsSoonAsTheHourIsOver() public {
        _openCase(right);
        vm.warp((vm.getBlockTimestamp() / 1 hours + 1) * 1 hours);
        vm.roll(vm.getBlockNumber() + 1);
        court.summon(ask, settlement);
        assertEq(court.caseOf(id).seedBlock, vm.getBlockNumber() + 2);
    }

    function test_PreparesAnotherDrawWhenTheHashIsForgotten() public {
        _openCase(right);
        uint48 seedBlock = court.caseOf(id).seedBlock;
        vm.roll(seedBlock + 257);
        court.summon(ask, settlement);
        _assertCase(CaseStage.Open);
        assertEq(court.caseOf(id).seedBlock, seedBlock + 259);
        assertEq(_summon().length, SEATS);
    }

    function test_DrawsByTheLastHashThatIsKnown() public {
        _openCase(right);
        vm.roll(court.caseOf(id).seedBlock + 256);
        court.summon(ask, settlement);
        _assertCase(CaseStage.Voting);
    }

    /// Stakes count as of the hour's beginning: who comes after the seed is known is not drawn.
    function test_StakeThatComesAfterTheSeedDoesNotCount() public {
        _openCase(right);
        vm.roll(court.caseOf(id).seedBlock + 1);
        _register(0xFA7, stranger, Roles.VERIFIER, 1_000_000 ether);
        Member[] memory members = _summon();
        for (uint256 i = 0; i < SEATS; ++i) {
            assertNotEq(members[i].node, vm.addr(0xFA7));
        }
    }

    function test_AMemberWithoutFreeStakeHasASeatAllTheSame() public conserving {
        for (uint256 i = 0; i < VERIFIERS; ++i) {
            vm.prank(operator);
            nodes.startUnbonding(_verifier(i), VERIFIER_STAKE);
        }
        Member[] memory members = _drawCase(right);
        assertEq(members.length, SEATS);
        for (uint256 i = 0; i < SEATS; ++i) {
            assertEq(members[i].held, 0);
        }
        _voteAll(members, right);
        _judge();
        _assertStage(Stage.Slashed);
    }

    function test_AMemberThatLeftItsRoleHasASeatAllTheSame() public conserving {
        for (uint256 i = 0; i < VERIFIERS; ++i) {
            vm.prank(operator);
            nodes.setNode(_verifier(i), Roles.STORAGE, "", "");
        }
        Member[] memory members = _drawCase(right);
        assertEq(members[0].held, 0);
        _pass(2 * PHASE);
        _judge();
        assertEq(court.forfeited(), 0);
    }

    function test_FourMembersAreEnough() public conserving {
        _leave(VERIFIERS - 4);
        Member[] memory members = _drawCase(right);
        assertEq(members.length, 4);
        // The fee of the fifth seat is back.
        assertEq(court.balanceOf(challenger), 100 ether - DEPOSIT - 4 * MEMBER_FEE);
        _voteAll(members, right);
        _judge();
        _assertStage(Stage.Slashed);
        assertEq(court.balanceOf(challenger), 100 ether - 4 * MEMBER_FEE);
    }

    function test_ThreeMembersAreNone() public conserving {
        _leave(VERIFIERS - 3);
        _openCase(right);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseEnded(id, challenger, 0, 0);
        assertEq(_summon().length, 0);

        _assertCase(CaseStage.Ended);
        _assertStage(Stage.Settled);
        assertTrue(hub.isFinal(id));
        assertEq(court.balanceOf(challenger), 100 ether);
    }

    function test_RevertWhen_SummonedTwiceOrWithoutACase() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.None));
        court.summon(ask, settlement);
        _drawCase(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Voting));
        court.summon(ask, settlement);
    }

    function test_DrawsDuringAPause() public conserving {
        vm.prank(guardian);
        hub.pause(7 days);
        _pass(3 hours);
        Member[] memory members = _drawCase(right);
        assertEq(members[0].held, HELD);
        _voteAll(members, right);
        _judge();
        _assertStage(Stage.Slashed);
    }

    function test_APauseThatBeginsWithinACaseStopsNothing() public conserving {
        Member[] memory members = _drawCase(right);
        vm.prank(guardian);
        hub.pause(7 days);
        for (uint256 i = 0; i < 4; ++i) {
            _sealVote(members[i], right);
        }
        _pass(PHASE);
        for (uint256 i = 0; i < 4; ++i) {
            _reveal(members[i], _vote(right));
        }
        _pass(PHASE);
        _judge();
        _assertStage(Stage.Slashed);
        assertEq(court.forfeited(), HELD);
    }

    /* lapse */

    function test_ACaseThatNobodySummonsEndsForTheNode() public conserving {
        _openCase(right);
        uint256 until = court.caseOf(id).openedAt + 1 days;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SummonNotOver.selector, until));
        court.lapse(ask, settlement);
        _pass(1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SummonOver.selector, until));
        court.summon(ask, settlement);
        vm.prank(stranger);
        court.lapse(ask, settlement);

        _assertCase(CaseStage.Ended);
        assertTrue(hub.isFinal(id));
        assertEq(court.balanceOf(payee), DEPOSIT);
        assertEq(court.balanceOf(challenger), 100 ether - DEPOSIT - SEATS * MEMBER_FEE);
        assertEq(court.forfeited(), SEATS * MEMBER_FEE);
    }

    function test_RevertWhen_ACommitteeIsThereToLapse() public {
        _drawCase(right);
        _pass(2 days);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Voting));
        court.lapse(ask, settlement);
    }

    /// So many verifiers give their role up, and an hour passes.
    function _leave(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            vm.prank(operator);
            nodes.setNode(_verifier(i), 0, "", "");
        }
        vm.warp((vm.getBlockTimestamp() / 1 hours + 1) * 1 hours);
    }
}

/// A court may let silent members go free: then it has nothing to hold of them, and asks the register for nothing.
contract ChallengeCourtSilenceTest is CourtTest {
    function _courtParameters() internal pure override returns (CourtParameters memory parameters) {
        parameters = super._courtParameters();
        parameters.silenceShare = 0;
    }

    function test_HoldsNothingWhereSilenceIsFree() public conserving {
        vm.expectCall(address(nodes), abi.encodeWithSelector(INodeRegistry.lockLien.selector), 0);
        Member[] memory members = _drawCase(right);
        assertEq(members.length, SEATS);
        for (uint256 i = 0; i < SEATS; ++i) {
            assertEq(members[i].held, 0);
        }
        _pass(2 * PHASE);
        _judge();
        assertEq(court.forfeited(), 0);
    }
}
