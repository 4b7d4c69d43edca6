// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Ask, Request, Terms} from "../../src/types/Request.sol";
import {FakeCourt} from "./Fakes.sol";
import {HubScenario} from "./HubScenario.sol";

/// @notice A quorum of three members of whom two must agree: they seal, and then they reveal.
abstract contract QuorumTest is HubScenario {
    bytes32 internal constant SALT = "salt";
    uint256 internal constant BALANCE = 1000 ether;

    address[] internal _members;
    mapping(address member => uint256) internal _keyOf;
    mapping(address member => address) internal _payeeOf;
    Ask internal _asked;
    Terms internal _terms;
    RequestId internal _id;
    uint256 private _before;

    function setUp() public virtual override {
        super.setUp();
        vm.etch(court, address(new FakeCourt()).code);
        _members = [node, otherNode, vm.addr(0xCAFE)];
        (_keyOf[node], _keyOf[otherNode], _keyOf[_members[2]]) = (NODE_KEY, OTHER_KEY, 0xCAFE);
        (_payeeOf[node], _payeeOf[otherNode], _payeeOf[_members[2]]) = (payee, otherPayee, makeAddr("thirdPayee"));
        nodes.set(_members[2], _payeeOf[_members[2]], Roles.INFERENCE | Roles.TEE, 0);
        _fund(_members[2], BALANCE);
        _sort();
        (_asked, _terms) = _askFor(2, _signedRequest());
        _id = hub.requestIdOf(_asked);
        _before = token.balanceOf(address(hub));
    }

    function _askFor(uint8 quorum, Request memory request) internal returns (Ask memory ask, Terms memory terms) {
        terms.members = _members;
        request.quorum = quorum;
        return (_askWithTerms(request, terms), terms);
    }

    function _sealAll(bytes memory first, bytes memory second, bytes memory third) internal {
        _seal(0, first);
        _seal(1, second);
        _seal(2, third);
    }

    /// An empty output is a failure.
    function _seal(uint256 member, bytes memory output) internal {
        bytes32 commit = output.length == 0 ? hub.FAILURE() : keccak256(output);
        bytes32 seal = hub.sealOf(_id, _members[member], commit, SALT);
        vm.prank(_members[member]);
        hub.sealAnswer(_asked, _terms, seal);
    }

    function _reveal(uint256 member, bytes memory output) internal {
        _reveal(member, _answer(member, output), output);
    }

    function _reveal(uint256 member, Submission memory submission, bytes memory agreed) internal {
        bytes32 commit = agreed.length == 0 ? submission.outputCommit : keccak256(agreed);
        vm.prank(_members[member]);
        hub.revealAnswer(submission, SALT, commit, agreed);
    }

    function _answer(uint256 member, bytes memory output) internal view returns (Submission memory submission) {
        submission = _submission(_asked, output);
        (submission.node, submission.payee) = (_members[member], _payeeOf[_members[member]]);
        submission.terms = _terms;
        submission.evidence = _sign(submission, _keyOf[_members[member]]);
    }

    function _failureOf(uint256 member) internal view returns (Submission memory submission) {
        submission = _answer(member, "");
        submission.outputCommit = hub.FAILURE();
        submission.evidence = _sign(submission, _keyOf[_members[member]]);
    }

    /// All three seals and the request have ended, so that every token is in an account or to be burned.
    function _assertAllIsSomebodys() internal view {
        uint256 owed = _forfeited + hub.balanceOf(requester);
        for (uint256 i = 0; i < 3; ++i) {
            owed += hub.balanceOf(_members[i]) + hub.balanceOf(_payeeOf[_members[i]]);
        }
        assertEq(owed, _before);
        assertEq(owed, token.balanceOf(address(hub)));
    }

    function _sort() internal {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2 - i; ++j) {
                if (_members[j] > _members[j + 1]) (_members[j], _members[j + 1]) = (_members[j + 1], _members[j]);
            }
        }
    }
}
