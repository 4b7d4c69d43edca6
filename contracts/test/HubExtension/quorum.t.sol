// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Finding} from "../../src/interfaces/IEvidenceVerifier.sol";
import {Quorum} from "../../src/interfaces/IHubQuorum.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Refusal, Request, RequestFlags, Stage, Terms} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {FakeCourt} from "../support/Fakes.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// Three members, of whom two must agree. They seal, and then they reveal.
contract QuorumTest is HubScenario {
    bytes32 private constant SALT = "salt";
    uint256 private constant BALANCE = 1000 ether;

    address[] private _members;
    mapping(address member => uint256) private _keyOf;
    mapping(address member => address) private _payeeOf;
    Ask private _asked;
    Terms private _terms;
    RequestId private _id;
    uint256 private _before;

    function setUp() public override {
        super.setUp();
        vm.etch(court, address(new FakeCourt()).code);
        _members = [node, otherNode, vm.addr(0xCAFE)];
        (_keyOf[node], _keyOf[otherNode], _keyOf[_members[2]]) = (NODE_KEY, OTHER_KEY, 0xCAFE);
        (_payeeOf[node], _payeeOf[otherNode], _payeeOf[_members[2]]) = (payee, otherPayee, makeAddr("thirdPayee"));
        nodes.set(_members[2], _payeeOf[_members[2]], Roles.INFERENCE | Roles.TEE, 0);
        _fund(_members[2], BALANCE);
        _sort();
        (_asked, _terms) = _askFor(2, _signedRequest());
        _id = hub.requestIdOf(_asked);
        _before = token.balanceOf(address(hub));
    }

    function test_SealsAgainstABond() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.AnswerSealed(_id, _members[0], FEE, 1);
        _seal(0, OUTPUT);

        _assertStage(_asked, Stage.Sealing);
        assertEq(hub.balanceOf(_members[0]), BALANCE - FEE);
        Quorum memory quorum = hub.quorumOf(_asked);
        assertEq(quorum.sealedAt, hub.activeTime());
        assertEq(quorum.seals, 1);
        assertEq(quorum.revealsFrom, 0, "Too few have sealed.");
    }

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
        _asked = Ask({request: request, requester: address(consumer), nonce: _nextNonce()});
        vm.prank(address(consumer));
        _id = hub.request(request, INPUT, _terms);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);

        assertEq(consumer.calls(), 1);
        assertEq(hub.balanceOf(_payeeOf[_members[1]]), FEE / 2 + TIP);
    }

    function test_RefundsAtOnceWhereTheyDiffer() public {
        _sealAll(abi.encode(1), abi.encode(3), abi.encode(5));
        _reveal(0, abi.encode(1));
        _reveal(1, abi.encode(3));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);
        _reveal(2, abi.encode(5));
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);

        skip(1);
        hub.refundQuorum(_asked);

        _assertStage(_asked, Stage.Refunded);
        assertEq(hub.balanceOf(requester), FEE);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(hub.balanceOf(_members[i]), BALANCE, "To differ costs nothing.");
        }
        _assertAllIsSomebodys();
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, _id, Stage.Refunded));
        hub.refundQuorum(_asked);
    }

    function test_RefundsWhereTooFewSealed() public {
        _seal(0, OUTPUT);
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealStands.selector, _id, _members[0]));
        hub.closeSeal(_asked, _members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);

        skip(1);
        hub.refundQuorum(_asked);
        vm.expectEmit(address(hub));
        emit IHubEvents.SealReturned(_id, _members[0], FEE);
        hub.closeSeal(_asked, _members[0]);

        assertEq(hub.balanceOf(_members[0]), BALANCE);
        _assertAllIsSomebodys();
    }

    function test_RefundsAfterTheDeadlineAsAnyRequest() public {
        _seal(0, OUTPUT);
        vm.warp(uint256(_asked.request.deadline) + 1);
        hub.refund(_asked);

        assertEq(hub.balanceOf(requester), FEE);
        hub.closeSeal(_asked, _members[0]);
        _assertAllIsSomebodys();
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

    function test_ASealThatIsNotRevealedIsForfeited() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealStands.selector, _id, _members[2]));
        hub.closeSeal(_asked, _members[2]);

        skip(1);
        vm.expectEmit(address(hub));
        emit IHubEvents.SealForfeited(_id, _members[2], FEE);
        hub.closeSeal(_asked, _members[2]);

        assertEq(hub.balanceOf(requester), FEE / 2);
        _forfeited += FEE / 2;
        _assertAllIsSomebodys();
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[2]));
        hub.closeSeal(_asked, _members[2]);
    }

    function test_ASealOfAYankedVersionComesBack() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        skip(2 minutes + 1);
        hub.closeSeal(_asked, _members[2]);
        assertEq(hub.balanceOf(_members[2]), BALANCE);
    }

    function test_APauseStretchesItsPhases() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Submission memory submission = _answer(0, OUTPUT);
        vm.prank(guardian);
        hub.pause(10 minutes);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        _reveal(0, submission, OUTPUT);
        vm.prank(_members[0]);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        hub.sealAnswer(_asked, _terms, "seal");
        skip(12 minutes);

        _reveal(0, submission, OUTPUT);
        skip(1);
        submission = _answer(1, OUTPUT);
        Quorum memory quorum = hub.quorumOf(_asked);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotRevealing.selector, _id, quorum.revealsFrom, quorum.revealsUntil));
        _reveal(1, submission, OUTPUT);
        hub.closeSeal(_asked, _members[1]);
        assertEq(hub.balanceOf(_members[1]), BALANCE, "A pause excuses.");
    }

    /// After the deadline nothing settles, and yet whoever reveals gets its bond.
    function test_ARevealAfterTheDeadlineOnlyReturnsTheBond() public {
        Request memory request = _signedRequest();
        request.deadline = _now() + 4 minutes + 1;
        (_asked, _terms) = _askFor(2, request);
        _id = hub.requestIdOf(_asked);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        vm.prank(guardian);
        hub.pause(10 minutes);
        skip(10 minutes);

        _reveal(1, OUTPUT);

        _assertStage(_asked, Stage.Sealing);
        assertEq(hub.balanceOf(_members[1]), BALANCE);
        assertEq(hub.agreementOn(_id, keccak256(OUTPUT)), 1);
        hub.refund(_asked);
    }

    function test_RevertWhen_TheSealLeavesNoTimeForBothPhases() public {
        vm.warp(_asked.request.deadline - 4 minutes);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlinePassed.selector, _asked.request.deadline));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheSealersIsNoMember() public {
        address fourth = makeAddr("fourth");
        nodes.set(fourth, fourth, Roles.INFERENCE, 0);
        vm.prank(fourth);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotMember.selector, _id, fourth));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheMemberHasLostItsRole() public {
        nodes.set(_members[0], payee, Roles.TEE, 0);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, _members[0]));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheTermsAreOthers() public {
        Terms memory others;
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "terms"));
        hub.sealAnswer(_asked, others, "seal");
    }

    function test_RevertWhen_ThereIsNoQuorumToSealFor() public {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "terms"));
        hub.sealAnswer(ask, _noTerms(), "seal");
    }

    function test_RevertWhen_TheVersionOfASealIsYanked() public {
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        vm.prank(_members[0]);
        vm.expectRevert(IHubEvents.VersionNotUsable.selector);
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_ASealIsEmptyOrASecondOne() public {
        vm.startPrank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        hub.sealAnswer(_asked, _terms, 0);
        hub.sealAnswer(_asked, _terms, "first");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        hub.sealAnswer(_asked, _terms, "second");
    }

    function test_RevertWhen_TheBondIsNotThere() public {
        vm.startPrank(_members[0]);
        hub.withdraw(stranger, BALANCE - FEE + 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, FEE - 1, FEE));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheRequestIsRefunded() public {
        vm.warp(uint256(_asked.request.deadline) + 1);
        hub.refund(_asked);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, _id, Stage.Refunded));
        hub.sealAnswer(_asked, _terms, "seal");
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
        signed.set(Finding.WrongSigner, 0);
        _expectNoGood(good, Refusal.EvidenceRefused);
        signed.set(Finding.Holds, 0);
        nodes.set(_members[0], _payeeOf[_members[0]], Roles.TEE, 0);
        _expectNoGood(good, Refusal.LienRefused);
    }

    function test_RevertWhen_SettledOrClaimedLikeAnyOther() public {
        Submission memory submission = _answer(0, OUTPUT);
        _expectRefusal(submission, Refusal.QuorumRequired);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, _id, 0));
        hub.claim(_asked);
    }

    function test_RevertWhen_AQuorumAsksForALienOrAWindow() public {
        Request memory request = _signedRequest();
        request.minLien = 1;
        _expectInvalid(request);
        request.minLien = 0;
        request.challengeWindow = 1 hours;
        _expectInvalid(request);
    }

    /// Whatever the members answer, in whatever order: it settles exactly where two agree, and no token is lost.
    function testFuzz_SettlesExactlyWhereTwoAgree(uint256[3] memory answers, uint256 first) public {
        for (uint256 i = 0; i < 3; ++i) {
            answers[i] = bound(answers[i], 0, 3) * 2;
        }
        _sealAll(abi.encode(answers[0]), abi.encode(answers[1]), abi.encode(answers[2]));
        first = bound(first, 0, 2);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 member = (first + i) % 3;
            _reveal(member, abi.encode(answers[member]));
        }

        bool agree = answers[0] == answers[1] || answers[1] == answers[2] || answers[0] == answers[2];
        _assertStage(_asked, agree ? Stage.Settled : Stage.Sealing);
        if (!agree) {
            skip(2 minutes + 1);
            hub.refundQuorum(_asked);
        }
        _assertAllIsSomebodys();
    }

    function _expectInvalid(Request memory request) private {
        request.quorum = 2;
        request.termsHash = keccak256(abi.encode(_terms));
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "quorum with a lien"));
        hub.request(request, INPUT, _terms);
    }

    function _expectNoGood(Submission memory submission, Refusal refusal) private {
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, _id, refusal));
        hub.revealAnswer(submission, SALT, submission.outputCommit, "");
    }

    function _askFor(uint8 quorum, Request memory request) private returns (Ask memory ask, Terms memory terms) {
        terms.members = _members;
        request.quorum = quorum;
        return (_askWithTerms(request, terms), terms);
    }

    function _sealAll(bytes memory first, bytes memory second, bytes memory third) private {
        _seal(0, first);
        _seal(1, second);
        _seal(2, third);
    }

    /// An empty output is a failure.
    function _seal(uint256 member, bytes memory output) private {
        bytes32 commit = output.length == 0 ? hub.FAILURE() : keccak256(output);
        bytes32 seal = hub.sealOf(_id, _members[member], commit, SALT);
        vm.prank(_members[member]);
        hub.sealAnswer(_asked, _terms, seal);
    }

    function _reveal(uint256 member, bytes memory output) private {
        _reveal(member, _answer(member, output), output);
    }

    function _reveal(uint256 member, Submission memory submission, bytes memory agreed) private {
        bytes32 commit = agreed.length == 0 ? submission.outputCommit : keccak256(agreed);
        vm.prank(_members[member]);
        hub.revealAnswer(submission, SALT, commit, agreed);
    }

    function _answer(uint256 member, bytes memory output) private view returns (Submission memory submission) {
        submission = _submission(_asked, output);
        (submission.node, submission.payee) = (_members[member], _payeeOf[_members[member]]);
        submission.terms = _terms;
        submission.evidence = _sign(submission, _keyOf[_members[member]]);
    }

    function _failureOf(uint256 member) private view returns (Submission memory submission) {
        submission = _answer(member, "");
        submission.outputCommit = hub.FAILURE();
        submission.evidence = _sign(submission, _keyOf[_members[member]]);
    }

    /// All three seals and the request have ended, so that every token is in an account or to be burned.
    function _assertAllIsSomebodys() private view {
        uint256 owed = _forfeited + hub.balanceOf(requester);
        for (uint256 i = 0; i < 3; ++i) {
            owed += hub.balanceOf(_members[i]) + hub.balanceOf(_payeeOf[_members[i]]);
        }
        assertEq(owed, _before);
        assertEq(owed, token.balanceOf(address(hub)));
    }

    function _sort() private {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2 - i; ++j) {
                if (_members[j] > _members[j + 1]) (_members[j], _members[j + 1]) = (_members[j + 1], _members[j]);
            }
        }
    }
}
