// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {IInferenceHub, Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, Stage, Terms} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Consumer} from "../support/Consumers.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// Many at once: what is bad is skipped, callbacks come last, and what the gas does not suffice for is left.
contract SettleBatchTest is HubScenario {
    function test_SettlesAllAndPaysEach() public conserving {
        Submission[] memory batch = new Submission[](3);
        for (uint256 i = 0; i < 3; ++i) {
            batch[i] = _submission(_ask(_attestedRequest()), abi.encode(i));
        }
        batch[1] = _othersSubmission(batch[1].ask, "other");
        RequestId id = hub.requestIdOf(batch[2].ask);

        vm.expectEmit(address(hub));
        emit IHubEvents.Settled(id, node, _now() + 1 hours, _attestedSettlement(batch[2]), batch[2].evidence, batch[2].output);
        assertEq(hub.settleBatch(batch), 3);

        assertEq(hub.earningsOf(payee, _hourEnd(_now() + 1 hours)), 2 * FEE);
        assertEq(hub.earningsOf(otherPayee, _hourEnd(_now() + 1 hours)), FEE);
    }

    /// Terms that point at two words that are zero anyway are empty terms, to the hub and to whoever else follows offsets, and four words shorter.
    function testFuzz_TakesTermsThatPointAtNothing(bytes calldata output, uint8 kind) public conserving {
        vm.assume(output.length != 0 && output.length < 1000);
        Ask memory ask = _ask(kind % 2 == 0 ? _attestedRequest() : _assignedRequest());
        Submission memory submission = _submission(ask, output);
        bytes memory list = bytes.concat(abi.encode(uint256(32), uint256(1), uint256(32)), _compact(submission));
        assertEq(abi.encode(abi.decode(list, (Submission[]))[0]), abi.encode(submission));

        (bool succeeded, bytes memory done) = address(hub).call(bytes.concat(IInferenceHub.settleBatch.selector, list));

        assertTrue(succeeded && abi.decode(done, (uint256)) == 1);
        _assertStage(ask, Stage.Settled);
    }

    /// The request's window and callback gas are zero, words 5 and 6.
    function _compact(Submission memory submission) private pure returns (bytes memory) {
        bytes memory evidence = _padded(submission.evidence);
        bytes memory head =
            abi.encode(submission.ask, uint256(5 * 32), submission.outputCommit, submission.node, submission.payee);
        bytes memory rest = abi.encode(submission.keyEpoch, submission.issuedAt, submission.expiresAt, submission.evidenceHash);
        bytes memory offsets = abi.encode(uint256(26 * 32), 26 * 32 + evidence.length);
        return bytes.concat(head, rest, offsets, evidence, _padded(submission.output));
    }

    function _padded(bytes memory data) private pure returns (bytes memory) {
        return bytes.concat(bytes32(data.length), data, new bytes((32 - data.length % 32) % 32));
    }

    function test_SkipsBadItemsOfEveryKind() public conserving {
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(1));
        Submission[] memory batch = new Submission[](12);
        Request memory short = _attestedRequest();
        short.deadline = _now();
        batch[1] = _submission(_ask(short), OUTPUT);
        skip(1);

        batch[0] = _submission(_ask(_attestedRequest()), OUTPUT);
        batch[2] = _submission(_ask(_attestedRequest()), OUTPUT);
        batch[2].expiresAt = _now() - 1;
        batch[3] = _submission(_ask(_signedRequest()), OUTPUT);
        batch[4] = _submission(_ask(_attestedRequest()), OUTPUT);
        batch[4].evidence = "";
        batch[5] = _submission(_ask(_attestedRequest()), OUTPUT);
        batch[5].payee = stranger;
        batch[5].evidence = _sign(batch[5], NODE_KEY);
        batch[6] = _submission(_ask(_attestedRequest()), OUTPUT);
        batch[6].output = "";
        batch[7] = _submission(_askWithTerms(_attestedRequest(), _workloads(2)), OUTPUT);
        batch[7].terms = _workloads(1);
        batch[8] = _quorumSubmission();
        Request memory proven = _signedRequest();
        proven.assurance = Assurance.Proven;
        batch[9] = _othersSubmission(_ask(proven), OUTPUT);
        // The same again: it is closed by then.
        batch[10] = batch[0];
        batch[11] = _failure(_ask(_attestedRequest()));

        Refusal[12] memory expected = [
            Refusal.None,
            Refusal.DeadlinePassed,
            Refusal.ReceiptExpired,
            Refusal.NotEntitled,
            Refusal.EvidenceRefused,
            Refusal.LienRefused,
            Refusal.OutputMismatch,
            Refusal.TermsMismatch,
            Refusal.QuorumRequired,
            Refusal.WrongAssurance,
            Refusal.NotOpen,
            Refusal.None
        ];
        for (uint256 i = 0; i < 12; ++i) {
            if (expected[i] == Refusal.None) continue;
            vm.expectEmit(address(hub));
            emit IHubEvents.SubmissionRefused(hub.requestIdOf(batch[i].ask), batch[i].node, expected[i]);
        }
        assertEq(hub.settleBatch(batch), 12);

        for (uint256 i = 0; i < 12; ++i) {
            Stage stage = i == 0 || i == 10 ? Stage.Settled : i == 11 ? Stage.Failed : Stage.Open;
            _assertStage(batch[i].ask, stage);
        }
    }

    function test_CallsNobodyBackForWhatItSkipped() public conserving {
        Submission[] memory batch = new Submission[](2);
        batch[0] = _submission(_askForCallback(), OUTPUT);
        batch[0].evidence = "";
        batch[1] = _submission(_askForCallback(), OUTPUT);

        hub.settleBatch(batch);

        assertEq(consumer.calls(), 1);
        assertTrue(consumer.answer().requestId == hub.requestIdOf(batch[1].ask));
        assertEq(hub.balanceOf(payee), TIP);
        _noteTip(batch[1].ask);
    }

    /// The root of trust that the register names for a key that is not valid does not make a settlement of it.
    function test_CallsNobodyBackForRefusedEvidenceWithARoot() public conserving {
        keys.set(KeyStanding({valid: false, rootLabel: "root", isEmulated: false}));
        Submission[] memory batch = new Submission[](1);
        batch[0] = _submission(_askForCallback(), OUTPUT);

        assertEq(hub.settleBatch(batch), 1);

        assertEq(consumer.calls(), 0);
        _assertStage(batch[0].ask, Stage.Open);
    }

    /// When the first callback runs, the last item is settled already.
    function test_CallsBackAfterAllEffects() public conserving {
        Submission[] memory batch = new Submission[](2);
        batch[0] = _submission(_askForCallback(), OUTPUT);
        batch[1] = _submission(_ask(_attestedRequest()), OUTPUT);
        consumer.setCall(address(hub), abi.encodeCall(IInferenceHub.stateOf, (hub.requestIdOf(batch[1].ask))));

        hub.settleBatch(batch);

        (Stage stage,,) = abi.decode(consumer.reply(), (Stage, address, uint40));
        assertEq(uint8(stage), uint8(Stage.Settled));
        _noteTip(batch[0].ask);
    }

    function test_ACallbackThatFailsHoldsUpNobody() public conserving {
        consumer.set(Consumer.Fault.BurnAllGas);
        Submission[] memory batch = new Submission[](2);
        batch[0] = _submission(_askForCallback(), OUTPUT);
        Consumer other = new Consumer();
        _supply(address(other));
        batch[1] = _submission(_askFrom(address(other), _callbackRequest()), OUTPUT);

        vm.expectEmit(address(hub));
        emit IHubEvents.Delivered(hub.requestIdOf(batch[0].ask), address(this), false);
        vm.expectEmit(address(hub));
        emit IHubEvents.Delivered(hub.requestIdOf(batch[1].ask), address(this), true);
        assertEq(hub.settleBatch(batch), 2);

        assertEq(consumer.calls(), 0);
        assertEq(other.calls(), 1);
        _noteTip(batch[0].ask);
        _noteTip(batch[1].ask);
    }

    function test_RevertWhen_Empty() public {
        vm.expectRevert(IHubEvents.BatchEmpty.selector);
        hub.settleBatch(new Submission[](0));
    }

    function test_RevertWhen_Paused() public {
        vm.prank(guardian);
        hub.pause(1 hours);

        vm.expectRevert(IHubEvents.IsPaused.selector);
        hub.settleBatch(new Submission[](1));
    }

    function test_RevertWhen_TheGasDoesNotSufficeForTheFirst() public {
        Submission[] memory batch = new Submission[](1);
        batch[0] = _submission(_ask(_attestedRequest()), OUTPUT);

        (bool succeeded, bytes memory reason) =
            address(hub).call{gas: 320_000}(abi.encodeCall(IInferenceHub.settleBatch, (batch)));

        assertFalse(succeeded);
        assertEq(_selectorOf(reason), IHubEvents.TooLittleGas.selector);
        _assertStage(batch[0].ask, Stage.Open);
    }

    function test_TellsHowMuchGasTheFirstNeeds() public {
        Submission[] memory batch = new Submission[](1);
        batch[0] = _submission(_ask(_attestedRequest()), new bytes(10_000));
        // Settling costs far less than the reserve, which yet has to be there for each byte.
        assertFalse(_settlesWith(batch, 320_000 + 24 * 10_065));
        assertTrue(_settlesWith(batch, 320_000 + 24 * 10_065 + 20_000));
    }

    function test_RevertWhen_TheGasDoesNotSufficeForTheFirstCallback() public {
        Submission[] memory batch = new Submission[](1);
        batch[0] = _submission(_askForCallback(), OUTPUT);
        // The output counts twice: it is emitted, and it is passed on.
        uint256 needed = 320_000 + CALLBACK_GAS + CALLBACK_GAS / 63 + 40_000 + (68 + 3) * 24;

        assertFalse(_settlesWith(batch, needed));
        assertTrue(_settlesWith(batch, needed + 15_000));
    }

    /// Whatever the gas: either nothing happens, or as many are settled as it says, and each of them was called back with all the gas that
    /// it asked for.
    function testFuzz_LeavesWhatTheGasDoesNotSufficeFor(uint256 gas) public {
        Submission[] memory batch = new Submission[](4);
        for (uint32 i = 0; i < 4; ++i) {
            address meter = address(0xface0000 + uint160(i));
            vm.etch(meter, GAS_METER);
            _supply(meter);
            Request memory asked = _callbackRequest();
            asked.callbackGas = 50_000 * (i + 1);
            batch[i] = _submission(_askFrom(meter, asked), abi.encode(i));
        }
        gas = bound(gas, 200_000, 1_600_000);

        (bool succeeded, bytes memory reply) = address(hub).call{gas: gas}(abi.encodeCall(IInferenceHub.settleBatch, (batch)));

        uint256 done = succeeded ? abi.decode(reply, (uint256)) : 0;
        if (!succeeded) assertLt(gas, 470_000);
        if (gas > 1_470_000) assertEq(done, 4);
        for (uint256 i = 0; i < 4; ++i) {
            _assertStage(batch[i].ask, i < done ? Stage.Settled : Stage.Open);
            uint256 met = uint256(vm.load(batch[i].ask.requester, 0));
            assertEq(met, i < done ? batch[i].ask.request.callbackGas - 2 : 0);
        }
    }

    function _settlesWith(Submission[] memory batch, uint256 gas) private returns (bool succeeded) {
        bytes memory call = abi.encodeCall(IInferenceHub.settleBatch, (batch));
        (succeeded,) = address(hub).call{gas: gas}(call);
    }

    function _quorumSubmission() private returns (Submission memory submission) {
        (Ask memory ask, Terms memory terms) = _askQuorum();
        submission = _submission(ask, OUTPUT);
        submission.terms = terms;
    }
}
