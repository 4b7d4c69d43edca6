// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Case, CaseStage, Challenge} from "../../src/types/Case.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request, RequestFlags, Stage} from "../../src/types/Request.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Opening a case, and taking one over.
contract ChallengeCourtOpenCaseTest is CourtTest {
    function test_OpensACase() public conserving {
        _seal(challenger, right);
        _nextBlock();
        uint256 before = court.balanceOf(challenger) + SEAL_BOND;
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseOpened(id, challenger, DEPOSIT, keccak256(right), right, "");
        vm.expectEmit(address(court));
        emit IChallengeCourt.OutputShown(id, wrong);
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseArmed(id, uint48(vm.getBlockNumber() + 2));
        vm.expectEmit(address(hub));
        emit IHubEvents.Contested(id);
        _open(challenger, right);

        Case memory found = court.caseOf(id);
        assertEq(found.challenger, challenger);
        assertEq(uint8(found.stage), uint8(CaseStage.Open));
        assertEq(found.sealBlock, vm.getBlockNumber() - 1);
        assertEq(found.seedBlock, vm.getBlockNumber() + 2);
        assertEq(found.seedHour, vm.getBlockTimestamp() / 1 hours);
        assertEq(found.node, node);
        assertEq(found.payee, payee);
        assertEq(found.openedAt, vm.getBlockTimestamp());
        assertEq(found.deposit, DEPOSIT);
        assertEq(found.otherCommit, keccak256(right));
        assertEq(found.contestedCommit, keccak256(wrong));
        assertTrue(VersionId.unwrap(found.versionId) == VersionId.unwrap(FLOATING));
        assertTrue(found.isShown);
        assertEq(court.balanceOf(challenger), before - DEPOSIT - SEATS * MEMBER_FEE);
        _assertStage(Stage.Challenged);
    }

    function test_OpensWhereTheVersionIsIntegerWithoutAVerifier() public conserving {
        (ask, settlement) = _settle(_request(INTEGER), wrong);
        id = hub.requestIdOf(ask);
        _openCase(right);
        _assertCase(CaseStage.Open);
    }

    function test_OpensOverAFailure() public conserving {
        (ask, settlement) = _settle(_request(FLOATING), "");
        id = hub.requestIdOf(ask);
        _openCase(right);
        assertEq(court.caseOf(id).contestedCommit, hub.FAILURE());
    }

    function test_OpensToSayThatTheInputCannotBeRun() public conserving {
        _openCase("");
        assertEq(court.caseOf(id).otherCommit, hub.FAILURE());
    }

    function test_OpensOverBytesThatAreNoAnswer() public conserving {
        wrong = "no tensors";
        (ask, settlement) = _settle(_request(FLOATING), wrong);
        id = hub.requestIdOf(ask);
        _openCase(right);
        _assertCase(CaseStage.Open);
    }

    function test_OpensInTheLastSecondOfTheSealAndOfTheAnswer() public conserving {
        _pass(2 hours - 1 - SEAL_TIME);
        _seal(challenger, right);
        vm.roll(vm.getBlockNumber() + 1);
        _pass(SEAL_TIME);
        _open(challenger, right);
        _assertCase(CaseStage.Open);
    }

    function test_RevertWhen_TheAnswerIsFinal() public {
        _pass(2 hours);
        _seal(challenger, right);
        _nextBlock();
        (,, uint40 until) = hub.stateOf(id);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotContestable.selector, id, Stage.Settled, until));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheSettlementIsNotTheAnswers() public {
        _seal(challenger, right);
        _nextBlock();
        settlement.lien = 0;
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementMismatch.selector, id));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheSealIsOfTheSameBlock() public {
        _seal(challenger, right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealTooYoung.selector, vm.getBlockNumber()));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheSealIsTooOld() public {
        _seal(challenger, right);
        uint256 until = vm.getBlockTimestamp() + SEAL_TIME;
        vm.roll(vm.getBlockNumber() + 1);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealExpired.selector, until));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheSealIsOfAnotherOutputOrUsedUp() public {
        _seal(challenger, right);
        _nextBlock();
        bytes32 unknown = court.sealOf(challenger, id, keccak256(other), SALT);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, unknown));
        this.openAs(challenger, other);
        _open(challenger, right);
        unknown = court.sealOf(challenger, id, keccak256(right), SALT);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.SealUnknown.selector, unknown));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheVersionCannotBeDisputed() public {
        VersionId[2] memory versions = [SAMPLED, PROVABLE];
        for (uint256 i = 0; i < 2; ++i) {
            (ask, settlement) = _settle(_request(versions[i]), wrong);
            id = hub.requestIdOf(ask);
            vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotDisputable.selector, versions[i]));
            this.openAs(challenger, right);
        }
    }

    function test_RevertWhen_TheRequestIsPrivate() public {
        Request memory request = _request(FLOATING);
        request.assurance = Assurance.Attested;
        request.flags = RequestFlags.PRIVATE;
        (ask, settlement) = _settle(request, wrong);
        id = hub.requestIdOf(ask);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.RequestIsPrivate.selector, id));
        this.openAs(challenger, right);
    }

    function test_RevertWhen_TheInputIsMissingOrAnother() public {
        Request memory request = _request(FLOATING);
        request.flags = RequestFlags.INPUT_AT_URI;
        (ask, settlement) = _settle(request, wrong);
        id = hub.requestIdOf(ask);
        _seal(challenger, right);
        _nextBlock();
        Challenge memory challenge = _challenge(right);
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.InputMismatch.selector, keccak256(INPUT)));
        challenge.input = "another";
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.InputMismatch.selector, keccak256(INPUT)));
        challenge.input = INPUT;
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseOpened(id, challenger, DEPOSIT, keccak256(right), right, INPUT);
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
    }

    function test_RevertWhen_AnInputThatTravelledIsAnother() public {
        Challenge memory challenge = _challenge(right);
        challenge.input = "another";
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.InputMismatch.selector, keccak256(INPUT)));
    }

    function test_RevertWhen_BytesAreTooLong() public {
        Challenge memory challenge = _challenge(right);
        challenge.input = new bytes(65_537);
        bytes memory refusal = abi.encodeWithSelector(IChallengeCourt.BytesTooLong.selector, 65_537, 65_536);
        _expectOpenRefused(challenge, refusal);
        challenge.input = "";
        challenge.otherOutput = new bytes(65_537);
        _expectOpenRefused(challenge, refusal);
    }

    function test_RevertWhen_TheOtherOutputIsNoAnswer() public {
        Challenge memory challenge = _challenge("no tensors");
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.OutputNotComparable.selector));
    }

    function test_RevertWhen_TheAnswersAgree() public {
        bytes memory nearly = _answer(2e18 + 1e15);
        bytes[2] memory outputs = [wrong, nearly];
        for (uint256 i = 0; i < 2; ++i) {
            _seal(challenger, outputs[i]);
            _nextBlock();
            vm.expectRevert(IChallengeCourt.AnswersAgree.selector);
            this.openAs(challenger, outputs[i]);
        }
    }

    function test_RevertWhen_TheNodesBytesAreMissingOrOthers() public {
        _seal(challenger, right);
        _nextBlock();
        Challenge memory challenge = _challenge(right);
        bytes memory refusal = abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(wrong));
        challenge.contested = "";
        _expectOpenRefused(challenge, refusal);
        challenge.contested = other;
        _expectOpenRefused(challenge, refusal);
    }

    /// What is published as the node's answer is the node's, also where its bytes decide nothing.
    function test_RevertWhen_BytesThatDecideNothingAreOthers() public {
        (ask, settlement) = _settle(_request(INTEGER), wrong);
        id = hub.requestIdOf(ask);
        _seal(challenger, right);
        _nextBlock();
        Challenge memory challenge = _challenge(right);
        challenge.contested = other;
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(wrong)));
        challenge.contested = "";
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
        _assertCase(CaseStage.Open);
    }

    function test_RevertWhen_TheMoneyIsNotThere() public {
        _seal(challenger, right);
        _nextBlock();
        vm.prank(challenger);
        court.withdraw(challenger, 99 ether);
        uint256 needed = DEPOSIT + SEATS * MEMBER_FEE;
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.BalanceTooSmall.selector, 1 ether, needed));
        this.openAs(challenger, right);
    }

    /* Earliest wins */

    function test_AnOlderSealTakesThePlaceOfAYoungerOne() public conserving {
        _seal(rival, right);
        _nextBlock();
        _openCase(right);
        uint48 seedBlock = court.caseOf(id).seedBlock;
        vm.expectEmit(address(court));
        emit IChallengeCourt.CaseTakenOver(id, rival, challenger);
        _open(rival, right);

        assertEq(court.balanceOf(challenger), 100 ether);
        assertEq(court.balanceOf(rival), 100 ether - DEPOSIT - SEATS * MEMBER_FEE);
        assertEq(court.caseOf(id).challenger, rival);
        // The draw stays as it was prepared.
        assertEq(court.caseOf(id).seedBlock, seedBlock);
        _voteAll(_summon(), right);
        _judge();
        assertEq(hub.balanceOf(rival), LIEN * 3 / 10);
        assertEq(hub.balanceOf(challenger), 0);
    }

    /// It cannot make the deposit smaller by bringing another settlement: nothing of that is looked at.
    function test_TakingOverCostsWhatOpeningDid() public conserving {
        _seal(rival, right);
        _nextBlock();
        _openCase(right);
        settlement.lien = 0;
        settlement.payee = rival;
        _open(rival, right);
        assertEq(court.caseOf(id).deposit, DEPOSIT);
        assertEq(court.caseOf(id).payee, payee);
    }

    function test_RevertWhen_TheSealIsYoungerOrAsOld() public conserving {
        _seal(challenger, right);
        _seal(rival, right);
        _nextBlock();
        uint256 sealBlock = vm.getBlockNumber() - 1;
        _open(challenger, right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OlderSealStands.selector, id, sealBlock));
        this.openAs(rival, right);
        // Its bond is not lost.
        vm.prank(rival);
        court.withdrawSeal(id, keccak256(right), SALT);
        assertEq(court.balanceOf(rival), 100 ether);
    }

    function test_RevertWhen_TheCommitteeIsThere() public {
        _seal(rival, right);
        _nextBlock();
        _drawCase(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Voting));
        this.openAs(rival, right);
    }

    /// An older seal of something else takes nobody's place: a wrong node cannot keep one in stock to take the reward away.
    function test_RevertWhen_AnOlderSealSaysSomethingElse() public conserving {
        bytes[2] memory outputs = [other, wrong];
        for (uint256 i = 0; i < 2; ++i) {
            _seal(rival, outputs[i]);
        }
        _nextBlock();
        _openCase(right);
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OtherClaimStands.selector, id));
            this.openAs(rival, outputs[i]);
            vm.prank(rival);
            court.withdrawSeal(id, keccak256(outputs[i]), SALT);
        }
        assertEq(court.balanceOf(rival), 100 ether);
    }

    /// It may differ by the tolerance; the case goes on about what it was opened with.
    function test_AnOlderSealOfNearlyTheSameTakesTheChallengersPlaceOnly() public conserving {
        bytes memory nearly = _answer(1e18 + 1e15);
        _seal(rival, nearly);
        _nextBlock();
        _openCase(right);
        _open(rival, nearly);
        assertEq(court.caseOf(id).challenger, rival);
        assertEq(court.caseOf(id).otherCommit, keccak256(right));
    }

    function test_RevertWhen_TheFormerOutputIsMissing() public {
        _seal(rival, right);
        _nextBlock();
        _openCase(right);
        Challenge memory challenge = _challenge(right);
        challenge.former = "";
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        vm.prank(rival);
        court.openCase(ask, settlement, challenge);
    }

    function test_RevertWhen_AnUpheldAnswerIsChallengedAgain() public {
        _voteAll(_drawCase(right), wrong);
        _judge();
        _seal(rival, right);
        _nextBlock();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Ended));
        this.openAs(rival, right);
    }

    /* Outputs that stay off the chain */

    function test_OpensWithoutTheBytesOfAnOutputOffTheChain() public conserving {
        _settleOffChain();
        Challenge memory challenge = _challenge(right);
        challenge.contested = "";
        _seal(challenger, right);
        _nextBlock();
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
        assertFalse(court.caseOf(id).isShown);

        vm.expectEmit(address(court));
        emit IChallengeCourt.OutputShown(id, wrong);
        vm.prank(stranger);
        court.showOutput(id, wrong);
        assertTrue(court.caseOf(id).isShown);
    }

    function test_RevertWhen_ShownBytesAreNotTheNodes() public {
        _openCase(right);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(wrong)));
        court.showOutput(id, right);
    }

    function test_RevertWhen_ShownTooLateOrWithoutACase() public {
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.None));
        court.showOutput(id, wrong);
        _drawCase(right);
        _pass(PHASE - 1);
        court.showOutput(id, wrong);
        _pass(1);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.WrongStage.selector, id, CaseStage.Voting));
        court.showOutput(id, wrong);
    }

    function test_RevertWhen_TheCommitmentsAreEqualAndNoBytesAreShown() public {
        _settleOffChain();
        Challenge memory challenge = _challenge(wrong);
        challenge.contested = "";
        _seal(challenger, wrong);
        _nextBlock();
        _expectOpenRefused(challenge, abi.encodeWithSelector(IChallengeCourt.AnswersAgree.selector));
    }

    function openAs(address from, bytes memory otherOutput) external {
        _open(from, otherOutput);
    }

    function _settleOffChain() private {
        Request memory request = _request(FLOATING);
        request.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        (ask, settlement) = _settle(request, wrong);
        id = hub.requestIdOf(ask);
    }

    function _expectOpenRefused(Challenge memory challenge, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
    }
}
