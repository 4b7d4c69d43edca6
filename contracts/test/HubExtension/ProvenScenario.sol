// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, Settlement} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {FakeProofs} from "../support/Fakes.sol";
import {HubTest} from "../support/HubTest.sol";

/// A version whose proofs the hub takes, and what is said to prove.
abstract contract ProvenScenario is HubTest {
    FakeProofs internal _proofs;

    function setUp() public override {
        super.setUp();
        _proofs = new FakeProofs();
        nodes.set(node, payee, Roles.INFERENCE | Roles.TEE | Roles.PROVER, type(uint128).max);
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(_proofs));
    }

    function _items(uint256 count) internal returns (Submission[] memory items) {
        items = new Submission[](count);
        for (uint256 i = 0; i < count; ++i) {
            Request memory asked = _signedRequest();
            asked.assurance = Assurance.Proven;
            items[i] = _submission(_ask(asked), OUTPUT);
        }
    }

    function _assigned(address assignee) internal returns (Submission[] memory items) {
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.Proven;
        (asked.assignee, asked.exclusiveUntil) = (assignee, asked.deadline);
        items = new Submission[](1);
        items[0] = _submission(_ask(asked), OUTPUT);
    }

    /// One item, by a proof of its own.
    function _assertRefused(Submission[] memory items, Refusal refusal) internal {
        bytes memory proof = _prove(items);
        vm.expectEmit(address(hub));
        emit IHubEvents.SubmissionRefused(hub.requestIdOf(items[0].ask), items[0].node, refusal);
        hub.settleProven(items, proof);
        assertEq(hub.balanceOf(items[0].payee), 0, "Who put its payee beside another's name was paid.");
    }

    function _expectEvidenceRefused(Submission memory item) internal {
        RequestId id = hub.requestIdOf(item.ask);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.EvidenceRefused));
    }

    function _prove(Submission[] memory items) internal view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            statements[i] = _statement(items[i].outputCommit, hub.digestOf(_receiptOf(items[i])));
        }
        return abi.encode(keccak256(abi.encode(statements)));
    }

    function _proveRaise(Ask memory, RequestId id, bytes memory output) internal view returns (bytes memory) {
        bytes32 digest =
            keccak256(abi.encode(keccak256("OpenGradient.Relayer.Raise"), block.chainid, address(hub), RequestId.unwrap(id)));
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = _statement(keccak256(output), digest);
        return abi.encode(keccak256(abi.encode(statements)));
    }

    function _statement(bytes32 outputCommit, bytes32 digest) internal pure returns (ProofStatement memory) {
        return ProofStatement({
            proofCommitment: keccak256("commitment"),
            inputCommit: keccak256(INPUT),
            outputCommit: outputCommit,
            receiptDigest: digest
        });
    }

    function _signed() internal returns (Ask memory ask, Settlement memory settlement) {
        Request memory asked = _signedRequest();
        (asked.assignee, asked.exclusiveUntil) = (node, asked.deadline);
        ask = _ask(asked);
        Submission memory submission = _submission(ask, OUTPUT);
        hub.settle(submission);
        settlement = _settlement(submission, 100 * uint256(FEE));
    }

    function _raised(Settlement memory settlement) internal pure returns (Settlement memory raised) {
        raised = abi.decode(abi.encode(settlement), (Settlement));
        raised.assurance = Assurance.Proven;
        raised.rootLabel = 0;
    }

    function _signAs(Submission memory submission, Assurance assurance) internal view returns (bytes memory) {
        Submission memory other = abi.decode(abi.encode(submission), (Submission));
        other.ask.request.assurance = assurance;
        // The request's id is that of what was asked, not of this copy.
        return _signReceipt(other, hub.requestIdOf(submission.ask));
    }

    function _signReceipt(Submission memory submission, RequestId id) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(NODE_KEY, hub.digestOf(_receiptOf(submission, id)));
        return abi.encodePacked(r, s, v);
    }
}
