// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Request, Stage} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {HubScenario} from "../../support/HubScenario.sol";

/// Who may claim when, and for how much.
contract ClaimTest is HubScenario {
    function test_TakesTheFeeAsBondAndTellsUntilWhen() public conserving {
        Ask memory ask = _ask(_signedRequest());
        RequestId id = hub.requestIdOf(ask);

        vm.expectEmit(address(hub));
        emit IHubEvents.Claimed(id, node, FEE, _now() + 2 minutes, 0);
        vm.prank(node);
        hub.claim(ask);

        assertEq(hub.balanceOf(node), 1000 ether - FEE);
        (Stage stage, address claimant, uint40 since) = hub.stateOf(id);
        assertEq(uint8(stage), uint8(Stage.Claimed));
        assertEq(claimant, node);
        assertEq(since, _now());
        assertFalse(hub.isFinal(id));
    }

    function testFuzz_TheBondIsTheFeeOrTheLeastBond(uint128 fee) public conserving {
        Request memory asked = _signedRequest();
        asked.fee = uint128(bound(fee, 1, 1000 ether));
        Ask memory ask = _ask(asked);
        uint256 bond = asked.fee > MIN_BOND ? asked.fee : MIN_BOND;
        assertEq(hub.bondFor(ask), bond);

        vm.prank(node);
        hub.claim(ask);

        assertEq(hub.balanceOf(node), 1000 ether - bond);
        assertEq(hub.bondFor(ask), 2 * bond, "The next claim costs twice as much.");
    }

    function test_AProvenClaimLastsThirtyMinutesAndNeedsAProver() public conserving {
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(1));
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.Proven;
        Ask memory ask = _ask(asked);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, node));
        vm.prank(node);
        hub.claim(ask);
        vm.expectEmit(address(hub));
        emit IHubEvents.Claimed(hub.requestIdOf(ask), otherNode, FEE, _now() + 30 minutes, 0);
        vm.prank(otherNode);
        hub.claim(ask);

        uint40 ends = _now() + 30 minutes;
        skip(30 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), ends));
        vm.prank(otherNode);
        hub.claim(ask);
        skip(1);
        _noteRanOut(ask, otherNode);
        vm.prank(otherNode);
        hub.claim(ask);
    }

    function test_EachAssuranceNeedsItsRole() public {
        nodes.set(node, payee, Roles.INFERENCE, type(uint128).max);
        nodes.set(otherNode, otherPayee, Roles.TEE, type(uint128).max);
        Ask memory signedAsk = _ask(_signedRequest());
        Ask memory attestedAsk = _ask(_attestedRequest());

        _expectNotANode(otherNode, signedAsk);
        _expectNotANode(node, attestedAsk);
        vm.prank(node);
        hub.claim(signedAsk);
        vm.prank(otherNode);
        hub.claim(attestedAsk);
    }

    function test_EachClaimThatRanOutDoublesTheBondAndBurnsHalf() public conserving {
        Request memory asked = _signedRequest();
        asked.fee = 0.1 ether + 1;
        Ask memory ask = _ask(asked);
        RequestId id = hub.requestIdOf(ask);
        vm.prank(node);
        hub.claim(ask);
        uint256 spent = asked.fee;

        for (uint8 claims = 1; claims < 8; ++claims) {
            skip(2 minutes + 1);
            uint256 bond = uint256(asked.fee) << claims;
            assertEq(hub.bondFor(ask), bond);
            _noteRanOut(ask, node);
            vm.expectEmit(address(hub));
            emit IHubEvents.Claimed(id, node, bond, _now() + 2 minutes, claims);
            vm.prank(node);
            hub.claim(ask);
            spent += bond;
            assertEq(hub.balanceOf(node), 1000 ether - spent);
        }

        // The eighth claim is the last one; it is not forfeited before the request is settled or refunded.
        skip(2 minutes + 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, id, type(uint40).max));
        vm.prank(otherNode);
        hub.claim(ask);
    }

    /// What would excuse it later is there already: it would hold the request for nothing, again and again.
    function test_RevertWhen_TheKeyOfAnAttestedClaimIsRevokedAlready() public {
        Ask memory ask = _ask(_attestedRequest());
        keys.revoke(node);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, node));
        vm.prank(node);
        hub.claim(ask);
    }

    function test_RevertWhen_AClaimStillStands() public {
        Ask memory ask = _ask(_signedRequest());
        uint40 ends = _now() + 2 minutes;
        vm.prank(node);
        hub.claim(ask);

        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), ends));
        vm.prank(otherNode);
        hub.claim(ask);
    }

    function test_ADifferentNodeReplacesAClaimThatRanOut() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);

        _noteRanOut(ask, node);
        vm.prank(otherNode);
        hub.claim(ask);

        (, address claimant,) = hub.stateOf(hub.requestIdOf(ask));
        assertEq(claimant, otherNode);
        assertEq(hub.balanceOf(otherNode), 1000 ether - 2 * FEE);
    }

    function test_OnlyTheAssigneeClaimsInItsTime() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        uint40 exclusive = ask.request.exclusiveUntil;
        vm.warp(exclusive);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), exclusive));
        vm.prank(otherNode);
        hub.claim(ask);
        uint256 snapshot = vm.snapshotState();
        vm.prank(node);
        hub.claim(ask);
        vm.revertToState(snapshot);
        skip(1);
        vm.prank(otherNode);
        hub.claim(ask);
    }

    function test_ClaimsUntilTheDeadline() public {
        Ask memory ask = _ask(_signedRequest());
        vm.warp(ask.request.deadline);
        uint256 snapshot = vm.snapshotState();
        vm.prank(node);
        hub.claim(ask);

        vm.revertToState(snapshot);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlinePassed.selector, ask.request.deadline));
        vm.prank(node);
        hub.claim(ask);
    }

    function test_RevertWhen_NothingWasAsked() public {
        Ask memory ask = _ask(_signedRequest());
        ++ask.nonce;
        _expectNotOpen(ask, Stage.None);
    }

    function test_RevertWhen_TheRequestIsSettledOrRefunded() public {
        Ask memory ask = _ask(_attestedRequest());
        hub.settle(_submission(ask, OUTPUT));
        _expectNotOpen(ask, Stage.Settled);

        ask = _ask(_attestedRequest());
        vm.warp(ask.request.deadline + 1);
        hub.refund(ask);
        _expectNotOpen(ask, Stage.Refunded);
    }

    function test_RevertWhen_AQuorumIsToAnswer() public {
        (Ask memory ask,) = _askQuorum();

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), 0));
        vm.prank(node);
        hub.claim(ask);
    }

    function test_RevertWhen_TheAccountDoesNotCoverTheBond() public {
        Ask memory ask = _ask(_signedRequest());
        nodes.set(stranger, payee, Roles.INFERENCE, 0);
        _fund(stranger, FEE - 1);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, FEE - 1, FEE));
        vm.prank(stranger);
        hub.claim(ask);
    }

    function test_RevertWhen_Paused() public {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(guardian);
        hub.pause(1 hours);

        vm.expectRevert(IHubEvents.IsPaused.selector);
        vm.prank(node);
        hub.claim(ask);
    }

    /// Whatever the times, a claim stands for exactly its time.
    function testFuzz_AClaimStandsForItsTime(uint40 after_) public {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(node);
        hub.claim(ask);
        // It takes another's place, and must stand before the deadline.
        after_ = uint40(bound(after_, 0, 1 hours - 40));
        uint40 ends = _now() + 2 minutes;
        skip(after_);

        if (after_ <= 2 minutes) {
            vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), ends));
        }
        vm.prank(otherNode);
        hub.claim(ask);
    }

    function _expectNotANode(address caller, Ask memory ask) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, caller));
        vm.prank(caller);
        hub.claim(ask);
    }

    function _expectNotOpen(Ask memory ask, Stage stage) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, hub.requestIdOf(ask), stage));
        vm.prank(node);
        hub.claim(ask);
    }
}
