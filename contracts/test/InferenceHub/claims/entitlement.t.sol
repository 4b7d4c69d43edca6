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
