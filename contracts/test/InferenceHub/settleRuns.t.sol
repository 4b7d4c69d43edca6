// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {Ask, Refusal, Request, Stage} from "../../src/types/Request.sol";
import {FakeNodes} from "../support/Fakes.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// Answers of one node that follow each other lock their stake and are paid in one go: no differently than one by one.
contract SettleRunsTest is HubScenario {
    uint256 private constant LIEN = 20 * uint256(FEE);

    function test_ARunLocksTwiceAtTheMost() public conserving {
        Submission[] memory batch = _batch(5);

        _expectLocks(node, LIEN, _until(), 1);
        _expectLocks(node, 4 * LIEN, _hourEnd(_until()), 1);
        assertEq(hub.settleBatch(batch), 5);

        assertEq(nodes.locked(node, _until()), 5 * LIEN);
        assertEq(hub.earningsOf(payee, _hourEnd(_until())), 5 * FEE);
    }

    function test_ARunOfOneLocksOnce() public conserving {
        vm.expectCall(address(nodes), abi.encodeWithSelector(INodeRegistry.lockLien.selector), 1);
        hub.settleBatch(_batch(1));

        assertEq(nodes.locked(node, _until()), LIEN);
    }

    /// The stake suffices for three and a half: the fourth is refused, and a smaller one after it is not.
    function test_WhatIsFreeIsSpentToTheLastAndNoFurther() public conserving {
        nodes.set(node, payee, Roles.INFERENCE | Roles.TEE, 3 * LIEN + LIEN / 2);
        Submission[] memory batch = _batch(5);
        Request memory small = _attestedRequest();
        small.fee = FEE / 2;
        batch[4] = _submission(_ask(small), "small");

        vm.expectEmit(address(hub));
        emit IHubEvents.SubmissionRefused(hub.requestIdOf(batch[3].ask), node, Refusal.LienRefused);
        assertEq(hub.settleBatch(batch), 5);

        _assertStage(batch[2].ask, Stage.Settled);
        _assertStage(batch[3].ask, Stage.Open);
        _assertStage(batch[4].ask, Stage.Settled);
        assertEq(nodes.free(node), 0);
        assertEq(nodes.locked(node, _until()), 3 * LIEN + LIEN / 2);
        assertEq(hub.earningsOf(payee, _hourEnd(_until())), 3 * FEE + FEE / 2);
    }

    function test_TheFirstThatIsRefusedStopsNoOther() public conserving {
        nodes.set(otherNode, otherPayee, Roles.TEE, 0);
        Submission[] memory batch = _batch(4);
        batch[0] = _othersSubmission(batch[0].ask, "other");
        batch[2] = _othersSubmission(batch[2].ask, "other");

        hub.settleBatch(batch);

        _assertStage(batch[0].ask, Stage.Open);
        _assertStage(batch[1].ask, Stage.Settled);
        _assertStage(batch[2].ask, Stage.Open);
        _assertStage(batch[3].ask, Stage.Settled);
        assertEq(nodes.locked(node, _until()), 2 * LIEN);
        assertEq(hub.earningsOf(payee, _hourEnd(_until())), 2 * FEE);
        assertEq(hub.earningsOf(otherPayee, _hourEnd(_until())), 0);
    }

    /// Each lien is rounded up by itself, since a challenge later holds one of them.
    function testFuzz_LiensAreRoundedUpOneByOne(uint128[4] memory fees, uint256 unit) public conserving {
        unit = bound(unit, 1, 1e12);
        nodes.setUnit(unit);
        Submission[] memory batch = new Submission[](fees.length);
        uint256 expected;
        for (uint256 i = 0; i < fees.length; ++i) {
            Request memory asked = _attestedRequest();
            asked.fee = uint128(bound(fees[i], 1, 100 ether));
            batch[i] = _submission(_ask(asked), abi.encode(i));
            expected += (20 * uint256(asked.fee) + unit - 1) / unit * unit;
        }

        hub.settleBatch(batch);

        assertEq(nodes.locked(node, _until()), expected);
    }

    /// In any order of nodes, windows and kinds, all is locked and paid as if each came alone.
    function testFuzz_AsOneByOne(uint256 seed) public conserving {
        Submission[] memory batch = new Submission[](8);
        uint40[3] memory windows = [uint40(1 hours), 2 hours, 5 hours];
        uint256[2][3] memory liens;
        uint256[2][3] memory fees;
        for (uint256 i = 0; i < batch.length; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            (bool isOther, uint256 kind) = (dice & 1 == 1, (dice >> 1) % 3);
            address from = isOther ? otherNode : node;
            Request memory asked = kind == 0 ? _attestedRequest() : _assignedRequest();
            if (kind != 0) (asked.assignee, asked.challengeWindow) = (from, uint32(windows[kind]));
            Ask memory ask = _ask(asked);
            batch[i] = isOther ? _othersSubmission(ask, abi.encode(i)) : _submission(ask, abi.encode(i));
            liens[kind][dice & 1] += (kind == 0 ? 20 : 100) * uint256(FEE);
            fees[kind][dice & 1] += FEE;
        }

        assertEq(hub.settleBatch(batch), batch.length);

        for (uint256 kind = 0; kind < 3; ++kind) {
            uint40 until = _now() + windows[kind];
            assertEq(nodes.locked(node, until), liens[kind][0]);
            assertEq(nodes.locked(otherNode, until), liens[kind][1]);
            assertEq(hub.earningsOf(payee, _hourEnd(until)), fees[kind][0]);
            assertEq(hub.earningsOf(otherPayee, _hourEnd(until)), fees[kind][1]);
        }
    }

    function _batch(uint256 count) private returns (Submission[] memory batch) {
        batch = new Submission[](count);
        for (uint256 i = 0; i < count; ++i) {
            batch[i] = _submission(_ask(_attestedRequest()), abi.encode(i));
        }
    }

    function _expectLocks(address from, uint256 amount, uint40 until, uint64 times) private {
        bytes memory call = abi.encodeCall(FakeNodes.lockLien, (from, Roles.TEE, payee, amount, until, _now()));
        vm.expectCall(address(nodes), call, times);
    }

    function _until() private view returns (uint40) {
        return _now() + 1 hours;
    }
}
