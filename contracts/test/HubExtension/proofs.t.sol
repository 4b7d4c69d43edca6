// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId, VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Refusal, Request, Stage} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Consumer} from "../support/Consumers.sol";
import {ProvenScenario} from "./ProvenScenario.sol";

/// Answers settled by proof, one and many.
contract HubProofsTest is ProvenScenario {
    function test_SettlesManyByOneProofFinallyAndAtOnce() public {
        Submission[] memory items = _items(3);
        assertEq(hub.settleProven(items, _prove(items)), 3);

        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(hub.isFinal(hub.requestIdOf(items[i].ask)));
        }
        assertEq(hub.balanceOf(payee), 3 * FEE);
    }

    /// What one item learned of a node's payee says nothing of another node's, before it or after.
    function test_EachNameOfABatchCountsWithItsOwnPayeeOnly() public {
        (address second, address its) = (makeAddr("second"), makeAddr("its"));
        nodes.set(second, its, Roles.PROVER, 0);
        Submission[] memory items = _items(6);
        (items[1].node, items[1].payee) = (second, its);
        (items[2].node, items[2].payee) = (second, payee);
        items[3].payee = its;
        (items[4].node, items[4].payee) = (makeAddr("no node"), makeAddr("prover"));

        assertEq(hub.settleProven(items, _prove(items)), 6);

        Stage[6] memory stages = [Stage.Settled, Stage.Settled, Stage.Open, Stage.Open, Stage.Settled, Stage.Settled];
        for (uint256 i = 0; i < items.length; ++i) {
            (Stage stage,,) = hub.stateOf(hub.requestIdOf(items[i].ask));
            assertEq(uint8(stage), uint8(stages[i]));
        }
        assertEq(hub.balanceOf(payee), 2 * FEE);
        assertEq(hub.balanceOf(its), FEE);
    }

    function test_ARunOfOneNodeAsksForItsPayeeOnce() public {
        Submission[] memory items = _items(3);
        bytes memory proof = _prove(items);

        vm.expectCall(address(nodes), abi.encodeCall(INodeRegistry.payeeOf, (node)), 1);
        assertEq(hub.settleProven(items, proof), 3);
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

    function test_PaysOnceForARequestThatIsInAProofTwice() public {
        Submission[] memory items = _items(3);
        items[2] = items[0];
        bytes memory proof = _prove(items);

        vm.expectEmit(address(hub));
        emit IHubEvents.SubmissionRefused(hub.requestIdOf(items[0].ask), node, Refusal.NotOpen);
        assertEq(hub.settleProven(items, proof), 3);
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
}
