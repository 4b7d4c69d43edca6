// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChallengeCourt} from "../../src/interfaces/IChallengeCourt.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {Request, RequestFlags, Stage} from "../../src/types/Request.sol";
import {SemanticsKind} from "../../src/types/Version.sol";
import {CourtParties} from "../support/court/CourtParties.sol";
import {CourtTest} from "../support/court/CourtTest.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// A wrong answer, overturned by a proof that the deployed verifier checks.
contract ProofVerifierCourtTest is CourtTest, GoldenProofs {
    function setUp() public override(CourtParties, GoldenProofs) {
        CourtParties.setUp();
        _readSetup(vm.readFile(FILE));
        _deployVerifier(makeAddr("verifier"));
        models.set(PROVABLE, SemanticsKind.Integer, address(verifier));
        bytes32 commitment = TrapdoorProver.commitmentOf(_model());
        vm.mockCall(address(models), abi.encodeCall(IModelRegistry.proofCommitmentOf, (PROVABLE)), abi.encode(commitment));

        Request memory request = _request(PROVABLE);
        // The court's tests have an input of their own: this one lies elsewhere.
        request.flags = RequestFlags.INPUT_AT_URI;
        request.inputCommit = PlainItems.inputCommit(_model().descriptor, _item(), 0);
        (ask, settlement) = _settle(request, wrong);
        id = hub.requestIdOf(ask);
    }

    function test_OverturnsAWrongAnswer() public {
        bytes memory proof = _proveTo(court.challengeDigestOf(id, challenger));
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, _right(), proof);

        _assertStage(Stage.Settled);
        assertTrue(hub.isFinal(id));
        assertGt(hub.balanceOf(challenger), 0);
    }

    /// The proof names its challenger.
    function test_RevertWhen_TheProofIsCopied() public {
        bytes memory proof = _proveTo(court.challengeDigestOf(id, challenger));
        vm.expectRevert(IChallengeCourt.ProofRefused.selector);
        vm.prank(rival);
        court.challengeWithProof(ask, settlement, _right(), proof);
    }

    function test_RevertWhen_AnotherOutputIsClaimed() public {
        bytes memory proof = _proveTo(court.challengeDigestOf(id, challenger));
        vm.expectRevert(IChallengeCourt.ProofRefused.selector);
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, keccak256("another"), proof);
    }

    function _right() private pure returns (bytes32) {
        return PlainItems.outputCommit(_model().descriptor, _item(), 0);
    }

    function _proveTo(bytes32 digest) private view returns (bytes memory) {
        bytes32[] memory digests = new bytes32[](1);
        digests[0] = digest;
        return TrapdoorProver.prove(_model(), _item(), digests, false, address(verifier));
    }

    function _model() private pure returns (TrapdoorModel memory) {
        return ProofScenes.model(ProofScenes.sizes(6, 5, 4, 3), 5, 4, 1);
    }

    function _item() private pure returns (bytes memory) {
        return ProofScenes.bytesOf(PlainItems.itemLength(_model().descriptor), 2);
    }
}
