// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {RequestLib} from "../../src/hub/RequestLib.sol";
import {Word, Words} from "../../src/hub/Words.sol";
import {IHub} from "../../src/interfaces/IHub.sol";
import {RequestId, VersionId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {Ask, Request, Settlement, Stage, Terms} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {HubScenario} from "../support/HubScenario.sol";

/// The one word that a request has.
contract WordsTest is Test {
    function test_NothingIsTheStageNone() public pure {
        assertEq(uint8(Words.NONE.stage()), uint8(Stage.None));
    }

    function testFuzz_OpenKeepsItsClaims(uint8 claims) public pure {
        Word word = Words.open(claims);

        assertEq(uint8(word.stage()), uint8(Stage.Open));
        assertEq(word.claims(), claims);
        assertEq(Word.unwrap(word) >> 16, 0);
    }

    function testFuzz_ClaimedKeepsItsClaimsItsTimesAndItsNode(uint8 claims, uint40 since, address node, uint40 bondedAt)
        public
        pure
    {
        Word word = Words.claimed(claims, since, node, bondedAt);

        assertEq(uint8(word.stage()), uint8(Stage.Claimed));
        assertEq(word.claims(), claims);
        assertEq(word.since(), since);
        assertEq(word.node(), node);
        assertEq(word.bondedAt(), bondedAt);
    }

    function testFuzz_SettledKeepsItsStageItsFlagsItsTimeAndTwoHundredBits(uint8 stage, uint8 flags, uint40 until, uint256 seed)
        public
        pure
    {
        Settlement memory settlement = Asks.settlementFrom(seed);
        Stage stage_ = Stage(bound(stage, uint8(Stage.Settled), uint8(Stage.Slashed)));
        Word word = Words.settled(stage_, flags, until, Words.hashOf(settlement));

        assertEq(uint8(word.stage()), uint8(stage_));
        assertEq(word.flags(), flags);
        assertEq(word.until(), until);
        assertTrue(word.keeps(settlement));
        assertEq(Word.unwrap(word) >> 56, uint256(keccak256(abi.encode(settlement))) >> 56);
        assertEq(Words.hashOf(settlement), Words.plainHashOf(settlement));
    }

    function testFuzz_ChangesFlagsAndNothingElse(uint8 flags, uint8 others, uint40 until, bytes32 hash) public pure {
        Word word = Words.settled(Stage.Settled, flags, until, hash);

        Word changed = word.withFlags(others);

        assertEq(Word.unwrap(changed), Word.unwrap(Words.settled(Stage.Settled, others, until, hash)));
        assertEq(changed.has(Words.DELIVERED), others & 1 != 0);
        assertEq(changed.has(Words.TIP_SPENT), others & 2 != 0);
    }

    function testFuzz_KeepsNoOtherSettlement(uint256 seed, uint256 field) public pure {
        Settlement memory settlement = Asks.settlementFrom(seed);
        Word word = Words.settled(Stage.Settled, 0, 0, Words.hashOf(settlement));

        _change(settlement, field % 12);

        assertFalse(word.keeps(settlement));
    }

    function test_RefundedIsAWordOfItsOwn() public pure {
        assertEq(Word.unwrap(Words.refunded()), uint256(Stage.Refunded));
    }

    function _change(Settlement memory settlement, uint256 field) private pure {
        unchecked {
            if (field == 0) settlement.outputCommit = ~settlement.outputCommit;
            else if (field == 1) settlement.node = address(uint160(settlement.node) + 1);
            else if (field == 2) settlement.payee = address(uint160(settlement.payee) + 1);
            else if (field == 3) settlement.keyEpoch++;
            else if (field == 4) settlement.issuedAt++;
            else if (field == 5) settlement.expiresAt++;
            else if (field == 6) settlement.evidenceHash = ~settlement.evidenceHash;
            else if (field == 7) settlement.assurance = Assurance((uint8(settlement.assurance) + 1) % 4);
            else if (field == 8) settlement.rootLabel = ~settlement.rootLabel;
            else if (field == 9) settlement.lien++;
            else if (field == 10) settlement.settledAt++;
            else settlement.revision++;
        }
    }
}

/// What a request is called: everything that was asked, by whom, where, and the how-manieth it is.
contract RequestIdTest is HubScenario {
    function testFuzz_TheIdIsAHashOfTheTagTheChainTheHubTheRequesterTheNonceAndTheRequest(uint256 seed) public view {
        Ask memory ask = Asks.from(seed);
        bytes32 tag = keccak256("OpenGradient.Relayer.Request.OnChain.1");
        bytes32 requestHash = keccak256(abi.encode(ask.request));

        RequestId id = hub.requestIdOf(ask);

        bytes memory preimage = abi.encode(tag, block.chainid, address(hub), ask.requester, ask.nonce, requestHash);
        assertEq(RequestId.unwrap(id), keccak256(preimage));
    }

    function testFuzz_TheIdFromMemoryIsThePlainOne(uint256 seed, uint256 dirt) public view {
        Ask memory ask = Asks.from(seed);
        // An address may come with bits above it that are not its own.
        address dirty = ask.requester;
        assembly {
            dirty := or(dirty, shl(160, dirt))
        }

        RequestId id = RequestLib.idOf(address(hub), dirty, ask.nonce, bytes32(seed));

        assertTrue(id == RequestLib.plainIdOf(address(hub), ask.requester, ask.nonce, bytes32(seed)));
    }

    function testFuzz_TheHashOfBytesIsThePlainOne(bytes memory data) public view {
        (bytes32 hash, bytes32 plain) = this.hashesOf(data);

        assertEq(hash, plain);
        assertEq(hash, keccak256(data));
    }

    function testFuzz_EveryFieldChangesTheId(uint256 seed, uint256 field) public view {
        Ask memory ask = Asks.from(seed);
        RequestId before = hub.requestIdOf(ask);

        _change(ask, field % 16);

        assertTrue(hub.requestIdOf(ask) != before);
    }

    function testFuzz_AnotherHubHasAnotherId(uint256 seed) public {
        Ask memory ask = Asks.from(seed);
        IHub other = IHub(address(uint160(address(hub)) + 1));
        vm.etch(address(other), address(hub).code);

        assertTrue(other.requestIdOf(ask) != hub.requestIdOf(ask));
    }

    function testFuzz_AnotherChainHasAnotherId(uint256 seed, uint64 chainId) public {
        Ask memory ask = Asks.from(seed);
        vm.assume(chainId != block.chainid && chainId != 0);
        RequestId here = hub.requestIdOf(ask);

        vm.chainId(chainId);

        assertTrue(hub.requestIdOf(ask) != here);
    }

    function testFuzz_TheHashFromCalldataIsThePlainOne(uint256 seed) public view {
        Request memory asked = Asks.requestFrom(seed);

        (bytes32 hash, bytes32 plain) = this.hashesOf(asked);

        assertEq(hash, plain);
        assertEq(hash, keccak256(abi.encode(asked)));
    }

    function testFuzz_TheHashOfTermsIsZeroForNoneOnly(bytes32[] memory workloads, address[] memory members) public view {
        Terms memory terms = Terms({acceptedWorkloads: workloads, members: members});
        bool isEmpty = workloads.length == 0 && members.length == 0;

        assertEq(this.hashOf(terms), isEmpty ? bytes32(0) : keccak256(abi.encode(terms)));
    }

    function hashesOf(Request calldata asked) external pure returns (bytes32, bytes32) {
        return (RequestLib.hashOf(asked), RequestLib.plainHashOf(asked));
    }

    function hashesOf(bytes calldata data) external pure returns (bytes32, bytes32) {
        return (RequestLib.hashOf(data), RequestLib.plainHashOf(data));
    }

    function hashOf(Terms calldata terms) external pure returns (bytes32) {
        return RequestLib.hashOf(terms);
    }

    function _change(Ask memory ask, uint256 field) private pure {
        Request memory asked = ask.request;
        unchecked {
            if (field == 0) asked.versionId = VersionId.wrap(~VersionId.unwrap(asked.versionId));
            else if (field == 1) asked.assurance = Assurance((uint8(asked.assurance) + 1) % 4);
            else if (field == 2) asked.assignee = address(uint160(asked.assignee) + 1);
            else if (field == 3) asked.exclusiveUntil++;
            else if (field == 4) asked.deadline++;
            else if (field == 5) asked.challengeWindow++;
            else if (field == 6) asked.callbackGas++;
            else if (field == 7) asked.flags++;
            else if (field == 8) asked.quorum++;
            else if (field == 9) asked.fee++;
            else if (field == 10) asked.deliveryTip++;
            else if (field == 11) asked.minLien++;
            else if (field == 12) asked.inputCommit = ~asked.inputCommit;
            else if (field == 13) asked.termsHash = ~asked.termsHash;
            else if (field == 14) ask.requester = address(uint160(ask.requester) + 1);
            else ask.nonce++;
        }
    }
}
