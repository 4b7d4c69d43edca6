// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, Stage} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {HubScenario} from "../support/HubScenario.sol";

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
        ask.nonce = 1;
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
        after_ = uint40(bound(after_, 0, 1 hours));
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

/// What a claim is good for: who may settle, and when.
contract EntitlementTest is HubScenario {
    function test_SignedNeedsAClaim() public {
        Ask memory ask = _ask(_signedRequest());
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
    }

    function test_AClaimInTheSameBlockDoesNotCount() public conserving {
        Ask memory ask = _ask(_signedRequest());
        Submission memory submission = _submission(ask, OUTPUT);
        vm.prank(node);
        hub.claim(ask);
        _expectRefusal(submission, Refusal.NotEntitled);

        skip(1);
        hub.settle(submission);
    }

    function test_TheAssigneeSettlesInItsTimeWithoutAClaim() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);
        hub.settle(_submission(ask, OUTPUT));

        Ask memory late = _ask(_assignedRequest());
        vm.warp(late.request.exclusiveUntil + 1);
        _expectRefusal(_submission(late, OUTPUT), Refusal.NotEntitled);
    }

    function test_TheAssigneesTimeKeepsAttestedAnswersOfOthersOut() public conserving {
        Request memory asked = _assignedRequest();
        asked.assurance = Assurance.Attested;
        Ask memory ask = _ask(asked);
        vm.warp(asked.exclusiveUntil);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);

        skip(1);
        hub.settle(_othersSubmission(ask, OUTPUT));
    }

    /// The assignee may claim in its time, and need not wait for the claim to confirm.
    function test_TheAssigneesOwnClaimDoesNotHoldItUp() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.prank(node);
        hub.claim(ask);

        hub.settle(_submission(ask, OUTPUT));

        assertEq(hub.balanceOf(node), 1000 ether);
    }

    function test_AClaimKeepsOthersOutForItsTime() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        vm.prank(node);
        hub.claim(ask);
        skip(2 minutes);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);

        skip(1);
        _noteRanOut(ask, node);
        hub.settle(_othersSubmission(ask, OUTPUT));
    }

    function test_AClaimThatRanOutOpensSignedRequestsToNobodyElse() public {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);
    }

    function test_AClaimantMaySettleUntilItIsReplaced() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        uint256 snapshot = vm.snapshotState();
        hub.settle(_submission(ask, OUTPUT));
        assertEq(hub.balanceOf(node), 1000 ether, "Its bond came back.");

        vm.revertToState(snapshot);
        _replace(ask);
        skip(1);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
    }

    /// Whoever sees a late answer on its way and claims before it neither stops it nor loses its bond.
    function test_ALateAnswerIsNotOvertakenByAClaim() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _replace(ask);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);

        hub.settle(_submission(ask, OUTPUT));

        assertEq(hub.balanceOf(otherNode), 1000 ether, "Its claim was not used, for no fault of its own.");
        assertEq(hub.balanceOf(payee), FEE / 2, "What the late one forfeited stayed with the request.");
    }

    function test_ALateAttestedAnswerIsNotOvertakenEither() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        _claimInVain(ask);
        _replace(ask);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);

        hub.settle(_submission(ask, OUTPUT));
        assertEq(hub.balanceOf(otherNode), 1000 ether);
    }

    /// Only the last of those whose time is over.
    function test_WhoWasReplacedBeforeTheLastMayNotSettle() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _replace(ask);
        skip(2 minutes + 1);
        address third = makeAddr("third");
        nodes.set(third, third, Roles.INFERENCE, type(uint128).max);
        vm.prank(otherNode);
        hub.withdraw(third, 4 * FEE);
        token.mint(address(this), 4 * FEE);
        token.approve(address(hub), 4 * FEE);
        hub.deposit(third, 4 * FEE);
        _noteRanOut(ask, otherNode);
        vm.prank(third);
        hub.claim(ask);

        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
        hub.settle(_othersSubmission(ask, OUTPUT));
        assertEq(hub.balanceOf(third), 4 * FEE);
        vm.prank(third);
        hub.withdraw(third, 4 * FEE);
    }

    function test_RevertWhen_TheVersionIsYanked() public {
        Ask memory ask = _ask(_signedRequest());
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));

        vm.expectRevert(IHubEvents.VersionNotUsable.selector);
        vm.prank(node);
        hub.claim(ask);
    }

    /// What was yanked under a claimant is no fault of its own, whoever ends the claim.
    function test_AnExcusedClaimEndsWithoutLossAtAnothersSettlement() public conserving {
        Ask memory ask = _ask(_attestedRequest());
        _claimInVain(ask);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));

        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimReleased(hub.requestIdOf(ask), node, FEE);
        hub.settle(_othersSubmission(ask, OUTPUT));

        assertEq(hub.balanceOf(node), 1000 ether);
        assertEq(hub.balanceOf(otherPayee), 0);
    }

    /// The usual node's claim has run out, and the other one takes its place.
    function _replace(Ask memory ask) private {
        _noteRanOut(ask, node);
        vm.prank(otherNode);
        hub.claim(ask);
    }

    function test_AReleasedClaimIsGoodForNothing() public {
        Ask memory ask = _ask(_signedRequest());
        _claim(ask);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        vm.prank(node);
        hub.releaseClaim(ask);

        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
    }

    /// Whoever sees a pending answer and sends it first sends the receipt of its maker, who is paid as if it had come itself.
    function test_ACopiedSubmissionPaysItsMaker() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claim(ask);

        vm.prank(stranger);
        hub.settle(_submission(ask, OUTPUT));

        assertEq(hub.earningsOf(payee, _hourEnd(_now() + 2 hours)), FEE);
        assertEq(hub.balanceOf(node), 1000 ether);
        assertEq(hub.balanceOf(stranger), 0);
    }

    /// Whoever sees a pending answer cannot sell it as its own: the assignee's time and the claim are another's.
    function test_ACopierOfAPendingAnswerEarnsNothing() public {
        Ask memory assigned = _ask(_assignedRequest());
        _expectRefusal(_othersSubmission(assigned, OUTPUT), Refusal.NotEntitled);

        Ask memory claimed = _ask(_signedRequest());
        _claim(claimed);
        _expectRefusal(_othersSubmission(claimed, OUTPUT), Refusal.NotEntitled);
        vm.expectRevert();
        vm.prank(otherNode);
        hub.claim(claimed);
        Submission memory renamed = _submission(claimed, OUTPUT);
        renamed.payee = otherPayee;
        _expectRefusal(renamed, Refusal.EvidenceRefused);
    }
}
