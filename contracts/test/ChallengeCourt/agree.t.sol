// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, Stage, Terms} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// When two answers of a version are the same: what committees go by, and quorums at the hub too.
contract ChallengeCourtAgreeTest is CourtTest {
    uint256 private constant OTHER_KEY = 0xB0B;

    function test_GoesByTheVersionsTolerance() public view {
        bytes memory near = _answer(1e18 + 1e15);
        assertTrue(court.agree(near, right, FLOATING));
        assertFalse(court.agree(wrong, right, FLOATING));
        assertFalse(court.agree(near, right, INTEGER));
        assertTrue(court.agree(right, right, INTEGER));
        assertFalse(court.agree(hex"00", hex"00", FLOATING), "No tensors.");
    }

    /// Two members of a quorum whose answers differ by less than the tolerance.
    function test_AQuorumSettlesWhatTheCourtFindsToAgree() public {
        (Ask memory asked, Terms memory terms) = _askQuorum();
        bytes memory near = _answer(1e18 + 1e14);
        _sealAs(asked, terms, terms.members[0], right);
        _sealAs(asked, terms, terms.members[1], near);
        _revealAs(asked, terms, terms.members[0], right, right);
        _revealAs(asked, terms, terms.members[1], near, right);

        (Stage stage,,) = hub.stateOf(hub.requestIdOf(asked));
        assertEq(uint8(stage), uint8(Stage.Settled));
        assertEq(hub.balanceOf(payee), FEE / 2);
    }

    function _askQuorum() private returns (Ask memory asked, Terms memory terms) {
        address second = vm.addr(OTHER_KEY);
        _register(OTHER_KEY, makeAddr("second payee"), Roles.INFERENCE, 1 ether);
        terms.members = new address[](2);
        (terms.members[0], terms.members[1]) = node < second ? (node, second) : (second, node);
        Request memory request = _request(FLOATING);
        (request.assignee, request.exclusiveUntil) = (address(0), 0);
        (request.quorum, request.termsHash) = (2, keccak256(abi.encode(terms)));
        asked = Asks.next(hub, requester, request);
        vm.prank(requester);
        hub.request(request, INPUT, terms);
        for (uint256 i = 0; i < 2; ++i) {
            token.mint(address(this), FEE);
            token.approve(address(hub), FEE);
            hub.deposit(terms.members[i], FEE);
        }
    }

    function _sealAs(Ask memory asked, Terms memory terms, address member, bytes memory output) private {
        bytes32 seal = hub.sealOf(hub.requestIdOf(asked), member, keccak256(output), SALT);
        vm.prank(member);
        hub.sealAnswer(asked, terms, seal);
    }

    function _revealAs(Ask memory asked, Terms memory terms, address member, bytes memory output, bytes memory agreed) private {
        Submission memory submission = _submission(asked, keccak256(output));
        (submission.terms, submission.output, submission.node) = (terms, output, member);
        submission.payee = nodes.payeeOf(member);
        uint256 key = member == node ? NODE_KEY : OTHER_KEY;
        submission.evidence = _signatureBy(key, submission, Assurance.Signed);
        vm.prank(member);
        hub.revealAnswer(submission, SALT, keccak256(agreed), agreed);
    }
}
