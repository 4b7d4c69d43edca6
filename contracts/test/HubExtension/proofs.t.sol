// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId, VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, Settlement, Stage} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Consumer} from "../support/Consumers.sol";
import {FakeProofs} from "../support/Fakes.sol";
import {HubTest} from "../support/HubTest.sol";

/// Answers settled by proof, one and many, and answers raised by one.
contract HubProofsTest is HubTest {
    FakeProofs private _proofs;

    function setUp() public override {
        super.setUp();
        _proofs = new FakeProofs();
        nodes.set(node, payee, Roles.INFERENCE | Roles.TEE | Roles.PROVER, type(uint128).max);
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(_proofs));
    }

    function test_SettlesManyByOneProofFinallyAndAtOnce() public {
        Submission[] memory items = _items(3);
        assertEq(hub.settleProven(items, _prove(items)), 3);

        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(hub.isFinal(hub.requestIdOf(items[i].ask)));
        }
        assertEq(hub.balanceOf(payee), 3 * FEE);
    }

    function test_SkipsWhatIsClosedThoughTheProofCoversIt() public {
        Submission[] memory items = _items(2);
        bytes memory proof = _prove(items);
        hub.settleProven(items, proof);

        vm.expectEmit(address(hub));
        emit IHubEvents.SubmissionRefused(hub.requestIdOf(items[0].ask), node, Refusal.NotOpen);
        assertEq(hub.settleProven(items, proof), 2);
        assertEq(hub.balanceOf(payee), 2 * FEE);
    }

    /// The proof absorbs the receipt, which names the payee.
    function test_RevertWhen_ACopierPutsAnotherPayeeIn() public {
        Submission[] memory items = _items(1);
        bytes memory proof = _prove(items);
        items[0].payee = makeAddr("copier");

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(items, proof);
    }

    function test_RevertWhen_TheOutputIsAnother() public {
        Submission[] memory items = _items(1);
        bytes memory proof = _prove(items);
        (items[0].output, items[0].outputCommit) = (hex"ff", keccak256(hex"ff"));

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(items, proof);
    }

    function test_RevertWhen_TheVersionHasNoVerifier() public {
        Submission[] memory items = _items(1);
        bytes memory proof = _prove(items);
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(0));

        vm.expectRevert(IHubEvents.ProofRefused.selector);
        hub.settleProven(items, proof);
    }

    function test_RevertWhen_AnItemWasNotAskedToBeProven() public {
        Submission[] memory items = new Submission[](1);
        items[0] = _submission(_ask(_signedRequest()), OUTPUT);
        RequestId id = hub.requestIdOf(items[0].ask);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.WrongAssurance));
        hub.settleProven(items, "");
    }

    function test_RevertWhen_TheItemsAreOfTwoVersions() public {
        Submission[] memory items = _items(2);
        VersionId other = VersionId.wrap("other");
        models.set(other, VersionStatus.Active, SemanticsKind.Integer, address(_proofs));
        Request memory asked = items[1].ask.request;
        asked.versionId = other;
        items[1] = _submission(_ask(asked), OUTPUT);
        bytes memory proof = _prove(items);

        vm.expectRevert(IHubEvents.OneVersionPerProof.selector);
        hub.settleProven(items, proof);
    }

    /// Whose claim it is, its payee is paid: a proof can be made by anybody and name any node.
    function test_AProofInAClaimantsNamePaysTheClaimantOnly() public {
        Submission[] memory items = _items(1);
        RequestId id = hub.requestIdOf(items[0].ask);
        vm.prank(node);
        hub.claim(items[0].ask);
        skip(12);
        items[0].payee = makeAddr("thief");
        _assertRefused(items, Refusal.LienRefused);

        (Stage stage, address claimant,) = hub.stateOf(id);
        assertTrue(stage == Stage.Claimed && claimant == node);
        items[0].payee = payee;
        assertEq(hub.settleProven(items, _prove(items)), 1);
        assertEq(hub.balanceOf(payee), FEE);
    }

    function test_AProofInAnAssigneesNamePaysTheAssigneeOnly() public {
        Submission[] memory items = _assigned(node);
        items[0].payee = makeAddr("thief");
        _assertRefused(items, Refusal.LienRefused);

        items[0].payee = payee;
        hub.settleProven(items, _prove(items));
        assertEq(hub.balanceOf(payee), FEE);
    }

    /// Who is no node has no payee that anybody could hold a proof against.
    function test_AnAssigneeThatIsNoNodeIsPaidOnceItIsOne() public {
        address newcomer = makeAddr("newcomer");
        Submission[] memory items = _assigned(newcomer);
        (items[0].node, items[0].payee) = (newcomer, makeAddr("thief"));
        _assertRefused(items, Refusal.LienRefused);

        nodes.set(newcomer, payee, Roles.PROVER, 0);
        items[0].payee = payee;
        hub.settleProven(items, _prove(items));
        assertEq(hub.balanceOf(payee), FEE);
    }

    function test_AProofInTheNameOfWhomAClaimDisplacedPaysThatOneOnly() public {
        Submission[] memory items = _items(1);
        vm.prank(node);
        hub.claim(items[0].ask);
        skip(30 minutes + 1);
        address second = makeAddr("second");
        nodes.set(second, second, Roles.PROVER, 0);
        token.mint(address(this), 2 * FEE);
        token.approve(address(hub), 2 * FEE);
        hub.deposit(second, 2 * FEE);
        vm.prank(second);
        hub.claim(items[0].ask);
        items[0].payee = makeAddr("thief");
        _assertRefused(items, Refusal.LienRefused);

        items[0].payee = payee;
        hub.settleProven(items, _prove(items));
        assertEq(hub.balanceOf(payee), FEE + FEE / 2, "The fee, and what its own late claim left.");
    }

    /// Where nobody claimed anybody may prove, also who is no node: but nobody in a node's name.
    function test_WhoIsNoNodeMayProveWhatIsUnclaimedInNoNodesName() public {
        Submission[] memory items = _items(1);
        address prover = makeAddr("prover");
        items[0].payee = prover;
        _assertRefused(items, Refusal.LienRefused);

        items[0].node = prover;
        hub.settleProven(items, _prove(items));
        assertEq(hub.balanceOf(prover), FEE);
    }

    /// No receipt absorbs the bytes of evidence: whoever copies a proof could put any there, to stand in the event for good.
    function test_RevertWhen_AnItemBringsEvidenceBesideTheProof() public {
        Submission[] memory items = _items(2);
        bytes memory proof = _prove(items);
        items[1].evidence = "a word in the prover's mouth";
        _expectEvidenceRefused(items[1]);
        hub.settleProven(items, proof);

        items[1].evidence = "";
        items[1].evidenceHash = keccak256("evidence");
        proof = _prove(items);
        _expectEvidenceRefused(items[1]);
        hub.settleProven(items, proof);

        (items[1].evidenceHash, items[1].keyEpoch) = (0, 1);
        proof = _prove(items);
        _expectEvidenceRefused(items[1]);
        hub.settleProven(items, proof);

        items[1].keyEpoch = 0;
        assertEq(hub.settleProven(items, _prove(items)), 2);
    }

    /// Whatever the gas: as many are settled as it says, each with all of its callback's gas, or nothing happens.
    function testFuzz_LeavesWhatTheGasDoesNotSufficeFor(uint256 gas) public {
        Consumer[3] memory consumers;
        Submission[] memory items = new Submission[](3);
        for (uint256 i = 0; i < 3; ++i) {
            consumers[i] = new Consumer();
            token.mint(address(consumers[i]), FEE);
            vm.prank(address(consumers[i]));
            token.approve(address(hub), FEE);
            Request memory asked = _signedRequest();
            (asked.assurance, asked.callbackGas) = (Assurance.Proven, 400_000);
            items[i] = _submission(_askFrom(address(consumers[i]), asked), OUTPUT);
        }
        bytes memory call = abi.encodeCall(hub.settleProven, (items, _prove(items)));
        gas = bound(gas, 300_000, 2_500_000);

        (bool succeeded, bytes memory reply) = address(hub).call{gas: gas}(call);

        uint256 done = succeeded ? abi.decode(reply, (uint256)) : 0;
        if (gas > 2_300_000) assertEq(done, 3);
        if (!succeeded) assertLt(gas, 1_000_000);
        for (uint256 i = 0; i < 3; ++i) {
            (Stage stage,,) = hub.stateOf(hub.requestIdOf(items[i].ask));
            assertEq(uint8(stage), uint8(i < done ? Stage.Settled : Stage.Open));
            assertEq(consumers[i].calls(), i < done ? 1 : 0);
        }
    }

    function test_RevertWhen_TheGasDoesNotSufficeForTheFirst() public {
        Submission[] memory items = _items(1);
        bytes memory call = abi.encodeCall(hub.settleProven, (items, _prove(items)));
        (bool succeeded, bytes memory reason) = address(hub).call{gas: 300_000}(call);
        assertFalse(succeeded);
        // The selector is all that is asked for.
        // forge-lint: disable-next-line(unsafe-typecast)
        assertEq(bytes4(reason), IHubEvents.TooLittleGas.selector);
    }

    function test_RevertWhen_NothingIsGiven() public {
        vm.expectRevert(IHubEvents.BatchEmpty.selector);
        hub.settleProven(new Submission[](0), "");
    }

    function test_RevertWhen_PausedOrSettledWithoutAProof() public {
        Submission[] memory items = _items(1);
        bytes memory proof = _prove(items);
        RequestId id = hub.requestIdOf(items[0].ask);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.WrongAssurance));
        hub.settle(items[0]);

        vm.prank(guardian);
        hub.pause(1 days);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        hub.settleProven(items, proof);
    }

    /// A version's own verifier is its publisher's choice: one that misbehaves settles nothing, and breaks nothing but its own version.
    function test_RevertWhen_TheVerifierMisbehaves() public {
        Submission[] memory items = _items(1);
        bytes memory proof = _prove(items);
        bytes[4] memory codes = [
            // reverts; stops without an answer; answers 2; burns all gas
            bytes(hex"5f5ffd"), hex"00", hex"60025f5260205ff3", hex"fe"
        ];
        for (uint256 i = 0; i < codes.length; ++i) {
            vm.etch(address(_proofs), codes[i]);
            vm.expectRevert();
            hub.settleProven{gas: 3_000_000}(items, proof);
        }

        (Stage stage,,) = hub.stateOf(hub.requestIdOf(items[0].ask));
        assertEq(uint8(stage), uint8(Stage.Open));
        assertEq(hub.balanceOf(payee), 0);
    }

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

    function _items(uint256 count) private returns (Submission[] memory items) {
        items = new Submission[](count);
        for (uint256 i = 0; i < count; ++i) {
            Request memory asked = _signedRequest();
            asked.assurance = Assurance.Proven;
            items[i] = _submission(_ask(asked), OUTPUT);
        }
    }

    function _assigned(address assignee) private returns (Submission[] memory items) {
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.Proven;
        (asked.assignee, asked.exclusiveUntil) = (assignee, asked.deadline);
        items = new Submission[](1);
        items[0] = _submission(_ask(asked), OUTPUT);
    }

    /// One item, by a proof of its own.
    function _assertRefused(Submission[] memory items, Refusal refusal) private {
        bytes memory proof = _prove(items);
        vm.expectEmit(address(hub));
        emit IHubEvents.SubmissionRefused(hub.requestIdOf(items[0].ask), items[0].node, refusal);
        hub.settleProven(items, proof);
        assertEq(hub.balanceOf(items[0].payee), 0, "Who put its payee beside another's name was paid.");
    }

    function _expectEvidenceRefused(Submission memory item) private {
        RequestId id = hub.requestIdOf(item.ask);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, Refusal.EvidenceRefused));
    }

    function _prove(Submission[] memory items) private view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            statements[i] = _statement(items[i].outputCommit, hub.digestOf(_receiptOf(items[i])));
        }
        return abi.encode(keccak256(abi.encode(statements)));
    }

    function _proveRaise(Ask memory, RequestId id, bytes memory output) private view returns (bytes memory) {
        bytes32 digest =
            keccak256(abi.encode(keccak256("OpenGradient.Relayer.Raise"), block.chainid, address(hub), RequestId.unwrap(id)));
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = _statement(keccak256(output), digest);
        return abi.encode(keccak256(abi.encode(statements)));
    }

    function _statement(bytes32 outputCommit, bytes32 digest) private pure returns (ProofStatement memory) {
        return ProofStatement({
            proofCommitment: keccak256("commitment"),
            inputCommit: keccak256(INPUT),
            outputCommit: outputCommit,
            receiptDigest: digest
        });
    }

    function _signed() private returns (Ask memory ask, Settlement memory settlement) {
        Request memory asked = _signedRequest();
        (asked.assignee, asked.exclusiveUntil) = (node, asked.deadline);
        ask = _ask(asked);
        Submission memory submission = _submission(ask, OUTPUT);
        hub.settle(submission);
        settlement = _settlement(submission, 100 * uint256(FEE));
    }

    function _raised(Settlement memory settlement) private pure returns (Settlement memory raised) {
        raised = abi.decode(abi.encode(settlement), (Settlement));
        raised.assurance = Assurance.Proven;
        raised.rootLabel = 0;
    }

    function _signAs(Submission memory submission, Assurance assurance) private view returns (bytes memory) {
        Submission memory other = abi.decode(abi.encode(submission), (Submission));
        other.ask.request.assurance = assurance;
        // The request's id is that of what was asked, not of this copy.
        return _signReceipt(other, hub.requestIdOf(submission.ask));
    }

    function _signReceipt(Submission memory submission, RequestId id) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(NODE_KEY, hub.digestOf(_receiptOf(submission, id)));
        return abi.encodePacked(r, s, v);
    }
}
