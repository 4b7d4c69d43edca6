// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Challenge, Member, Vote} from "../../src/types/Case.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, RequestFlags, Settlement, Stage} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {Consumer} from "../support/Consumers.sol";
import {CourtTest} from "../support/court/CourtTest.sol";
import {RecordingConsumer} from "../support/sdk/Consumers.sol";

/// What an auditor tried against the hub and the court together, and what stands against it.
contract AttacksTest is CourtTest {
    Consumer private attacker;
    Consumer private victim;
    RecordingConsumer private consumer;

    /// An earlier callback of a batch has a later item of it overturned.
    function test_ABatchDoesNotDeliverWhatWasReplacedWithinIt() public {
        attacker = new Consumer();
        victim = new Consumer();
        Request memory request = _request(PROVABLE);
        request.callbackGas = 2_000_000;
        request.minLien = 1 ether;
        Submission[] memory batch = new Submission[](2);
        batch[0] = _submission(_askBy(address(attacker), request), keccak256(right));
        batch[0].output = right;
        ask = _askBy(address(victim), request);
        id = hub.requestIdOf(ask);
        batch[1] = _submission(ask, keccak256(wrong));
        batch[1].output = wrong;
        settlement = _settlementNow(batch[1], 1 ether);
        _armAttacker();
        hub.settleBatch(batch);

        assertTrue(attacker.reached(), "The challenge failed.");
        assertTrue(hub.isFinal(id));
        assertEq(hub.revisionOf(id), 1);
        // The victim was not told the wrong answer, and can be told the right one.
        assertEq(victim.calls(), 0);
        Settlement memory corrected = settlement;
        corrected.outputCommit = keccak256(right);
        corrected.assurance = Assurance.Proven;
        corrected.revision = 1;
        hub.deliver(ask, corrected, right);
        assertEq(victim.output(), right);
        assertEq(victim.answer().revision, 1);
    }

    /// A node says "failure", waits for days, and has itself corrected when it suits.
    function test_ACorrectionDoesNotMakeAnOldQuestionFresh() public {
        consumer = new RecordingConsumer(hub, bytes32(0));
        token.mint(address(consumer), 100 ether);
        Request memory request = _request(PROVABLE);
        request.callbackGas = 500_000;
        request.challengeWindow = 7 days;
        ask = Asks.next(hub, address(consumer), request);
        id = consumer.ask(request, INPUT, 10 minutes);
        assertTrue(hub.requestIdOf(ask) == id);
        Submission memory submission = _submission(ask, hub.FAILURE());
        settlement = _settlementNow(submission, LIEN);
        hub.settle(submission);

        // Six days later.
        _pass(6 days);
        _prove();
        settlement.outputCommit = keccak256(right);
        settlement.assurance = Assurance.Proven;
        settlement.revision = 1;
        settlement.settledAt = uint40(vm.getBlockTimestamp());
        hub.deliver(ask, settlement, right);

        assertEq(consumer.answers(), 0, "A correction is no fresher than the question's deadline.");
    }

    /// Whoever has fewer bytes to bring than a challenger would need could not be challenged.
    function test_RevertWhen_AnAnswerIsTooLongToBeChallenged() public {
        bytes memory huge = new bytes(hub.MAX_OUTPUT() + 1);
        Ask memory asked = _askFor(_request(FLOATING));
        Submission memory submission = _submission(asked, keccak256(huge));
        submission.output = huge;
        bytes memory refusal =
            abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, hub.requestIdOf(asked), Refusal.OutputMismatch);
        vm.expectRevert(refusal);
        hub.settle(submission);

        huge = new bytes(hub.MAX_OUTPUT());
        submission = _submission(asked, keccak256(huge));
        submission.output = huge;
        hub.settle(submission);
    }

    /// Members would have to bring it again, and it agrees with nothing.
    function test_RevertWhen_WhatIsShownIsTooLongToBeCompared() public {
        Request memory request = _request(FLOATING);
        request.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        bytes memory huge = new bytes(4097);
        (ask, settlement) = _settle(request, huge);
        id = hub.requestIdOf(ask);
        _seal(challenger, right);
        _nextBlock();
        vm.prank(challenger);
        court.openCase(ask, settlement, Challenge({otherOutput: right, salt: SALT, input: "", contested: "", former: ""}));

        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.BytesTooLong.selector, 4097, 4096));
        court.showOutput(id, huge);
    }

    /// A node that stands before the court with nonsense of its own pays for it, also where nobody summons.
    function test_ASelfChallengeThatLapsesCostsItsFees() public conserving {
        _openCase(other);
        _pass(1 days + 1);
        court.lapse(ask, settlement);

        assertEq(court.balanceOf(challenger) + court.balanceOf(payee), 100 ether - SEATS * MEMBER_FEE);
        assertEq(court.burn(), SEATS * MEMBER_FEE);
    }

    /// Members that sealed the right answer cannot go back on it once they see that they decide.
    function test_RevertWhen_AMemberWithholdsTheBytesThatItSealed() public {
        Member[] memory members = _drawCase(right);
        _sealAll(members, right);
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(members[i], _vote(right));
        }
        Vote memory withheld = _vote(right);
        withheld.output = "";
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.OutputMismatch.selector, keccak256(right)));
        _reveal(members[3], withheld);
    }

    function _armAttacker() private {
        bytes memory proof = _proofOf(id, right, address(attacker));
        bytes memory call = abi.encodeCall(IChallengeCourt.challengeWithProof, (ask, settlement, keccak256(right), proof));
        attacker.setCall(address(court), call);
    }

    function _prove() private {
        bytes memory proof = _proofOf(id, right, challenger);
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, keccak256(right), proof);
    }

    function _proofOf(RequestId of_, bytes memory output, address by) private view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: keccak256("commitment"),
            inputCommit: keccak256(INPUT),
            outputCommit: keccak256(output),
            receiptDigest: court.challengeDigestOf(of_, by)
        });
        return abi.encode(keccak256(abi.encode(statements)));
    }

    function _askBy(address from, Request memory request) private returns (Ask memory asked) {
        token.mint(from, 100 ether);
        vm.prank(from);
        token.approve(address(hub), type(uint256).max);
        asked = Asks.next(hub, from, request);
        vm.prank(from);
        hub.request(request, INPUT);
    }

    function _settlementNow(Submission memory submission, uint256 lien) private view returns (Settlement memory) {
        return Settlement({
            outputCommit: submission.outputCommit,
            node: node,
            payee: payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: 0,
            assurance: Assurance.Signed,
            rootLabel: 0,
            lien: lien,
            settledAt: uint40(vm.getBlockTimestamp()),
            revision: 0
        });
    }
}
