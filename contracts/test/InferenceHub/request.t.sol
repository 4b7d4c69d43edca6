// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Stage, Terms} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Asks} from "../support/Asks.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// What is asked, what it costs, and what is refused without a look at the terms.
contract RequestTest is HubScenario {
    function test_EscrowsFeeAndTipAndTellsWhatWasAsked() public conserving {
        Request memory asked = _callbackRequest();
        Ask memory ask = Asks.next(hub, address(consumer), asked);
        RequestId id = hub.requestIdOf(ask);
        uint256 before = token.balanceOf(address(consumer));

        vm.expectEmit(address(hub));
        emit IHubEvents.Requested(id, address(consumer), ask.nonce, asked, INPUT);
        _askFrom(address(consumer), asked);

        assertEq(before - token.balanceOf(address(consumer)), FEE + TIP);
        assertEq(token.balanceOf(address(hub)), 2000 ether + FEE + TIP);
        (Stage stage, address claimant, uint40 until) = hub.stateOf(id);
        assertTrue(stage == Stage.Open && claimant == address(0) && until == 0);
        assertFalse(hub.isFinal(id));
    }

    function test_CountsWhatOneRequesterAsksAgain() public {
        Request memory likeThem = _signedRequest();
        Request memory another = _signedRequest();
        ++another.fee;

        assertEq(_nonceOfNext(requester, likeThem), 0);
        assertEq(_nonceOfNext(address(consumer), likeThem), 0);
        assertEq(_nonceOfNext(requester, another), 0);
        assertEq(_nonceOfNext(requester, likeThem), 1);
        skip(1);
        assertEq(_nonceOfNext(requester, likeThem), 2);
    }

    function _nonceOfNext(address from, Request memory asked) private returns (uint256) {
        return _askFrom(from, asked).nonce;
    }

    /// What is over keeps its id: nobody asks the same again under it, though the chain's time went back.
    function test_NoIdComesTwice() public conserving {
        Ask memory settled = _ask(_attestedRequest());
        hub.settle(_submission(settled, OUTPUT));
        Ask memory refunded = _ask(_signedRequest());

        Ask memory again = _ask(_attestedRequest());
        assertEq(again.nonce, settled.nonce + 1);
        _assertStage(settled, Stage.Settled);
        _assertStage(again, Stage.Open);

        vm.warp(refunded.request.deadline + 1);
        hub.refund(refunded);
        vm.warp(refunded.request.deadline);
        assertTrue(hub.requestIdOf(_ask(refunded.request)) != hub.requestIdOf(refunded));
    }

    function test_TakesFeeAndTipFromTheAccountWhereAsked() public conserving {
        _fund(address(consumer), FEE + TIP);
        Request memory asked = _callbackRequest();
        asked.flags = RequestFlags.FROM_ACCOUNT;
        uint256 before = token.balanceOf(address(consumer));

        _askFrom(address(consumer), asked);

        assertEq(hub.balanceOf(address(consumer)), 0);
        assertEq(token.balanceOf(address(consumer)), before);
    }

    function test_RevertWhen_TheAccountIsTooSmall() public {
        _fund(address(consumer), FEE + TIP - 1);
        Request memory asked = _callbackRequest();
        asked.flags = RequestFlags.FROM_ACCOUNT;

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, FEE + TIP - 1, FEE + TIP));
        vm.prank(address(consumer));
        hub.request(asked, INPUT);
    }

    function test_RevertWhen_Paused() public {
        vm.prank(guardian);
        hub.pause(1 hours);

        vm.expectRevert(IHubEvents.IsPaused.selector);
        vm.prank(requester);
        hub.request(_signedRequest(), INPUT);
    }

    function test_RevertWhen_NothingIsAssured() public {
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.None;
        _expectInvalid(asked, "assurance");
    }

    function test_RevertWhen_ThereIsNoFee() public {
        Request memory asked = _signedRequest();
        asked.fee = 0;
        _expectInvalid(asked, "fee");
    }

    function test_RevertWhen_ThereIsNoInputCommitment() public {
        Request memory asked = _signedRequest();
        asked.inputCommit = 0;
        _expectInvalid(asked, "inputCommit");
    }

    function test_TakesDeadlinesFromNowTo30DaysOn() public {
        Request memory asked = _signedRequest();
        asked.deadline = _now();
        _ask(asked);
        asked.deadline = _now() + 30 days;
        _ask(asked);
        asked.deadline = _now() - 1;
        _expectInvalid(asked, "deadline");
        asked.deadline = _now() + 30 days + 1;
        _expectInvalid(asked, "deadline");
    }

    function test_TakesExclusiveTimeForAnAssigneeUntilTheDeadline() public {
        Request memory asked = _assignedRequest();
        asked.exclusiveUntil = asked.deadline;
        _ask(asked);
        asked.exclusiveUntil = asked.deadline + 1;
        _expectInvalid(asked, "exclusiveUntil");
        asked.assignee = address(0);
        asked.exclusiveUntil = 1;
        _expectInvalid(asked, "exclusiveUntil");
    }

    function testFuzz_RevertWhen_AFlagIsUnknown(uint8 flags) public {
        Request memory asked = _signedRequest();
        asked.flags = uint8(bound(flags, 16, 255));
        _expectInvalid(asked, "flags");
    }

    function test_RevertWhen_APrivateRequestIsNotAttested() public {
        Request memory asked = _signedRequest();
        asked.flags = RequestFlags.PRIVATE;
        _expectInvalid(asked, "private, not Attested");
    }

    function test_TakesALienForSignedAnswersOnly() public {
        Request memory asked = _signedRequest();
        asked.minLien = 1;
        _ask(asked);
        asked.assurance = Assurance.Attested;
        _expectInvalid(asked, "minLien");
    }

    function test_TakesWindowsWithinTheHubsBoundsForSignedAnswersOnly() public {
        Request memory asked = _signedRequest();
        asked.challengeWindow = 30 minutes;
        _ask(asked);
        asked.challengeWindow = 7 days;
        _ask(asked);
        asked.challengeWindow = 30 minutes - 1;
        _expectInvalid(asked, "challengeWindow");
        asked.challengeWindow = 7 days + 1;
        _expectInvalid(asked, "challengeWindow");
        asked.challengeWindow = 2 hours;
        asked.assurance = Assurance.Attested;
        _expectInvalid(asked, "challengeWindow");
    }

    function test_TakesCallbackGasUpToTwoMillion() public {
        Request memory asked = _callbackRequest();
        asked.callbackGas = 2_000_000;
        _askFrom(address(consumer), asked);
        asked.callbackGas = 2_000_001;
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "callbackGas"));
        vm.prank(address(consumer));
        hub.request(asked, INPUT);
    }

    function test_RevertWhen_ThereIsATipWithoutACallback() public {
        Request memory asked = _signedRequest();
        asked.deliveryTip = 1;
        _expectInvalid(asked, "deliveryTip");
    }

    function test_RevertWhen_TheCallbackWouldGoToAnAddressWithoutCode() public {
        Request memory asked = _signedRequest();
        asked.callbackGas = 1;
        _expectInvalid(asked, "callback without code");
    }

    function test_RevertWhen_TermsAreAskedForAndNotGiven() public {
        Request memory asked = _signedRequest();
        asked.termsHash = bytes32(uint256(1));
        _expectInvalid(asked, "termsHash");
        asked.termsHash = 0;
        asked.quorum = 1;
        _expectInvalid(asked, "termsHash");
    }

    function testFuzz_RevertWhen_TheInputIsNotTheOneThatIsCommittedTo(bytes memory input) public {
        vm.assume(input.length <= 4096 && keccak256(input) != keccak256(INPUT));

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputMismatch.selector, keccak256(INPUT)));
        vm.prank(requester);
        hub.request(_signedRequest(), input);
    }

    function test_TakesInputsOf4096Bytes() public {
        Request memory asked = _signedRequest();
        bytes memory input = new bytes(4096);
        asked.inputCommit = keccak256(input);
        vm.prank(requester);
        hub.request(asked, input);

        input = new bytes(4097);
        asked.inputCommit = keccak256(input);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputTooLong.selector, 4097, 4096));
        vm.prank(requester);
        hub.request(asked, input);
    }

    function test_TakesAnAddressOfTheInputOf1To256Bytes() public {
        Request memory asked = _signedRequest();
        asked.flags = RequestFlags.INPUT_AT_URI;
        vm.startPrank(requester);
        hub.request(asked, new bytes(1));
        hub.request(asked, new bytes(256));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputTooLong.selector, 257, 256));
        hub.request(asked, new bytes(257));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputTooLong.selector, 0, 256));
        hub.request(asked, "");
    }

    function test_TakesNoInputOfAPrivateRequestUnlessItIsAnAddress() public {
        Request memory asked = _attestedRequest();
        asked.flags = RequestFlags.PRIVATE;
        vm.startPrank(requester);
        hub.request(asked, "");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.InputTooLong.selector, 4, 0));
        hub.request(asked, INPUT);
        asked.flags = RequestFlags.PRIVATE | RequestFlags.INPUT_AT_URI;
        hub.request(asked, "ipfs://");
    }

    function test_TakesDeprecatedVersionsAndRefusesUnknownAndYankedOnes() public {
        models.set(VERSION, VersionStatus.Deprecated, SemanticsKind.Integer, address(0));
        _ask(_signedRequest());

        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        _expectVersionNotUsable(_signedRequest());
        models.set(VERSION, VersionStatus.Unknown, SemanticsKind.Integer, address(0));
        _expectVersionNotUsable(_signedRequest());
    }

    function test_TakesProvenRequestsForVersionsWithAVerifierOnly() public {
        Request memory asked = _signedRequest();
        asked.assurance = Assurance.Proven;
        _expectVersionNotUsable(asked);

        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(1));
        _ask(asked);
    }

    /// Bits that no value of a field has are refused, so that one request has one spelling.
    function testFuzz_RevertWhen_AFieldHasBitsThatNoValueHas(uint256 dirt) public {
        bytes memory call = abi.encodeWithSignature(
            "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes)",
            _signedRequest(),
            INPUT
        );
        // The fields from assurance to minLien have spare bits; the 128-bit ones the fewest.
        uint256 at = 4 + 32 * bound(dirt, 1, 11);
        call[at] = bytes1(uint8(bound(dirt, 1, 255)));

        vm.prank(requester);
        (bool succeeded,) = address(hub).call(call);

        assertFalse(succeeded);
    }

    function _expectInvalid(Request memory asked, string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, what));
        vm.prank(requester);
        hub.request(asked, INPUT);
    }

    function _expectVersionNotUsable(Request memory asked) private {
        vm.expectRevert(IHubEvents.VersionNotUsable.selector);
        vm.prank(requester);
        hub.request(asked, INPUT);
    }
}

