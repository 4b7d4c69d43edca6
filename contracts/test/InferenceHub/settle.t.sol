// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {IHub} from "../../src/interfaces/IHub.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {KeyRegistrationLib} from "../../src/types/KeyRegistration.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, RequestFlags, Settlement, Stage, Terms} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Asks} from "../support/Asks.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// What a settlement does: its event, its lien, and whose the money is.
contract SettleTest is HubScenario {
    function test_SettlesTheSignedAnswerOfItsClaimant() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claim(ask);
        Submission memory submission = _submission(ask, OUTPUT);
        uint40 until = _now() + 2 hours;
        RequestId id = hub.requestIdOf(ask);

        _expectSettled(submission, until, _settlement(submission, 100 * uint256(FEE)));
        hub.settle(submission);

        (Stage stage, address claimant, uint40 until_) = hub.stateOf(id);
        assertEq(uint8(stage), uint8(Stage.Settled));
        assertEq(claimant, address(0));
        assertEq(until_, until);
        assertEq(nodes.locked(node, until), 100 * uint256(FEE));
        assertEq(hub.earningsOf(payee, _hourEnd(until)), FEE);
        assertEq(hub.balanceOf(node), 1000 ether, "The bond came back.");
        assertEq(hub.balanceOf(payee), 0, "The fee is not final yet.");
        assertEq(hub.balanceOf(requester), 0);
    }

    function test_SettlesAnAttestedAnswerWithoutAClaim() public conserving {
        keys.set(KeyStanding({valid: true, rootLabel: "root", isEmulated: false}));
        Ask memory ask = _askWithTerms(_attestedRequest(), _workloads(2));
        Submission memory submission = _submission(ask, OUTPUT);
        submission.terms = _workloads(2);
        Settlement memory settlement = _attestedSettlement(submission);
        settlement.rootLabel = "root";

        _expectSettled(submission, _now() + 1 hours, settlement);
        vm.prank(stranger);
        hub.settle(submission);

        assertEq(nodes.locked(node, _now() + 1 hours), 20 * uint256(FEE));
        assertEq(hub.earningsOf(payee, _hourEnd(_now() + 1 hours)), FEE);
    }

    /// The key's standing is asked for what the receipt names, and nothing else of it counts.
    function test_AsksTheRegisterForTheKeyThatTheReceiptNames() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        bytes32 binding = KeyRegistrationLib.bindingOf(node, 0, 0);

        vm.expectCall(address(keys), abi.encodeCall(IAttestedKeys.keyFor, (node, binding)));
        hub.settle(submission);
    }

    function testFuzz_TheRequestsWindowAndLienCount(uint32 window, uint128 lien) public conserving {
        Request memory asked = _assignedRequest();
        asked.challengeWindow = uint32(bound(window, 30 minutes, 7 days));
        asked.minLien = uint128(bound(lien, 1, type(uint128).max));
        Submission memory submission = _submission(_ask(asked), OUTPUT);
        uint40 until = _now() + asked.challengeWindow;

        _expectSettled(submission, until, _settlement(submission, asked.minLien));
        hub.settle(submission);

        assertEq(nodes.locked(node, until), asked.minLien);
        assertEq(hub.earningsOf(payee, _hourEnd(until)), FEE);
    }

    /// The fee is whole with the payee or the requester, whatever it is; the bond comes back.
    function testFuzz_AFailureEarnsAShareAndTheRestGoesBack(uint128 fee, uint128 tip) public conserving {
        Request memory asked = _callbackRequest();
        asked.fee = uint128(bound(fee, 1, 1000 ether));
        asked.deliveryTip = uint128(bound(tip, 0, 1000 ether));
        Ask memory ask = _askFrom(address(consumer), asked);
        _claim(ask);
        Submission memory submission = _failure(ask);
        uint256 share = uint256(asked.fee) / 5;

        _expectSettled(submission, _now() + 1 hours, _attestedSettlement(submission));
        hub.settle(submission);

        _assertStage(ask, Stage.Failed);
        assertEq(hub.earningsOf(payee, _hourEnd(_now() + 1 hours)), share);
        assertEq(hub.balanceOf(address(consumer)), asked.fee - share + asked.deliveryTip);
        assertEq(hub.balanceOf(node), 1000 ether);
        assertEq(consumer.calls(), 0, "A failure is not delivered.");
    }

    function test_NoOutputHashesToAFailure() public {
        bytes memory text = "OpenGradient.Relayer.Failure";
        Ask memory ask = _askForCallback();
        assertNotEq(keccak256(text), hub.FAILURE());

        Submission memory submission = _failure(ask);
        submission.output = text;
        _expectRefusal(submission, Refusal.OutputMismatch);
        hub.settle(_submission(ask, text));

        _assertStage(ask, Stage.Settled);
        _noteTip(ask);
        _assertConserved();
        assertEq(hub.balanceOf(payee), TIP);
        assertEq(hub.balanceOf(address(consumer)), 0);
    }

    function test_BondsOfClaimsThatRanOutGoHalfToThePayee() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        _claimInVain(ask);
        _noteRanOut(ask, node);
        _claimInVain(ask);

        _noteRanOut(ask, node);
        hub.settle(_othersSubmission(ask, OUTPUT));

        assertEq(hub.balanceOf(otherPayee), FEE / 2 + 2 * FEE / 2);
        assertEq(hub.balanceOf(node), 1000 ether - 3 * FEE);
        assertEq(hub.balanceOf(otherNode), 1000 ether);
        assertEq(hub.burn(), FEE / 2 + 2 * FEE / 2);
        _forfeited = 0;
    }

    function test_AClaimantAfterOneWhoseTimeRanOutGetsItsBondAndTheOthersHalf() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _noteRanOut(ask, node);
        vm.prank(otherNode);
        hub.claim(ask);
        skip(41);

        hub.settle(_othersSubmission(ask, OUTPUT));

        assertEq(hub.balanceOf(otherNode), 1000 ether);
        assertEq(hub.balanceOf(otherPayee), FEE / 2);
        assertEq(hub.balanceOf(node), 1000 ether - FEE);
    }

    function testFuzz_OddBondsAreSplitWithoutLoss(uint128 fee, uint8 claims) public conserving {
        Request memory asked = _attestedRequest();
        asked.fee = uint128(bound(fee, 1, 2 ether));
        claims = uint8(bound(claims, 1, 8));
        Ask memory ask = _ask(asked);
        for (uint256 i = 0; i < claims; ++i) {
            if (i > 0) _noteRanOut(ask, node);
            _claimInVain(ask);
        }

        _noteRanOut(ask, node);
        hub.settle(_othersSubmission(ask, OUTPUT));

        uint256 total = _firstBond(ask) * (2 ** claims - 1);
        assertEq(hub.balanceOf(node), 1000 ether - total);
        assertEq(hub.balanceOf(otherPayee) + _forfeited, total);
        assertEq(hub.burn(), _forfeited);
        _forfeited = 0;
    }

    function test_AnAnswerMayStayOffTheChainWhereTheRequestSaysSo() public conserving {
        Request memory asked = _callbackRequest();
        asked.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        Ask memory ask = _askFrom(address(consumer), asked);
        Submission memory submission = _submission(ask, OUTPUT);
        submission.output = "";

        hub.settle(submission);

        _assertStage(ask, Stage.Settled);
        assertEq(consumer.calls(), 0);
    }

    function test_APrivateAnswerStaysOffTheChain() public conserving {
        Request memory asked = _attestedRequest();
        asked.flags = RequestFlags.PRIVATE;
        Ask memory ask = Asks.next(hub, requester, asked);
        vm.prank(requester);
        hub.request(asked, "");
        _enter(ask);
        Submission memory submission = _submission(ask, OUTPUT);
        submission.output = "";

        hub.settle(submission);

        _assertStage(ask, Stage.Settled);
    }

    function test_IsFinalWhenItsWindowIsOver() public {
        Ask memory ask = _ask(_attestedRequest());
        hub.settle(_submission(ask, OUTPUT));
        RequestId id = hub.requestIdOf(ask);
        Ask memory failed = _ask(_attestedRequest());
        hub.settle(_failure(failed));

        skip(1 hours - 1);
        assertFalse(hub.isFinal(id));
        skip(1);
        assertTrue(hub.isFinal(id));
        assertTrue(hub.isFinal(hub.requestIdOf(failed)));
    }

    function _expectSettled(Submission memory submission, uint40 until, Settlement memory settlement) private {
        RequestId id = hub.requestIdOf(submission.ask);
        vm.expectEmit(address(hub));
        emit IHubEvents.Settled(id, submission.node, until, settlement, submission.evidence, submission.output);
    }
}

