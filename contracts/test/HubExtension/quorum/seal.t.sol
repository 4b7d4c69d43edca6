// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Quorum} from "../../../src/interfaces/IHubQuorum.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {Ask, Refusal, Request, Stage, Terms} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {QuorumTest} from "../../support/QuorumTest.sol";

/// Sealing an answer: by whom, when, and against what.
contract QuorumSealTest is QuorumTest {
    function test_SealsAgainstABond() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.AnswerSealed(_id, _members[0], FEE, 1);
        _seal(0, OUTPUT);

        _assertStage(_asked, Stage.Sealing);
        assertEq(hub.balanceOf(_members[0]), BALANCE - FEE);
        Quorum memory quorum = hub.quorumOf(_asked);
        assertEq(quorum.sealedAt, hub.activeTime());
        assertEq(quorum.seals, 1);
        assertEq(quorum.revealsFrom, 0, "Too few have sealed.");
    }

    function test_RevertWhen_TheSealLeavesNoTimeForBothPhases() public {
        vm.warp(_asked.request.deadline - 4 minutes);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlinePassed.selector, _asked.request.deadline));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheSealersIsNoMember() public {
        address fourth = makeAddr("fourth");
        nodes.set(fourth, fourth, Roles.INFERENCE, 0);
        vm.prank(fourth);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotMember.selector, _id, fourth));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheMemberHasLostItsRole() public {
        nodes.set(_members[0], payee, Roles.TEE, 0);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, _members[0]));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheKeyOfAnAttestedMemberIsRevokedAlready() public {
        Request memory request = _attestedRequest();
        (_asked, _terms) = _askFor(2, request);
        nodes.set(_members[0], payee, Roles.TEE, 0);
        keys.revoke(_members[0]);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotANode.selector, _members[0]));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheTermsAreOthers() public {
        Terms memory others;
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "terms"));
        hub.sealAnswer(_asked, others, "seal");
    }

    function test_RevertWhen_ThereIsNoQuorumToSealFor() public {
        Ask memory ask = _ask(_signedRequest());
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "terms"));
        hub.sealAnswer(ask, _noTerms(), "seal");
    }

    function test_RevertWhen_TheVersionOfASealIsYanked() public {
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        vm.prank(_members[0]);
        vm.expectRevert(IHubEvents.VersionNotUsable.selector);
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_ASealIsEmptyOrASecondOne() public {
        vm.startPrank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        hub.sealAnswer(_asked, _terms, 0);
        hub.sealAnswer(_asked, _terms, "first");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[0]));
        hub.sealAnswer(_asked, _terms, "second");
    }

    function test_RevertWhen_TheBondIsNotThere() public {
        vm.startPrank(_members[0]);
        hub.withdraw(stranger, BALANCE - FEE + 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, FEE - 1, FEE));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_TheRequestIsRefunded() public {
        vm.warp(uint256(_asked.request.deadline) + 1);
        hub.refund(_asked);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, _id, Stage.Refunded));
        hub.sealAnswer(_asked, _terms, "seal");
    }

    function test_RevertWhen_SettledOrClaimedLikeAnyOther() public {
        Submission memory submission = _answer(0, OUTPUT);
        _expectRefusal(submission, Refusal.QuorumRequired);
        vm.prank(_members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotClaimable.selector, _id, 0));
        hub.claim(_asked);
    }

    function test_RevertWhen_AQuorumAsksForALienOrAWindow() public {
        Request memory request = _signedRequest();
        request.minLien = 1;
        _expectInvalid(request);
        request.minLien = 0;
        request.challengeWindow = 1 hours;
        _expectInvalid(request);
    }

    function _expectInvalid(Request memory request) private {
        request.quorum = 2;
        request.termsHash = keccak256(abi.encode(_terms));
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "quorum with a lien"));
        hub.request(request, INPUT, _terms);
    }
}
