// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Quorum} from "../../../src/interfaces/IHubQuorum.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {Ask, Refusal, Request, RequestFlags, Stage} from "../../../src/types/Request.sol";
import {Asks} from "../../support/Asks.sol";
import {EqualCourt} from "../../support/Fakes.sol";
import {QuorumTest} from "../../support/QuorumTest.sol";

/// Revealing answers, and what enough of them come to.
contract QuorumRevealTest is QuorumTest {
    function test_RevealsOnceAllHaveSealed() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Quorum memory quorum = hub.quorumOf(_asked);
        assertEq(quorum.revealsFrom, hub.activeTime());
        assertEq(quorum.revealsUntil, hub.activeTime() + 2 minutes);

        Submission memory submission = _answer(0, OUTPUT);
        vm.expectEmit(address(hub));
        emit IHubEvents.AnswerRevealed(_id, _members[0], keccak256(OUTPUT), keccak256(OUTPUT), 1);
        _reveal(0, submission, OUTPUT);

        assertEq(hub.agreementOn(_id, keccak256(OUTPUT)), 1);
        assertEq(hub.balanceOf(_members[0]), BALANCE, "Its bond came back.");
        _assertStage(_asked, Stage.Sealing);
    }

    function test_SettlesFinallyWhereEnoughAgree() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        Submission memory submission = _answer(1, OUTPUT);
        vm.expectEmit(address(hub));
        emit IHubEvents.Settled(_id, _members[1], 0, _settlement(submission, 0), submission.evidence, OUTPUT);
        _reveal(1, submission, OUTPUT);

        _assertStage(_asked, Stage.Settled);
        assertTrue(hub.isFinal(_id));
        assertEq(hub.balanceOf(_payeeOf[_members[0]]), FEE / 2);
        assertEq(hub.balanceOf(_payeeOf[_members[1]]), FEE / 2);

        _reveal(2, OUTPUT);
        assertEq(hub.balanceOf(_members[2]), BALANCE, "Who comes late still gets its bond.");
        assertEq(hub.balanceOf(_payeeOf[_members[2]]), 0);
        _assertAllIsSomebodys();
    }

    /// Whose answer is near enough may say so; the answer is the one that made it enough.
    function test_SettlesAnswersWithinTheTolerance() public {
        bytes memory near = abi.encode(8);
        _sealAll(abi.encode(7), abi.encode(9), near);
        _reveal(0, abi.encode(7));
        Submission memory submission = _answer(1, abi.encode(9));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.AnswersDiffer.selector, _id, keccak256(abi.encode(7))));
        _reveal(1, submission, abi.encode(7));
        _reveal(1, submission, abi.encode(9));
        assertEq(hub.agreementOn(_id, keccak256(abi.encode(9))), 1);

        _reveal(2, _answer(2, near), abi.encode(9));

        _assertStage(_asked, Stage.Settled);
        assertEq(hub.balanceOf(_payeeOf[_members[0]]), 0);
        assertEq(hub.balanceOf(_payeeOf[_members[2]]), FEE / 2);
        _assertAllIsSomebodys();
    }

    function test_RevertWhen_TheAgreedAnswerIsNobodys() public {
        _sealAll(abi.encode(7), abi.encode(8), OUTPUT);
        Submission memory submission = _answer(0, abi.encode(7));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.AnswersDiffer.selector, _id, keccak256(abi.encode(8))));
        _reveal(0, submission, abi.encode(8));
    }

    function test_RevertWhen_TheAgreedBytesAreOthers() public {
        _sealAll(abi.encode(7), abi.encode(9), OUTPUT);
        _reveal(0, abi.encode(7));
        Submission memory submission = _answer(1, abi.encode(9));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.AnswersDiffer.selector, _id, keccak256(abi.encode(7))));
        vm.prank(_members[1]);
        hub.revealAnswer(submission, SALT, keccak256(abi.encode(7)), abi.encode(8));
    }

    function test_AFailureOnWhichEnoughAgreeEarnsAShare() public {
        _sealAll("", "", OUTPUT);
        _reveal(0, _failureOf(0), "");
        _reveal(1, _failureOf(1), "");

        _assertStage(_asked, Stage.Failed);
        assertEq(hub.balanceOf(_payeeOf[_members[0]]), FEE / 10);
        assertEq(hub.balanceOf(requester), FEE - FEE / 5);
        _reveal(2, OUTPUT);
        _assertAllIsSomebodys();
    }

    /// A fee that does not divide leaves a unit to be burned.
    function test_BurnsWhatTheSharesLeave() public {
        Request memory request = _signedRequest();
        request.fee = 1 ether + 1;
        (_asked, _terms) = _askFor(2, request);
        _id = hub.requestIdOf(_asked);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);

        assertEq(hub.burn(), 1);
    }

    function test_DeliversTheAnswer() public {
        Request memory request = _signedRequest();
        (request.callbackGas, request.deliveryTip) = (CALLBACK_GAS, TIP);
        request.quorum = 2;
        request.termsHash = keccak256(abi.encode(_terms));
        _asked = Asks.next(hub, address(consumer), request);
        vm.prank(address(consumer));
        _id = hub.request(request, INPUT, _terms);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);

        assertEq(consumer.calls(), 1);
        assertEq(hub.balanceOf(_payeeOf[_members[1]]), FEE / 2 + TIP);
    }

    /// Members that come in time need not wait for one that does not come.
    function test_EnoughSealsSufficeOnceTheTimeForSealingIsOver() public {
        _seal(0, OUTPUT);
        _seal(1, OUTPUT);
        uint40 from = hub.quorumOf(_asked).sealedAt + 2 minutes + 1;
        assertEq(hub.quorumOf(_asked).revealsFrom, from);
        Submission memory submission = _answer(0, OUTPUT);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotRevealing.selector, _id, from, from + 2 minutes));
        _reveal(0, submission, OUTPUT);
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotRevealing.selector, _id, from, from + 2 minutes));
        _reveal(0, submission, OUTPUT);

        skip(1);
        vm.prank(_members[2]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealingOver.selector, _id));
        hub.sealAnswer(_asked, _terms, "late");
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);
        _assertStage(_asked, Stage.Settled);
    }

    /// Where an output may stay off the chain its bytes decide with what it agrees: none are no bytes of another answer.
    function test_RevertWhen_AnAnswerWithoutItsBytesAgreesWithAnother() public {
        vm.etch(court, address(new EqualCourt()).code);
        Request memory request = _signedRequest();
        request.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        (_asked, _terms) = _askFor(2, request);
        _id = hub.requestIdOf(_asked);
        bytes32 nothing = keccak256("");
        _sealCommit(0, nothing);
        _sealCommit(1, keccak256(OUTPUT));
        _sealCommit(2, keccak256(OUTPUT));
        Submission memory submission = _answer(0, "");
        vm.prank(_members[0]);
        hub.revealAnswer(submission, SALT, nothing, "");

        submission = _answer(1, OUTPUT);
        submission.output = "";
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.AnswersDiffer.selector, _id, nothing));
        vm.prank(_members[1]);
        hub.revealAnswer(submission, SALT, nothing, "");

        assertEq(hub.agreementOn(_id, nothing), 1);
    }

    function _sealCommit(uint256 member, bytes32 commit) private {
        bytes32 seal = hub.sealOf(_id, _members[member], commit, SALT);
        vm.prank(_members[member]);
        hub.sealAnswer(_asked, _terms, seal);
    }

    /// Whoever sees a revelation on its way can neither use it for itself nor bring it with less behind it.
    function test_RevertWhen_AnotherRevealsOrCopies() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Submission memory submission = _answer(0, OUTPUT);
        vm.prank(_members[1]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotMember.selector, _id, _members[1]));
        hub.revealAnswer(submission, SALT, keccak256(OUTPUT), "");

        address fourth = vm.addr(0xF0);
        nodes.set(fourth, fourth, Roles.INFERENCE, 0);
        submission.node = fourth;
        vm.prank(fourth);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, fourth));
        hub.revealAnswer(submission, SALT, keccak256(OUTPUT), "");
    }

    function test_RevertWhen_WhatIsRevealedWasNotSealed() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Submission memory submission = _answer(0, hex"ff");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        _reveal(0, submission, hex"ff");
        submission = _answer(0, OUTPUT);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        hub.revealAnswer(submission, "other", keccak256(OUTPUT), "");
    }

    function test_RevertWhen_TheRevealedAnswerIsNoGood() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Submission memory good = _answer(0, OUTPUT);

        Submission memory submission = _answer(0, OUTPUT);
        submission.expiresAt = uint64(_now() - 1);
        _expectNoGood(submission, Refusal.ReceiptExpired);
        submission = _answer(0, OUTPUT);
        submission.terms.members = new address[](0);
        _expectNoGood(submission, Refusal.TermsMismatch);
        submission = _answer(0, OUTPUT);
        submission.output = "";
        _expectNoGood(submission, Refusal.OutputMismatch);
        submission = _answer(0, OUTPUT);
        submission.payee = stranger;
        _expectNoGood(submission, Refusal.LienRefused);
        submission = _answer(0, OUTPUT);
        submission.evidence[0] ^= 0x01;
        _expectNoGood(submission, Refusal.EvidenceRefused);
        nodes.set(_members[0], _payeeOf[_members[0]], Roles.TEE, 0);
        _expectNoGood(good, Refusal.LienRefused);
    }

    function _expectNoGood(Submission memory submission, Refusal refusal) private {
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, _id, refusal));
        hub.revealAnswer(submission, SALT, submission.outputCommit, "");
    }
}
