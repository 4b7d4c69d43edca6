// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement, Stage} from "../../src/types/Request.sol";
import {Consumer} from "../support/Consumers.sol";
import {HubTest} from "../support/HubTest.sol";

/// What follows from a challenge: whose the fee is, and where the lien goes.
contract HubDisputesTest is HubTest {
    uint256 private constant LIEN = 100 * uint256(FEE);
    uint128 private constant TIP = 0.05 ether;
    bytes32 private constant RIGHT = keccak256("the right output");

    address private immutable challenger = makeAddr("challenger");
    Ask private _ask0;
    Settlement private _settled0;
    RequestId private _id;
    uint40 private _hourEnd0;

    function setUp() public override {
        super.setUp();
        _settleOne(OUTPUT);
    }

    function test_AContestedAnswerIsNotFinalAndEarnsNothing() public {
        _contest();

        (Stage stage,,) = hub.stateOf(_id);
        assertEq(uint8(stage), uint8(Stage.Challenged));
        assertEq(hub.earningsOf(payee, _hourEnd0), 0);
        assertEq(nodes.held(node), LIEN);
        skip(30 days);
        assertFalse(hub.isFinal(_id));
    }

    function test_RevertWhen_TheWindowIsOver() public {
        skip(2 hours);
        (,, uint40 until) = hub.stateOf(_id);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotContestable.selector, _id, Stage.Settled, until));
        vm.prank(court);
        hub.contest(_ask0, _settled0);
    }

    function test_ContestsInTheLastSecond() public {
        skip(2 hours - 1);
        _contest();
    }

    function test_RevertWhen_ContestedTwice() public {
        _contest();
        (,, uint40 until) = hub.stateOf(_id);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotContestable.selector, _id, Stage.Challenged, until));
        vm.prank(court);
        hub.contest(_ask0, _settled0);
    }

    function test_RevertWhen_TheSettlementIsAnother() public {
        _settled0.lien = 1;
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementMismatch.selector, _id));
        vm.prank(court);
        hub.contest(_ask0, _settled0);
    }

    function test_RevertWhen_AnybodyButTheCourtMoves() public {
        bytes memory refusal = abi.encodeWithSelector(IHubEvents.NotCourt.selector, address(this));
        vm.expectRevert(refusal);
        hub.contest(_ask0, _settled0);
        vm.expectRevert(refusal);
        hub.uphold(_ask0, _settled0);
        vm.expectRevert(refusal);
        hub.overturn(_ask0, _settled0, challenger, 0);
    }

    function test_RevertWhen_NotContestedBefore() public {
        bytes memory refusal = abi.encodeWithSelector(IHubEvents.NotChallenged.selector, _id, Stage.Settled);
        vm.startPrank(court);
        vm.expectRevert(refusal);
        hub.uphold(_ask0, _settled0);
        vm.expectRevert(refusal);
        hub.overturn(_ask0, _settled0, challenger, 0);
    }

    function test_RevertWhen_WhatIsJudgedIsAnotherSettlement() public {
        _contest();
        _settled0.lien = 1;
        bytes memory refusal = abi.encodeWithSelector(IHubEvents.SettlementMismatch.selector, _id);
        vm.startPrank(court);
        vm.expectRevert(refusal);
        hub.uphold(_ask0, _settled0);
        vm.expectRevert(refusal);
        hub.overturn(_ask0, _settled0, challenger, RIGHT);
    }

    function test_AnUpheldAnswerIsFinalAndPaid() public {
        _contest();
        vm.expectEmit(address(hub));
        emit IHubEvents.Upheld(_id);
        vm.prank(court);
        hub.uphold(_ask0, _settled0);

        assertTrue(hub.isFinal(_id));
        assertEq(hub.balanceOf(payee), FEE);
        assertEq(nodes.held(node), 0);
        _assertCovered(FEE);
    }

    function test_AnOverturnedAnswerIsSlashedAndRefunded() public {
        _contest();
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, 0);

        (Stage stage,,) = hub.stateOf(_id);
        assertEq(uint8(stage), uint8(Stage.Slashed));
        assertEq(hub.balanceOf(challenger), LIEN * 3 / 10);
        assertEq(hub.balanceOf(requester), LIEN / 5 + FEE);
        assertEq(hub.balanceOf(payee), 0);
        assertEq(nodes.held(node), 0);
        assertEq(hub.burn(), LIEN / 2);
        _assertCovered(LIEN / 2 + FEE);
    }

    function test_AProvenOutputBecomesTheNextRevision() public {
        _contest();
        Settlement memory corrected = _settled0;
        corrected.outputCommit = RIGHT;
        corrected.assurance = Assurance.Proven;
        corrected.settledAt = uint40(vm.getBlockTimestamp());
        corrected.revision = 1;
        vm.expectEmit(address(hub));
        emit IHubEvents.Overturned(_id, challenger, LIEN, true, corrected);
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, RIGHT);

        (Stage stage,, uint40 until) = hub.stateOf(_id);
        assertEq(uint8(stage), uint8(Stage.Settled));
        assertEq(until, 0);
        assertEq(hub.revisionOf(_id), 1);
        assertEq(hub.balanceOf(requester), LIEN / 5 + FEE);
    }

    /// What has been earned stays earned; what has not goes back, unless a right answer is still to be delivered for it.
    function test_ATipGoesBackWhereNothingIsLeftToDeliver() public {
        (uint256 spent, uint256 unspent) = (_backAfter(true, 0), _backAfter(false, 0));
        assertEq(spent, FEE + LIEN / 5);
        assertEq(unspent, FEE + LIEN / 5 + TIP);
        assertEq(_backAfter(false, RIGHT), FEE + LIEN / 5);
        assertEq(_backAfter(true, RIGHT), FEE + LIEN / 5);
    }

    function test_ACorrectionIsDeliveredToWhoWasToldTheWrongAnswer() public {
        Consumer consumer = _settleForConsumer();
        hub.deliver(_ask0, _settled0, OUTPUT);
        assertEq(hub.revisionOf(_id), 0);
        _contest();
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, keccak256(hex"ff"));
        Settlement memory corrected = _settled0;
        corrected.outputCommit = keccak256(hex"ff");
        corrected.assurance = Assurance.Proven;
        corrected.settledAt = uint40(vm.getBlockTimestamp());
        corrected.revision = 1;

        hub.deliver(_ask0, corrected, hex"ff");

        assertEq(consumer.calls(), 2);
        assertEq(consumer.answer().revision, 1);
        assertEq(hub.balanceOf(payee), TIP, "Paid once, to the payee: its output could have stayed off the chain.");
        assertEq(hub.balanceOf(address(this)), 0);
    }

    function test_AFailureThatIsOverturnedGivesBackItsShareOnly() public {
        uint256 before = hub.balanceOf(requester);
        _settleOne("");
        assertEq(hub.balanceOf(requester) - before, FEE * 8 / 10);
        _contest();
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, 0);

        assertEq(hub.balanceOf(requester) - before, FEE + LIEN / 5);
    }

    function testFuzz_WhatIsSlashedIsGivenOutWhole(uint128 lien) public {
        lien = uint128(bound(lien, 1, type(uint96).max));
        Request memory asked = _assigned();
        asked.minLien = lien;
        _settle(asked, OUTPUT, lien);
        _contest();
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, 0);

        uint256 given = hub.balanceOf(challenger) + hub.balanceOf(requester) - FEE;
        assertEq(given + hub.burn(), lien);
    }

    /// What the requester gets back of an overturned answer whose callback was attempted, or not.
    function _backAfter(bool isDelivered, bytes32 provenOutput) private returns (uint256) {
        Consumer consumer = _settleForConsumer();
        if (isDelivered) hub.deliver(_ask0, _settled0, OUTPUT);
        _contest();
        vm.prank(court);
        hub.overturn(_ask0, _settled0, challenger, provenOutput);
        return hub.balanceOf(address(consumer));
    }

    /// Without the output's bytes, so that nothing is delivered yet.
    function _settleForConsumer() private returns (Consumer consumer) {
        consumer = new Consumer();
        token.mint(address(consumer), FEE + TIP);
        vm.prank(address(consumer));
        token.approve(address(hub), FEE + TIP);
        Request memory asked = _assigned();
        (asked.callbackGas, asked.deliveryTip, asked.flags) = (400_000, TIP, RequestFlags.OUTPUT_OFF_CHAIN);
        _ask0 = _askFrom(address(consumer), asked);
        Submission memory submission = _submission(_ask0, OUTPUT);
        submission.output = "";
        hub.settle(submission);
        _settled0 = _settlement(submission, LIEN);
        _id = hub.requestIdOf(_ask0);
    }

    function _contest() private {
        vm.expectEmit(address(hub));
        emit IHubEvents.Contested(_id);
        vm.prank(court);
        hub.contest(_ask0, _settled0);
    }

    function _settleOne(bytes memory output) private {
        _settle(_assigned(), output, LIEN);
    }

    function _assigned() private view returns (Request memory asked) {
        asked = _signedRequest();
        asked.assignee = node;
        asked.exclusiveUntil = asked.deadline;
    }

    function _settle(Request memory asked, bytes memory output, uint256 lien) private {
        _ask0 = _ask(asked);
        Submission memory submission = output.length == 0 ? _failure(_ask0) : _submission(_ask0, output);
        hub.settle(submission);
        _settled0 = _settlement(submission, lien);
        _id = hub.requestIdOf(_ask0);
        (,, uint40 until) = hub.stateOf(_id);
        _hourEnd0 = (until + 1 hours - 1) / 1 hours * 1 hours;
    }

    /// All accounts of this test can be paid at once, and nothing is left beside the node's deposit.
    function _assertCovered(uint256 owed) private view {
        assertEq(token.balanceOf(address(hub)), owed + hub.balanceOf(node));
    }
}