/// What is refused, whoever brings it.
contract SettleRefusalsTest is HubScenario {
    function test_RefusesWhatIsNotOpen() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        submission.ask.nonce++;
        _expectRefusal(submission, Refusal.NotOpen);
        submission.ask.nonce--;

        hub.settle(submission);
        _expectRefusal(submission, Refusal.NotOpen);

        Ask memory ask = _ask(_attestedRequest());
        vm.warp(ask.request.deadline + 1);
        hub.refund(ask);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotOpen);
    }

    function test_SettlesUntilTheDeadline() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        vm.warp(ask.request.deadline + 1);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.DeadlinePassed);

        vm.warp(ask.request.deadline);
        hub.settle(_submission(ask, OUTPUT));
    }

    function test_SettlesUntilTheReceiptExpires() public conserving {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        submission.expiresAt = _now() - 1;
        submission.evidence = _sign(submission, NODE_KEY);
        _expectRefusal(submission, Refusal.ReceiptExpired);

        submission.expiresAt = _now();
        submission.evidence = _sign(submission, NODE_KEY);
        hub.settle(submission);
    }

    function test_RefusesProvenRequests() public {
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(1));
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.Proven;
        _expectRefusal(_othersSubmission(_ask(asked), OUTPUT), Refusal.WrongAssurance);
    }

    function test_RefusesSingleAnswersToAQuorum() public {
        (Ask memory ask, Terms memory terms) = _askQuorum();
        Submission memory submission = _submission(ask, OUTPUT);
        submission.terms = terms;
        _expectRefusal(submission, Refusal.QuorumRequired);
    }

    function test_RefusesOtherTerms() public {
        Submission memory submission = _submission(_askWithTerms(_attestedRequest(), _workloads(2)), OUTPUT);
        _expectRefusal(submission, Refusal.TermsMismatch);
        submission.terms = _workloads(1);
        _expectRefusal(submission, Refusal.TermsMismatch);
    }

    /// What a submission brings beside its request can only be the request's: anyone could add it to a copy.
    function test_TermsCountForNothingWhereTheRequestHasNone() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        submission.terms = _workloads(1);

        hub.settle(submission);

        _assertStage(submission.ask, Stage.Settled);
    }

    function test_RefusesOutputsThatAreNotWhatTheReceiptCommitsTo() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        submission.output = hex"0a0b0d";
        _expectRefusal(submission, Refusal.OutputMismatch);
        submission.output = "";
        _expectRefusal(submission, Refusal.OutputMismatch);

        Request memory asked = _attestedRequest();
        asked.flags = RequestFlags.OUTPUT_OFF_CHAIN;
        submission = _submission(_ask(asked), OUTPUT);
        submission.output = hex"0a0b0d";
        _expectRefusal(submission, Refusal.OutputMismatch);
    }

    function test_RefusesAKeyThatIsNotValid() public {
        keys.set(KeyStanding({valid: false, rootLabel: "root", isEmulated: false}));
        _expectRefusal(_submission(_ask(_attestedRequest()), OUTPUT), Refusal.EvidenceRefused);
    }

    /// The hub here is none for development.
    function test_RefusesAKeyUnderAnEmulatedRoot() public {
        keys.set(KeyStanding({valid: true, rootLabel: "emulated", isEmulated: true}));
        _expectRefusal(_submission(_ask(_attestedRequest()), OUTPUT), Refusal.EvidenceRefused);
    }

    function test_RefusesAKeyOfAnotherWorkload() public {
        keys.setWorkload("other");
        Submission memory submission = _submission(_askWithTerms(_attestedRequest(), _workloads(2)), OUTPUT);
        submission.terms = _workloads(2);
        _expectRefusal(submission, Refusal.EvidenceRefused);
    }

    /// A field that holds more than its type can never settles: what travels on must be what others can read.
    function testFuzz_RevertWhen_AFieldHoldsMoreThanItsType(uint256 field, uint256 bit) public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        bytes memory data = abi.encodeCall(hub.settle, (submission));
        field = bound(field, 0, 4);
        bit = bound(bit, field < 2 ? 160 : 64, 255);
        // After the selector and the place of the submission: node, payee, key epoch, issued at, expires at.
        uint256 place = 4 + 32 + 576 + 32 * field;
        assembly {
            let at := add(add(data, 32), place)
            mstore(at, or(mload(at), shl(bit, 1)))
        }

        (bool succeeded, bytes memory reason) = address(hub).call(data);

        assertFalse(succeeded);
        assertEq(reason.length, 0);
        hub.settle(submission);
    }

    /// Every field of the receipt is signed: none can be changed by who brings it.
    function testFuzz_RefusesReceiptsThatWereChanged(uint256 field) public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        field = field % 7;
        if (field == 0) submission.output = hex"ff";
        if (field == 0) submission.outputCommit = keccak256(hex"ff");
        if (field == 1) submission.node = otherNode;
        if (field == 2) submission.payee = stranger;
        if (field == 3) submission.keyEpoch++;
        if (field == 4) submission.issuedAt++;
        if (field == 5) submission.expiresAt++;
        if (field == 6) submission.evidenceHash = "other";
        _expectRefusal(submission, Refusal.EvidenceRefused);
    }

    function test_RefusesReceiptsOfAnotherHubOrChain() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        bytes memory own = submission.evidence;

        IHub here = hub;
        hub = _deploy(_parts(), _parameters());
        submission.evidence = _sign(submission, NODE_KEY);
        hub = here;
        _expectRefusal(submission, Refusal.EvidenceRefused);

        submission.evidence = own;
        vm.chainId(77);
        _expectRefusal(submission, Refusal.NotOpen);
    }

    function test_RefusesNodesThatCannotLockTheLien() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        nodes.set(node, payee, Roles.TEE, 20 * uint256(FEE) - 1);
        _expectRefusal(submission, Refusal.LienRefused);
        nodes.set(node, payee, Roles.INFERENCE, type(uint128).max);
        _expectRefusal(submission, Refusal.LienRefused);
        nodes.set(node, otherPayee, Roles.TEE, type(uint128).max);
        _expectRefusal(submission, Refusal.LienRefused);

        nodes.set(node, payee, Roles.TEE, 20 * uint256(FEE));
        hub.settle(submission);
        assertEq(nodes.free(node), 0);
    }

    function test_RevertWhen_Paused() public {
        Submission memory submission = _submission(_ask(_attestedRequest()), OUTPUT);
        vm.prank(guardian);
        hub.pause(1 hours);

        vm.expectRevert(IHubEvents.IsPaused.selector);
        hub.settle(submission);
    }
}
