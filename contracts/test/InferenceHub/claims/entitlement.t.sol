// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Refusal, Request} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {HubScenario} from "../../support/HubScenario.sol";

/// What a claim is good for: who may settle, and when.
contract EntitlementTest is HubScenario {
    /// Within it who is displaced by a claim may still settle, and nobody else.
    uint40 private constant GRACE = 40;

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
        _expectRefusal(_othersSubmission(late, OUTPUT), Refusal.NotEntitled);
        hub.settle(_submission(late, OUTPUT));
    }

    /// Its answer is on its way, and whoever makes the next blocks keeps it back, claims and copies it: for three slots of twelve seconds in vain.
    function test_ALateAssigneeIsNotOvertakenByAClaim() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil + 1);
        vm.prank(otherNode);
        hub.claim(ask);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);
        skip(GRACE);
        _expectRefusal(_othersSubmission(ask, OUTPUT), Refusal.NotEntitled);

        hub.settle(_submission(ask, OUTPUT));

        assertEq(hub.balanceOf(otherNode), 1000 ether, "Its claim was not used, for no fault of its own.");
    }

    /// It cannot hold the request for longer, and a claim has its whole time after that.
    function test_AClaimTakesTheAssigneesPlaceOnceItStands() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil + 1);
        uint40 until = _now() + GRACE + 2 minutes;
        vm.expectEmit(address(hub));
        emit IHubEvents.Claimed(hub.requestIdOf(ask), otherNode, FEE, until, 0);
        vm.prank(otherNode);
        hub.claim(ask);

        skip(GRACE + 1);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, hub.requestIdOf(ask), until));
        vm.prank(node);
        hub.claim(ask);
        hub.settle(_othersSubmission(ask, OUTPUT));
        assertEq(hub.balanceOf(otherNode), 1000 ether);
    }

    function test_TheAssigneesLateClaimDoesNotHoldItUpEither() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil + 1);
        vm.prank(node);
        hub.claim(ask);

        hub.settle(_submission(ask, OUTPUT));
        assertEq(hub.balanceOf(node), 1000 ether);
    }

    /// Whoever is displaced once is so no more when another is.
    function test_TheAssigneeIsNobodyOnceAnotherIsDisplaced() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil + 1);
        vm.prank(otherNode);
        hub.claim(ask);
        skip(GRACE + 2 minutes + 1);
        address third = makeAddr("third");
        nodes.set(third, third, Roles.INFERENCE, type(uint128).max);
        _moveTo(third, 2 * FEE);
        _noteRanOut(ask, otherNode);
        vm.prank(third);
        hub.claim(ask);

        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
        hub.settle(_othersSubmission(ask, OUTPUT));
        vm.prank(third);
        hub.withdraw(third, 2 * FEE);
    }

    /// A bond that could not be had back is not taken.
    function test_RevertWhen_AClaimCouldNotStandBeforeTheDeadline() public {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.deadline - GRACE + 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlinePassed.selector, ask.request.deadline));
        vm.prank(otherNode);
        hub.claim(ask);

        vm.warp(ask.request.deadline - GRACE);
        vm.prank(otherNode);
        hub.claim(ask);
    }

    /// It was bonded all the while, also before the claim stood.
    function test_APauseBeforeAClaimStandsExcuses() public conserving {
        Ask memory ask = _ask(_assignedRequest());
        vm.warp(ask.request.exclusiveUntil + 1);
        vm.prank(otherNode);
        hub.claim(ask);
        skip(1);
        vm.prank(guardian);
        hub.pause(1 minutes);

        vm.prank(otherNode);
        hub.releaseClaim(ask);
        assertEq(hub.balanceOf(otherNode), 1000 ether);
        // Nobody holds a claim any more, so that the assignee is who may settle.
        vm.prank(guardian);
        hub.unpause();
        hub.settle(_submission(ask, OUTPUT));
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
        skip(GRACE + 1);
        _expectRefusal(_submission(ask, OUTPUT), Refusal.NotEntitled);
    }

    /// Whoever sees a late answer on its way and claims before it neither stops it nor loses its bond.
    function test_ALateAnswerIsNotOvertakenByAClaim() public conserving {
        Ask memory ask = _ask(_signedRequest());
        _claimInVain(ask);
        _replace(ask);
        skip(GRACE);
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
        skip(GRACE + 2 minutes + 1);
        address third = makeAddr("third");
        nodes.set(third, third, Roles.INFERENCE, type(uint128).max);
        _moveTo(third, 4 * FEE);
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
        _claim(ask);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        skip(2 minutes);

        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimReleased(hub.requestIdOf(ask), node, FEE);
        hub.settle(_othersSubmission(ask, OUTPUT));

        assertEq(hub.balanceOf(node), 1000 ether);
        assertEq(hub.balanceOf(otherPayee), 0);
    }

    /// From the other node's account.
    function _moveTo(address to, uint256 amount) private {
        vm.prank(otherNode);
        hub.withdraw(to, amount);
        token.mint(address(this), amount);
        token.approve(address(hub), amount);
        hub.deposit(to, amount);
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
