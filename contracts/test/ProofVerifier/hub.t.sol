// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, Settlement} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Asks} from "../support/Asks.sol";
import {HubTest} from "../support/HubTest.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// From the request to the payment, with the verifier that is deployed.
contract ProofVerifierHubTest is HubTest, GoldenProofs {
    function setUp() public override(HubTest, GoldenProofs) {
        GoldenProofs.setUp();
        HubTest.setUp();
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(verifier));
        bytes32 commitment = TrapdoorProver.commitmentOf(_model());
        vm.mockCall(address(models), abi.encodeCall(IModelRegistry.proofCommitmentOf, (VERSION)), abi.encode(commitment));
    }

    function test_SettlesOne() public {
        _settles(1, false);
        _settles(1, true);
    }

    function test_SettlesABatchOfSixteen() public {
        _settles(16, false);
    }

    function test_SettlesABatchOfThirtyTwo() public {
        _settles(32, true);
    }

    /// The digest names the payee: whoever puts another one in has no proof.
    function test_RevertWhen_ACopierPutsAnotherPayeeIn() public {
        (Submission[] memory submissions, bytes memory items) = _ask(2);
        bytes memory proof = _prove(submissions, items, false);
        submissions[1].payee = makeAddr("copier");

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(submissions, proof);
    }

    /// The same input and output, asked again.
    function test_RevertWhen_AProofIsBroughtToAnotherRequest() public {
        (Submission[] memory submissions, bytes memory items) = _ask(1);
        bytes memory proof = _prove(submissions, items, false);
        hub.settleProven(submissions, proof);
        (submissions, items) = _ask(1);

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(submissions, proof);
    }

    function test_RevertWhen_TheOutputIsAnother() public {
        (Submission[] memory submissions, bytes memory items) = _ask(1);
        bytes memory proof = _prove(submissions, items, false);
        submissions[0].output[20] = ~submissions[0].output[20];
        submissions[0].outputCommit = keccak256(submissions[0].output);

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(submissions, proof);
    }

    function test_RaisesASignedAnswer() public {
        TrapdoorModel memory model = _model();
        bytes memory items = ProofScenes.bytesOf(PlainItems.itemLength(model.descriptor), 1);
        Request memory asked = _signedRequest();
        Ask memory ask = _askWith(asked, PlainItems.inputTensor(model.descriptor, items, 0));
        _claim(ask);
        Submission memory submission = _submission(ask, PlainItems.outputTensor(model.descriptor, items, 0));
        hub.settle(submission);
        Settlement memory settled = _settlement(submission, 100 * FEE);
        RequestId id = hub.requestIdOf(ask);
        bytes32[] memory digests = new bytes32[](1);
        digests[0] = keccak256(abi.encode(keccak256("OpenGradient.Relayer.Raise"), block.chainid, address(hub), id));
        bytes memory proof = TrapdoorProver.prove(model, items, digests, false, address(verifier));

        assertFalse(hub.isFinal(id));
        hub.raiseToProven(ask, settled, proof);
        assertTrue(hub.isFinal(id));
    }

    function _settles(uint256 count, bool isLong) private {
        uint256 before = hub.balanceOf(payee);
        (Submission[] memory submissions, bytes memory items) = _ask(count);
        bytes memory proof = _prove(submissions, items, isLong);
        assertEq(hub.settleProven(submissions, proof), count);
        for (uint256 i = 0; i < count; ++i) {
            assertTrue(hub.isFinal(hub.requestIdOf(submissions[i].ask)));
        }
        assertEq(hub.balanceOf(payee), before + count * FEE);
    }

    /// Asks, and answers each request, so many.
    function _ask(uint256 count) private returns (Submission[] memory submissions, bytes memory items) {
        TrapdoorModel memory model = _model();
        items = ProofScenes.bytesOf(count * PlainItems.itemLength(model.descriptor), 1);
        submissions = new Submission[](count);
        for (uint256 i = 0; i < count; ++i) {
            Request memory asked = _signedRequest();
            asked.assurance = Assurance.Proven;
            Ask memory ask = _askWith(asked, PlainItems.inputTensor(model.descriptor, items, i));
            submissions[i] = _submission(ask, PlainItems.outputTensor(model.descriptor, items, i));
        }
    }

    function _askWith(Request memory asked, bytes memory input) private returns (Ask memory ask) {
        asked.inputCommit = keccak256(input);
        ask = Asks.next(hub, requester, asked);
        vm.prank(requester);
        hub.request(asked, input);
    }

    function _prove(Submission[] memory submissions, bytes memory items, bool isLong) private view returns (bytes memory) {
        bytes32[] memory digests = new bytes32[](submissions.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            digests[i] = hub.digestOf(_receiptOf(submissions[i]));
        }
        return TrapdoorProver.prove(_model(), items, digests, isLong, address(verifier));
    }

    function _model() private pure returns (TrapdoorModel memory) {
        return ProofScenes.model(ProofScenes.sizes(16, 12, 8, 3), 8, 3, 1);
    }
}
