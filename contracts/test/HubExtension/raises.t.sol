// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Settlement, Stage} from "../../src/types/Request.sol";
import {ProvenScenario} from "./ProvenScenario.sol";

/// Answers that are raised, by a proof or by attested evidence.
contract HubRaisesTest is ProvenScenario {
    function test_AProofMakesASignedAnswerFinal() public {
        (Ask memory ask, Settlement memory settlement) = _signed();
        RequestId id = hub.requestIdOf(ask);
        Settlement memory raised = _raised(settlement);
        bytes memory proof = _proveRaise(ask, id, OUTPUT);
        vm.expectEmit(address(hub));
        emit IHubEvents.Raised(id, 0, raised);
        hub.raiseToProven(ask, settlement, proof);

        assertTrue(hub.isFinal(id));
        assertEq(hub.balanceOf(payee), 0, "The fee is final when its hour is over, as before.");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotARaise.selector, Assurance.Proven, Assurance.Proven));
        hub.raiseToProven(ask, raised, proof);
    }

    function test_AProofEndsAChallengeForTheNode() public {
        (Ask memory ask, Settlement memory settlement) = _signed();
        RequestId id = hub.requestIdOf(ask);
        vm.prank(court);
        hub.contest(ask, settlement);

        Settlement memory raised = _raised(settlement);
        bytes memory proof = _proveRaise(ask, id, OUTPUT);
        vm.expectEmit(address(hub));
        emit IHubEvents.Upheld(id);
        vm.expectEmit(address(hub));
        emit IHubEvents.Raised(id, 0, raised);
        hub.raiseToProven(ask, settlement, proof);

        assertTrue(hub.isFinal(id));
        assertEq(hub.balanceOf(payee), FEE);
        assertEq(nodes.held(node), 0);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotChallenged.selector, id, Stage.Settled));
        vm.prank(court);
        hub.overturn(ask, raised, court, 0);
    }

    function test_RevertWhen_TheProofIsOfAnotherOutput() public {
        (Ask memory ask, Settlement memory settlement) = _signed();
        bytes memory proof = _proveRaise(ask, hub.requestIdOf(ask), hex"ff");
        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.raiseToProven(ask, settlement, proof);
    }

    function test_AttestedEvidenceRaisesASignedAnswerAndKeepsItsWindow() public {
        (Ask memory ask, Settlement memory settlement) = _signed();
        RequestId id = hub.requestIdOf(ask);
        (,, uint40 until) = hub.stateOf(id);
        keys.set(KeyStanding({valid: true, rootLabel: "production", isEmulated: false}));
        Submission memory submission = _submission(ask, OUTPUT);
        submission.evidence = _signAs(submission, Assurance.Attested);
        Settlement memory raised = abi.decode(abi.encode(settlement), (Settlement));
        (raised.assurance, raised.rootLabel) = (Assurance.Attested, "production");
        vm.expectEmit(address(hub));
        emit IHubEvents.Raised(id, until, raised);
        hub.raiseToAttested(submission, settlement);

        (,, uint40 after_) = hub.stateOf(id);
        assertEq(after_, until);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotARaise.selector, Assurance.Attested, Assurance.Attested));
        hub.raiseToAttested(submission, raised);
    }

    function test_RevertWhen_TheAttestedEvidenceIsRefusedOrOfAnotherOutput() public {
        (Ask memory ask, Settlement memory settlement) = _signed();
        RequestId id = hub.requestIdOf(ask);
        Submission memory submission = _submission(ask, OUTPUT);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.EvidenceRefused));
        hub.raiseToAttested(submission, settlement);

        submission.expiresAt = uint64(vm.getBlockTimestamp() - 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.ReceiptExpired));
        hub.raiseToAttested(submission, settlement);

        submission.outputCommit = keccak256(hex"ff");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.OutputMismatch.selector, keccak256(OUTPUT)));
        hub.raiseToAttested(submission, settlement);
    }
}
