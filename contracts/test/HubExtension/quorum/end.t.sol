// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../../src/interfaces/IHubEvents.sol";
import {Quorum} from "../../../src/interfaces/IHubQuorum.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {Request, Stage} from "../../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../../src/types/Version.sol";
import {QuorumTest} from "../../support/QuorumTest.sol";

/// How a quorum ends that does not agree, and whose the bonds are.
contract QuorumEndTest is QuorumTest {
    function test_RefundsAtOnceWhereTheyDiffer() public {
        _sealAll(abi.encode(1), abi.encode(3), abi.encode(5));
        _reveal(0, abi.encode(1));
        _reveal(1, abi.encode(3));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);
        _reveal(2, abi.encode(5));
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);

        skip(1);
        hub.refundQuorum(_asked);

        _assertStage(_asked, Stage.Refunded);
        assertEq(hub.balanceOf(requester), FEE);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(hub.balanceOf(_members[i]), BALANCE, "To differ costs nothing.");
        }
        _assertAllIsSomebodys();
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, _id, Stage.Refunded));
        hub.refundQuorum(_asked);
    }

    function test_RefundsWhereTooFewSealed() public {
        _seal(0, OUTPUT);
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealStands.selector, _id, _members[0]));
        hub.closeSeal(_asked, _members[0]);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.QuorumUndecided.selector, _id));
        hub.refundQuorum(_asked);

        skip(1);
        hub.refundQuorum(_asked);
        vm.expectEmit(address(hub));
        emit IHubEvents.SealReturned(_id, _members[0], FEE);
        hub.closeSeal(_asked, _members[0]);

        assertEq(hub.balanceOf(_members[0]), BALANCE);
        _assertAllIsSomebodys();
    }

    function test_RefundsAfterTheDeadlineAsAnyRequest() public {
        _seal(0, OUTPUT);
        vm.warp(uint256(_asked.request.deadline) + 1);
        hub.refund(_asked);

        assertEq(hub.balanceOf(requester), FEE);
        hub.closeSeal(_asked, _members[0]);
        _assertAllIsSomebodys();
    }

    function test_ASealThatIsNotRevealedIsForfeited() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        _reveal(1, OUTPUT);
        skip(2 minutes);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealStands.selector, _id, _members[2]));
        hub.closeSeal(_asked, _members[2]);

        skip(1);
        vm.expectEmit(address(hub));
        emit IHubEvents.SealForfeited(_id, _members[2], FEE);
        hub.closeSeal(_asked, _members[2]);

        assertEq(hub.balanceOf(requester), FEE / 2);
        _forfeited += FEE / 2;
        _assertAllIsSomebodys();
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SealInvalid.selector, _id, _members[2]));
        hub.closeSeal(_asked, _members[2]);
    }

    function test_ASealOfAYankedVersionComesBack() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        skip(2 minutes + 1);
        hub.closeSeal(_asked, _members[2]);
        assertEq(hub.balanceOf(_members[2]), BALANCE);
    }

    /// Nor does what comes when both phases are over excuse, or what was there before the first seal.
    function test_OnlyWhatCameInItsPhasesExcuses() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        uint256 snapshot = vm.snapshotState();
        skip(2 minutes);
        vm.prank(guardian);
        hub.pause(1 minutes);
        skip(1 minutes + 1);
        hub.closeSeal(_asked, _members[2]);
        assertEq(hub.balanceOf(_members[2]), BALANCE);

        vm.revertToState(snapshot);
        skip(2 minutes + 1);
        vm.prank(guardian);
        hub.pause(1 minutes);
        models.set(VERSION, VersionStatus.Yanked, SemanticsKind.Integer, address(0));
        hub.closeSeal(_asked, _members[2]);
        assertEq(hub.balanceOf(_members[2]), BALANCE - FEE);
    }

    /// Active time at the end of a pause is that at its beginning, and yet the seals came after it.
    function test_ASealInTheSecondInWhichAPauseEndsIsNotExcused() public {
        vm.prank(guardian);
        hub.pause(10 minutes);
        skip(10 minutes);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        skip(2 minutes + 1);

        hub.closeSeal(_asked, _members[2]);

        assertEq(hub.balanceOf(_members[2]), BALANCE - FEE);
        assertEq(hub.balanceOf(requester), FEE / 2);
    }

    function test_APauseStretchesItsPhases() public {
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        Submission memory submission = _answer(0, OUTPUT);
        vm.prank(guardian);
        hub.pause(10 minutes);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        _reveal(0, submission, OUTPUT);
        vm.prank(_members[0]);
        vm.expectRevert(IHubEvents.IsPaused.selector);
        hub.sealAnswer(_asked, _terms, "seal");
        skip(12 minutes);

        _reveal(0, submission, OUTPUT);
        skip(1);
        submission = _answer(1, OUTPUT);
        Quorum memory quorum = hub.quorumOf(_asked);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotRevealing.selector, _id, quorum.revealsFrom, quorum.revealsUntil));
        _reveal(1, submission, OUTPUT);
        hub.closeSeal(_asked, _members[1]);
        assertEq(hub.balanceOf(_members[1]), BALANCE, "A pause excuses.");
    }

    /// After the deadline nothing settles, and yet whoever reveals gets its bond.
    function test_ARevealAfterTheDeadlineOnlyReturnsTheBond() public {
        Request memory request = _signedRequest();
        request.deadline = _now() + 4 minutes + 1;
        (_asked, _terms) = _askFor(2, request);
        _id = hub.requestIdOf(_asked);
        _sealAll(OUTPUT, OUTPUT, OUTPUT);
        _reveal(0, OUTPUT);
        vm.prank(guardian);
        hub.pause(10 minutes);
        skip(10 minutes);

        _reveal(1, OUTPUT);

        _assertStage(_asked, Stage.Sealing);
        assertEq(hub.balanceOf(_members[1]), BALANCE);
        assertEq(hub.agreementOn(_id, keccak256(OUTPUT)), 1);
        hub.refund(_asked);
    }

    /// Whatever the members answer, in whatever order: it settles exactly where two agree, and no token is lost.
    function testFuzz_SettlesExactlyWhereTwoAgree(uint256[3] memory answers, uint256 first) public {
        for (uint256 i = 0; i < 3; ++i) {
            answers[i] = bound(answers[i], 0, 3) * 2;
        }
        _sealAll(abi.encode(answers[0]), abi.encode(answers[1]), abi.encode(answers[2]));
        first = bound(first, 0, 2);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 member = (first + i) % 3;
            _reveal(member, abi.encode(answers[member]));
        }

        bool agree = answers[0] == answers[1] || answers[1] == answers[2] || answers[0] == answers[2];
        _assertStage(_asked, agree ? Stage.Settled : Stage.Sealing);
        if (!agree) {
            skip(2 minutes + 1);
            hub.refundQuorum(_asked);
        }
        _assertAllIsSomebodys();
    }
}
