// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Finding, ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Request, Settlement, Stage} from "../../src/types/Request.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// Challenges that a proof decides.
contract ChallengeCourtProofsTest is CourtTest {
    bytes32 private _right = keccak256(right);

    function setUp() public override {
        super.setUp();
        _settleProvable(Assurance.Signed, wrong);
    }

    /* challengeWithProof */

    function test_OverturnsAndCorrectsInOneTransaction() public conserving {
        Settlement memory corrected = settlement;
        corrected.outputCommit = _right;
        corrected.assurance = Assurance.Proven;
        corrected.revision = 1;
        vm.expectEmit(address(court));
        emit IChallengeCourt.ChallengedByProof(id, challenger, _right);
        vm.expectEmit(address(hub));
        emit IHubEvents.Overturned(id, challenger, LIEN, true, corrected);
        _challengeWithProof(challenger);

        _assertStage(Stage.Settled);
        assertTrue(hub.isFinal(id));
        assertEq(hub.balanceOf(challenger), LIEN * 3 / 10);
        assertEq(court.balanceOf(challenger), 100 ether);
        assertEq(nodes.nodeOf(node).stake, 1000 ether - LIEN);
    }

    function test_ContradictsAFailure() public conserving {
        _settleProvable(Assurance.Signed, "");
        _challengeWithProof(challenger);

        _assertStage(Stage.Settled);
        assertEq(hub.balanceOf(challenger), LIEN * 3 / 10);
    }

    function test_RevertWhen_TheProofIsCopied() public {
        bytes memory proof = _proof(court.challengeDigestOf(id, challenger));
        vm.expectRevert(IChallengeCourt.ProofRefused.selector);
        vm.prank(rival);
        court.challengeWithProof(ask, settlement, _right, proof);
    }

    function test_RevertWhen_TheProofIsOfAnotherRequest() public {
        bytes memory proof = _proof(court.challengeDigestOf(id, challenger));
        _settleProvable(Assurance.Signed, wrong);
        vm.expectRevert(IChallengeCourt.ProofRefused.selector);
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, _right, proof);
    }

    function test_RevertWhen_NothingIsContradicted() public {
        bytes32[3] memory outputs = [settlement.outputCommit, hub.FAILURE(), bytes32(0)];
        for (uint256 i = 0; i < outputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NoContradiction.selector, settlement.outputCommit, outputs[i]));
            court.challengeWithProof(ask, settlement, outputs[i], "");
        }
    }

    function test_RevertWhen_TheVersionIsNotProvable() public {
        (ask, settlement) = _settle(_request(INTEGER), wrong);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotProvable.selector, INTEGER));
        court.challengeWithProof(ask, settlement, _right, "");
        (ask, settlement) = _settle(_request(FLOATING), wrong);
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NotProvable.selector, FLOATING));
        court.challengeWithProof(ask, settlement, _right, "");
    }

    function test_RevertWhen_TheAnswerIsFinal() public {
        _pass(2 hours);
        bytes memory proof = _proof(court.challengeDigestOf(id, challenger));
        (,, uint40 until) = hub.stateOf(id);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotContestable.selector, id, Stage.Settled, until));
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, _right, proof);
    }

    function test_RevertWhen_ChallengedASecondTime() public {
        _challengeWithProof(challenger);
        bytes memory proof = _proof(court.challengeDigestOf(id, challenger));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotContestable.selector, id, Stage.Settled, 0));
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, _right, proof);
    }

    function test_GoesOnDuringAPause() public conserving {
        vm.prank(guardian);
        hub.pause(1 days);
        _challengeWithProof(challenger);
        assertEq(hub.balanceOf(challenger), LIEN * 3 / 10);
    }

    function test_RevokesTheKeyBehindAnAttestedAnswer() public conserving {
        _settleProvable(Assurance.Attested, wrong);
        vm.expectEmit(address(court));
        emit IChallengeCourt.KeyContradicted(id, node, node, _right);
        _challengeWithProof(challenger);

        assertEq(keys.keyOf(node).revokedAt, vm.getBlockTimestamp());
        assertEq(hub.balanceOf(challenger), LIEN / 5 * 3 / 10);
    }

    function test_LeavesTheKeyOfASignedAnswerAlone() public {
        _challengeWithProof(challenger);
        assertEq(keys.keyOf(node).revokedAt, 0);
    }

    function test_OverturnsTheAnswersOfAKeyThatIsRevokedAlready() public conserving {
        _settleProvable(Assurance.Attested, wrong);
        _revokeKey();
        _pass(10);
        _challengeWithProof(challenger);

        assertEq(keys.keyOf(node).revokedAt, vm.getBlockTimestamp() - 10);
        assertEq(hub.balanceOf(challenger), LIEN / 5 * 3 / 10);
    }

    function test_OverturnsAnswersOfAnUnknownKey() public conserving {
        Request memory request = _request(PROVABLE);
        request.assurance = Assurance.Attested;
        ask = _askFor(request);
        Submission memory submission = _submission(ask, keccak256(wrong));
        submission.keyEpoch = 13;
        submission.output = wrong;
        _sign(submission);
        settlement = _settleWith(submission);
        id = hub.requestIdOf(ask);
        _challengeWithProof(challenger);
        assertEq(hub.balanceOf(challenger), LIEN / 5 * 3 / 10);
    }

    /* contradict */

    function test_RevokesTheKeyOfAReceiptThatSettledNothing() public conserving {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        vm.expectEmit(address(court));
        emit IChallengeCourt.KeyContradicted(hub.requestIdOf(ask), node, node, _right);
        vm.prank(stranger);
        court.contradict(submission, _right, _contradiction());

        assertEq(keys.keyOf(node).revokedAt, vm.getBlockTimestamp());
    }

    function test_RevokesTheKeyOfAReceiptThatSettledLongAgo() public {
        _settleProvable(Assurance.Attested, wrong);
        Submission memory submission = _submission(ask, keccak256(wrong));
        _pass(30 days);
        court.contradict(submission, _right, _contradiction());
        assertGt(keys.keyOf(node).revokedAt, 0);
    }

    function test_RevokesTheKeyOfAReceiptAboutARequestNobodyMade() public {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        submission.ask.nonce = 77;
        ask.nonce = 77;
        _signAttested(submission);
        court.contradict(submission, _right, _contradiction());
        assertGt(keys.keyOf(node).revokedAt, 0);
    }

    function test_RevokesTheKeyThatCalledAGoodInputAFailure() public {
        Submission memory submission = _attestedReceipt(hub.FAILURE());
        court.contradict(submission, _right, _contradiction());
        assertGt(keys.keyOf(node).revokedAt, 0);
    }

    function test_RevertWhen_TheReceiptIsRight() public {
        Submission memory submission = _attestedReceipt(_right);
        bytes memory proof = _contradiction();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.NoContradiction.selector, _right, _right));
        court.contradict(submission, _right, proof);
    }

    function test_RevertWhen_TheReceiptIsNotSigned() public {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        submission.payee = stranger;
        bytes memory proof = _contradiction();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.ReceiptRefused.selector, Finding.WrongSigner));
        court.contradict(submission, _right, proof);
    }

    function test_RevertWhen_TheReceiptIsOfAnotherAssurance() public {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        _sign(submission);
        bytes memory proof = _contradiction();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.ReceiptRefused.selector, Finding.WrongSigner));
        court.contradict(submission, _right, proof);
    }

    function test_RevertWhen_TheKeyIsNoLongerValid() public {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        evidence.set(Finding.KeyNotValid, 0);
        bytes memory proof = _contradiction();
        vm.expectRevert(abi.encodeWithSelector(IChallengeCourt.ReceiptRefused.selector, Finding.KeyNotValid));
        court.contradict(submission, _right, proof);
    }

    function test_RevertWhen_TheProofOfAContradictionDoesNotHold() public {
        Submission memory submission = _attestedReceipt(keccak256(wrong));
        bytes memory proof = _proof(court.challengeDigestOf(hub.requestIdOf(ask), address(this)));
        vm.expectRevert(IChallengeCourt.ProofRefused.selector);
        court.contradict(submission, _right, proof);
    }

    /* What is proven */

    function _settleProvable(Assurance assurance, bytes memory output) private {
        Request memory request = _request(PROVABLE);
        request.assurance = assurance;
        (ask, settlement) = _settle(request, output);
        id = hub.requestIdOf(ask);
    }

    function _challengeWithProof(address from) private {
        bytes memory proof = _proof(court.challengeDigestOf(id, from));
        vm.prank(from);
        court.challengeWithProof(ask, settlement, _right, proof);
    }

    function _contradiction() private view returns (bytes memory) {
        return _proof(court.contradictionDigestOf(hub.requestIdOf(ask)));
    }

    /// A "proof" of the right output that absorbs a digest.
    function _proof(bytes32 digest) private view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: keccak256("commitment"), inputCommit: keccak256(INPUT), outputCommit: _right, receiptDigest: digest
        });
        return bytes.concat(keccak256(abi.encode(statements)));
    }

    /// An `Attested` receipt for the `Signed` request that stands.
    function _attestedReceipt(bytes32 outputCommit) private view returns (Submission memory submission) {
        submission = _submission(ask, outputCommit);
        _signAttested(submission);
    }

    /// The receipt's assurance is the request's where it is settled; one that is only shown has its own.
    function _signAttested(Submission memory submission) private view {
        submission.evidence = _signatureOf(submission, Assurance.Attested);
    }

    function _revokeKey() private {
        vm.prank(address(court));
        keys.revokeKey(node, "");
    }
}
