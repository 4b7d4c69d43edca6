// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Refusal, Request, Settlement, Stage, Terms} from "../../src/types/Request.sol";
import {Asks} from "./Asks.sol";
import {Consumer} from "./Consumers.sol";
import {HubTest} from "./HubTest.sol";

/// @notice A hub with two nodes and a requester that is called back, and an account of all its money: whatever a scenario does, each token
/// that the hub holds must belong to somebody.
abstract contract HubScenario is HubTest {
    /// Code that stores the gas that the call came with, less two for asking, and then burns nearly all of it:
    /// GAS PUSH0 SSTORE JUMPDEST GAS PUSH2(512) LT PUSH1(3) JUMPI STOP.
    bytes internal constant GAS_METER = hex"5a5f555b5a6102001060035700";
    uint256 internal constant OTHER_KEY = 0xB0B;
    uint128 internal constant TIP = 0.05 ether;
    uint32 internal constant CALLBACK_GAS = 400_000;

    address internal immutable otherNode = vm.addr(OTHER_KEY);
    address internal immutable otherPayee = makeAddr("otherPayee");
    address internal immutable stranger = makeAddr("stranger");

    Consumer internal consumer;

    /// What a test did with a request, as far as its money goes.
    struct Entry {
        Ask ask;
        /// How many claims ran out, with the one that another let run out at settlement.
        uint8 ranOut;
        bool tipSpent;
    }

    Entry[] internal _entries;
    address[] private _people;
    uint256 internal _forfeited;

    function setUp() public virtual override {
        super.setUp();
        consumer = new Consumer();
        nodes.set(otherNode, otherPayee, Roles.INFERENCE | Roles.TEE | Roles.PROVER, type(uint128).max);
        _fund(otherNode, 1000 ether);
        _supply(address(consumer));

        address[8] memory known = [node, otherNode, payee, otherPayee, requester, stranger, address(consumer), address(this)];
        for (uint256 i = 0; i < known.length; ++i) {
            _people.push(known[i]);
        }
    }

    /// Holds the books of the hub against its tokens after the test.
    modifier conserving() {
        _;
        _assertConserved();
    }

    function _supply(address account) internal {
        token.mint(account, 1_000_000 ether);
        vm.prank(account);
        token.approve(address(hub), type(uint256).max);
    }

    function _askFrom(address from, Request memory request) internal virtual override returns (Ask memory ask) {
        ask = super._askFrom(from, request);
        _enter(ask);
    }

    function _enter(Ask memory ask) internal {
        _entries.push();
        _entries[_entries.length - 1].ask = ask;
    }

    function _noteRanOut(Ask memory ask, address from) internal {
        Entry storage entry = _entryOf(ask);
        uint256 bond = _firstBond(ask) << entry.ranOut;
        vm.expectEmit(address(hub));
        emit IHubEvents.ClaimForfeited(hub.requestIdOf(ask), from, bond);
        _forfeited += bond - bond / 2;
        ++entry.ranOut;
    }

    function _noteTip(Ask memory ask) internal {
        _entryOf(ask).tipSpent = true;
    }

    function _entryOf(Ask memory ask) private view returns (Entry storage entry) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            entry = _entries[i];
            if (keccak256(abi.encode(entry.ask)) == keccak256(abi.encode(ask))) return entry;
        }
        revert("The ask is in no entry.");
    }

    /// All that the hub holds is somebody's: accounts, earnings, what was forfeited and not burned, and for each request its escrow, the
    /// bond of its claim, what claims that ran out left, and its tip while it is not spent.
    function _assertConserved() internal view {
        uint256 owed = _forfeited;
        for (uint256 i = 0; i < _people.length; ++i) {
            owed += hub.balanceOf(_people[i]);
        }

        uint40[] memory hourEnds = new uint40[](_entries.length);
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            (Stage stage,, uint40 until) = hub.stateOf(hub.requestIdOf(entry.ask));
            Request memory asked = entry.ask.request;
            if (stage == Stage.Open || stage == Stage.Claimed) {
                owed += uint256(asked.fee) + asked.deliveryTip + _leftBy(entry.ask, entry.ranOut);
                if (stage == Stage.Claimed) owed += _firstBond(entry.ask) << entry.ranOut;
            } else if (stage == Stage.Settled || stage == Stage.Failed) {
                if (stage == Stage.Settled && !entry.tipSpent) owed += asked.deliveryTip;
                uint40 hourEnd = _hourEnd(until);
                bool isKnown;
                for (uint256 j = 0; j < i; ++j) {
                    isKnown = isKnown || hourEnds[j] == hourEnd;
                }
                hourEnds[i] = hourEnd;
                if (!isKnown) owed += hub.earningsOf(payee, hourEnd) + hub.earningsOf(otherPayee, hourEnd);
            }
        }

        assertEq(token.balanceOf(address(hub)), owed, "The hub's tokens are not what it owes.");
    }

    function _firstBond(Ask memory ask) internal pure returns (uint256) {
        return ask.request.fee > MIN_BOND ? ask.request.fee : MIN_BOND;
    }

    function _leftBy(Ask memory ask, uint256 ranOut) internal pure returns (uint256 left) {
        for (uint256 i = 0; i < ranOut; ++i) {
            left += (_firstBond(ask) * 2 ** i) / 2;
        }
    }

    function _hourEnd(uint40 time) internal pure returns (uint40) {
        return time % 1 hours == 0 ? time : time - time % 1 hours + 1 hours;
    }

    function _selectorOf(bytes memory reason) internal pure returns (bytes4) {
        // The first four bytes are all that is asked for.
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes4(reason);
    }

    function _now() internal view returns (uint40) {
        return uint40(vm.getBlockTimestamp());
    }

    function _attestedRequest() internal view returns (Request memory request) {
        request = _signedRequest();
        request.assurance = Assurance.Attested;
    }

    function _assignedRequest() internal view returns (Request memory request) {
        request = _signedRequest();
        request.assignee = node;
        request.exclusiveUntil = _now() + 30;
    }

    /// `Attested`, so that it settles without a claim, with a callback and a tip.
    function _callbackRequest() internal view returns (Request memory request) {
        request = _attestedRequest();
        request.callbackGas = CALLBACK_GAS;
        request.deliveryTip = TIP;
    }

    function _askForCallback() internal returns (Ask memory) {
        return _askFrom(address(consumer), _callbackRequest());
    }

    /// As `_submission`, of the other node.
    function _othersSubmission(Ask memory ask, bytes memory output) internal view returns (Submission memory submission) {
        submission = _submission(ask, output);
        submission.node = otherNode;
        submission.payee = otherPayee;
        submission.evidence = _sign(submission, OTHER_KEY);
    }

    function _attestedSettlement(Submission memory submission) internal view returns (Settlement memory) {
        return _settlement(submission, uint256(submission.ask.request.fee) * 20);
    }

    function _expectRefusal(Submission memory submission, Refusal refusal) internal {
        RequestId id = hub.requestIdOf(submission.ask);
        (Stage stage, address claimant, uint40 until) = hub.stateOf(id);

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.SettlementRefused.selector, id, refusal));
        hub.settle(submission);

        (Stage stageAfter, address claimantAfter, uint40 untilAfter) = hub.stateOf(id);
        assertTrue(stage == stageAfter && claimant == claimantAfter && until == untilAfter, "A refusal changed the request.");
    }

    function _assertStage(Ask memory ask, Stage expected) internal view {
        (Stage stage,,) = hub.stateOf(hub.requestIdOf(ask));
        assertEq(uint8(stage), uint8(expected));
    }

    /// As many accepted workloads.
    function _workloads(uint256 count) internal pure returns (Terms memory terms) {
        terms.acceptedWorkloads = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            terms.acceptedWorkloads[i] = keccak256(abi.encode("workload", i));
        }
    }

    function _with(Request memory request, Terms memory terms) internal pure returns (Request memory) {
        request.termsHash = keccak256(abi.encode(terms));
        return request;
    }

    function _askWithTerms(Request memory request, Terms memory terms) internal returns (Ask memory ask) {
        ask = Asks.next(hub, requester, _with(request, terms));
        vm.prank(requester);
        hub.request(ask.request, INPUT, terms);
        _enter(ask);
    }

    /// A quorum of one.
    function _askQuorum() internal returns (Ask memory, Terms memory terms) {
        Request memory request = _signedRequest();
        request.quorum = 1;
        terms.members = new address[](1);
        terms.members[0] = node;
        return (_askWithTerms(request, terms), terms);
    }

    /// Claims for the usual node and lets the claim run out.
    function _claimInVain(Ask memory ask) internal {
        vm.prank(node);
        hub.claim(ask);
        skip(2 minutes + 1);
    }
}