/// Accepted workloads, and quorums.
contract RequestWithTermsTest is HubScenario {
    function test_TellsItsTermsAfterTheRequest() public conserving {
        Terms memory terms = _workloads(8);
        Request memory asked = _with(_attestedRequest(), terms);
        Ask memory ask = Asks.next(hub, requester, asked);

        vm.expectEmit(address(hub));
        emit IHubEvents.Requested(hub.requestIdOf(ask), requester, ask.nonce, asked, INPUT);
        vm.expectEmit(address(hub));
        emit IHubEvents.TermsSet(hub.requestIdOf(ask), terms);
        vm.prank(requester);
        RequestId id = hub.request(asked, INPUT, terms);

        assertTrue(id == hub.requestIdOf(ask));
        _enter(ask);
    }

    function test_TakesNoTermsForNone() public {
        vm.recordLogs();
        vm.prank(requester);
        hub.request(_signedRequest(), INPUT, _noTerms());

        assertEq(vm.getRecordedLogs().length, 2, "Only the token and the request are told of.");
    }

    function test_RevertWhen_TheTermsAreNotTheOnesOfTheHash() public {
        Request memory asked = _with(_attestedRequest(), _workloads(2));
        _expectInvalid(asked, _workloads(1), "termsHash");
        _expectInvalid(asked, _noTerms(), "termsHash");
        _expectInvalid(_attestedRequest(), _workloads(1), "termsHash");
    }

    function test_TakesAtMostEightWorkloadsForAttestedAnswersOnly() public {
        _expectInvalid(_with(_attestedRequest(), _workloads(9)), _workloads(9), "acceptedWorkloads");
        _expectInvalid(_with(_signedRequest(), _workloads(1)), _workloads(1), "acceptedWorkloads");
    }

    function test_TakesQuorumsOfOneToAllOfUpToEightMembers() public {
        for (uint8 quorum = 1; quorum <= 8; ++quorum) {
            _request(_quorum(quorum, 8), _members(8));
        }
        _request(_quorum(1, 1), _members(1));
        _expectInvalid(_quorum(9, 8), _members(8), "quorum");
        _expectInvalid(_quorum(0, 1), _members(1), "quorum");
        _expectInvalid(_quorum(9, 9), _members(9), "members");
    }

    function test_RevertWhen_AQuorumHasNoMembers() public {
        Request memory asked = _signedRequest();
        asked.quorum = 1;
        _expectInvalid(asked, _noTerms(), "quorum");
    }

    function test_RevertWhen_AQuorumIsProvenOrAssigned() public {
        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(1));
        Request memory asked = _quorum(1, 2);
        asked.assurance = Assurance.Proven;
        _expectInvalid(asked, _members(2), "members");
        asked.assurance = Assurance.Attested;
        _request(asked, _members(2));
        asked.assignee = node;
        _expectInvalid(asked, _members(2), "members");
    }

    function test_RevertWhen_MembersDoNotAscend() public {
        Terms memory terms = _members(3);
        terms.members[2] = terms.members[1];
        _expectInvalid(_with(_quorum(1, 3), terms), terms, "members");
        terms = _members(3);
        (terms.members[0], terms.members[1]) = (terms.members[1], terms.members[0]);
        _expectInvalid(_with(_quorum(1, 3), terms), terms, "members");
        terms = _members(1);
        terms.members[0] = address(0);
        _expectInvalid(_with(_quorum(1, 1), terms), terms, "members");
    }

    function _request(Request memory asked, Terms memory terms) private {
        vm.prank(requester);
        hub.request(asked, INPUT, terms);
    }

    function _expectInvalid(Request memory asked, Terms memory terms, string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, what));
        _request(asked, terms);
    }

    function _quorum(uint8 quorum, uint256 members) private view returns (Request memory asked) {
        asked = _with(_signedRequest(), _members(members));
        asked.quorum = quorum;
    }

    function _members(uint256 count) private pure returns (Terms memory terms) {
        terms.members = new address[](count);
        for (uint160 i = 1; i <= count; ++i) {
            terms.members[i - 1] = address(i);
        }
    }
}
