// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {InferenceConsumer} from "../../src/sdk/InferenceConsumer.sol";
import {MockInferenceHub} from "../../src/sdk/MockInferenceHub.sol";
import {Answer} from "../../src/types/Answer.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Settlement} from "../../src/types/Request.sol";
import {RecordingConsumer} from "../support/sdk/Consumers.sol";
import {ConsumerTest} from "../support/sdk/ConsumerTest.sol";

contract InferenceConsumerOnInferenceTest is ConsumerTest {
    function test_TakesWhatWasAskedFor() public {
        for (uint8 i = 1; i <= 3; ++i) {
            RequestId id = _ask(Assurance(i));
            (bool delivered, bytes memory reason) = hub.answer(id, OUTPUT);
            assertTrue(delivered, vm.toString(reason));
            assertEq(consumer.answers(), i);
            assertEq(consumer.lastOutput(), OUTPUT);
            (RequestId told,, Assurance assurance,, bytes32 outputCommit,,,) = consumer.last();
            assertTrue(told == id);
            assertEq(uint8(assurance), i);
            assertEq(outputCommit, keccak256(OUTPUT));
        }
        assertEq(consumer.corrections(), 0);
    }

    function testFuzz_TakesAtLeastTheAssuranceThatWasAskedFor(uint8 asked, uint8 given) public {
        asked = uint8(bound(asked, 1, 3));
        given = uint8(bound(given, 0, 3));
        RequestId id = _ask(Assurance(asked));
        if (given >= asked) {
            _assertTaken(id, _given(Assurance(given)));
        } else {
            bytes memory reason =
                abi.encodeWithSelector(InferenceConsumer.AssuranceTooLow.selector, id, Assurance(given), Assurance(asked));
            _assertRefused(id, _given(Assurance(given)), reason);
        }
    }

    function testFuzz_RefusesAnotherRoot(bytes32 label) public {
        vm.assume(label != LABEL);
        RequestId id = _ask(Assurance.Attested);
        MockInferenceHub.Given memory given = _given(Assurance.Attested);
        given.rootLabel = label;
        _assertRefused(id, given, abi.encodeWithSelector(InferenceConsumer.RootNotAccepted.selector, id, label));

        // Who asked for less asked for no root, and a proof needs none.
        _assertTaken(_ask(Assurance.Signed), given);
        _assertTaken(id, _given(Assurance.Proven));
    }

    function testFuzz_RefusesWhatIsTooOld(uint40 age) public {
        age = uint40(bound(age, 0, 365 days));
        RequestId id = _ask(Assurance.Signed);
        MockInferenceHub.Given memory given = _given(Assurance.Signed);
        given.settledAt -= age;
        if (age <= MAX_AGE) {
            _assertTaken(id, given);
        } else {
            _assertRefused(
                id, given, abi.encodeWithSelector(InferenceConsumer.AnswerTooOld.selector, id, given.settledAt, MAX_AGE)
            );
        }
    }

    function test_AgeHasNoEndWhereNoneIsAskedFor() public {
        RequestId id = consumer.ask(_request(Assurance.Signed), INPUT, type(uint40).max);
        MockInferenceHub.Given memory given = _given(Assurance.Signed);
        (given.settledAt, given.provisionalUntil) = (type(uint40).max, type(uint40).max);
        _assertTaken(id, given);
    }

    /// Corrections may come late, and each must be newer than what is known.
    function testFuzz_TakesRevisionsInOrder(uint8 first, uint8 second, uint8 third) public {
        RequestId id = _ask(Assurance.Signed);
        MockInferenceHub.Given memory given = _given(Assurance.Signed);
        given.revision = first;
        _assertTaken(id, given);
        vm.warp(vm.getBlockTimestamp() + 30 days);

        uint8 known = first;
        uint256 corrections;
        uint8[2] memory later = [second, third];
        for (uint256 i = 0; i < 2; ++i) {
            given.revision = later[i];
            if (later[i] > known) {
                _assertTaken(id, given);
                corrections++;
                known = later[i];
            } else {
                _assertRefused(
                    id, given, abi.encodeWithSelector(InferenceConsumer.RevisionNotNewer.selector, id, later[i], known)
                );
            }
        }
        assertEq(consumer.answers(), 1);
        assertEq(consumer.corrections(), corrections);
        assertEq(consumer.questionOf(id).revision, known);
    }

    function test_ACorrectionNeedsTheAssuranceToo() public {
        RequestId id = _ask(Assurance.Attested);
        _assertTaken(id, _given(Assurance.Attested));
        MockInferenceHub.Given memory given = _given(Assurance.Signed);
        given.revision = 1;
        bytes memory reason =
            abi.encodeWithSelector(InferenceConsumer.AssuranceTooLow.selector, id, Assurance.Signed, Assurance.Attested);
        _assertRefused(id, given, reason);
    }

    function test_AProofIsTheEndOfARequest() public {
        RequestId id = _ask(Assurance.Signed);
        _assertTaken(id, _given(Assurance.Signed));
        MockInferenceHub.Given memory given = _given(Assurance.Proven);
        given.revision = 1;
        _assertTaken(id, given);
        assertEq(consumer.corrections(), 1);
        assertFalse(consumer.questionOf(id).exists);

        given.revision = 2;
        _assertRefused(id, given, abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, id));
    }

    function test_WhatIsForgottenIsUnknown() public {
        RequestId id = _ask(Assurance.Signed);
        consumer.forget(id);
        _assertRefused(id, _given(Assurance.Signed), abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, id));
    }

    function test_AHookThatRevertsLosesNothing() public {
        RequestId id = _ask(Assurance.Proven);
        consumer.refuse(true);
        _assertRefused(id, _given(Assurance.Proven), abi.encodeWithSelector(RecordingConsumer.Refused.selector));
        assertTrue(consumer.questionOf(id).exists);
        consumer.refuse(false);
        _assertTaken(id, _given(Assurance.Proven));
    }

    function testFuzz_RevertWhen_AnybodyElseCalls(address caller, uint8 assurance, bytes memory output) public {
        vm.assume(caller != address(hub));
        Answer memory answer = _answer(_ask(Assurance.Signed), assurance);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(InferenceConsumer.NotHub.selector, caller));
        consumer.onInference(answer, output);
    }

    function testFuzz_RevertWhen_TheRequestIsUnknown(RequestId id, uint8 assurance, bytes memory output) public {
        vm.assume(id != _ask(Assurance.Signed));
        Answer memory answer = _answer(id, assurance);
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(InferenceConsumer.RequestUnknown.selector, id));
        consumer.onInference(answer, output);
    }

    function test_StandsOnceNobodyCanContestIt() public {
        RequestId id = _ask(Assurance.Signed);
        assertFalse(consumer.stands(id, Assurance.Signed));
        hub.answer(id, OUTPUT);
        assertFalse(consumer.stands(id, Assurance.Signed));
        vm.warp(vm.getBlockTimestamp() + hub.WINDOW() - 1);
        assertFalse(consumer.stands(id, Assurance.Signed));
        vm.warp(vm.getBlockTimestamp() + 1);
        assertTrue(consumer.stands(id, Assurance.Signed));

        hub.slash(id);
        assertFalse(consumer.stands(id, Assurance.Signed));
        id = _ask(Assurance.Signed);
        hub.fail(id);
        vm.warp(vm.getBlockTimestamp() + 1 days);
        assertFalse(consumer.stands(id, Assurance.Signed));
    }

    function test_WhatWasUpheldStandsAtOnce() public {
        RequestId id = _ask(Assurance.Signed);
        MockInferenceHub.Given memory given = _given(Assurance.Signed);
        given.provisionalUntil = 0;
        _assertTaken(id, given);
        assertTrue(consumer.stands(id, Assurance.Signed));
    }

    function test_WhatWasReplacedDoesNotStandWhereTheCorrectionIsToBeDelivered() public {
        RequestId id = _ask(Assurance.Signed);
        _assertTaken(id, _given(Assurance.Signed));
        vm.mockCall(address(hub), abi.encodeCall(hub.isFinal, (id)), abi.encode(true));
        assertTrue(consumer.stands(id, Assurance.Signed));
        vm.mockCall(address(hub), abi.encodeCall(hub.revisionOf, (id)), abi.encode(1));
        assertFalse(consumer.stands(id, Assurance.Signed));
        assertTrue(consumer.stands(id, Assurance.Proven));
    }

    function test_RedeliversAtTheHub() public {
        RequestId id = _ask(Assurance.Signed);
        (Ask memory asked, Settlement memory settlement) = (_askOf(id), _anySettlement());
        vm.mockCall(address(hub), abi.encodeCall(hub.deliver, (asked, settlement, OUTPUT)), "");
        vm.expectCall(address(hub), abi.encodeCall(hub.deliver, (asked, settlement, OUTPUT)));
        consumer.redeliver(asked, settlement, OUTPUT);
    }

    function _anySettlement() private pure returns (Settlement memory settlement) {
        settlement.outputCommit = keccak256(OUTPUT);
    }

    /// What the consumer itself takes of the callback's gas, with a word of output.
    function test_TakesLittleGas() public {
        RequestId id = consumer.ask(_request(Assurance.Signed), INPUT, MAX_AGE);
        hub.answer(id, abi.encode(1));
        uint256 before = 300_000 - consumer.gasAtEntry();
        assertLt(before, 12_000);
        emit log_named_uint("gas before the hook", before);
    }

    function _answer(RequestId id, uint8 assurance) private view returns (Answer memory answer) {
        answer.requestId = id;
        answer.assurance = Assurance(assurance % 4);
        answer.settledAt = uint40(vm.getBlockTimestamp());
    }
}
