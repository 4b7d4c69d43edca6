// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {DataType} from "../../src/sdk/Elements.sol";
import {Challenge, Member, Vote} from "../../src/types/Case.sol";
import {AnswerSamples} from "../support/court/AnswerSamples.sol";
import {CourtTest} from "../support/court/CourtTest.sol";

/// What each step costs, without the transaction and its calldata.
contract ChallengeCourtGasTest is CourtTest {
    function test_GasOfACaseOverOneNumber() public {
        _measureCase(1);
    }

    function test_GasOfACaseOverAHundredNumbers() public {
        _measureCase(100);
    }

    function test_GasOfAProof() public {
        (ask, settlement) = _settle(_request(PROVABLE), wrong);
        id = hub.requestIdOf(ask);
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: keccak256("commitment"),
            inputCommit: keccak256(INPUT),
            outputCommit: keccak256(right),
            receiptDigest: court.challengeDigestOf(id, challenger)
        });
        bytes memory proof = bytes.concat(keccak256(abi.encode(statements)));
        vm.prank(challenger);
        court.challengeWithProof(ask, settlement, keccak256(right), proof);
        _report("challengeWithProof, without the proof", 400_000);
    }

    /// The node is wrong in its last number only, and no member's number is the challenger's to the bit: nothing is decided early.
    function _measureCase(uint256 count) private {
        right = _row(count, 0x3f800000, 0x3f800000);
        wrong = _row(count, 0x3f800002, 0x40000000);
        bytes memory found = _row(count, 0x3f800001, 0x3f800001);
        (ask, settlement) = _settle(_request(FLOATING), wrong);
        id = hub.requestIdOf(ask);
        _seal(challenger, right);
        _report("sealChallenge", 60_000);
        _nextBlock();
        Challenge memory challenge = _challenge(right);
        vm.prank(challenger);
        court.openCase(ask, settlement, challenge);
        _report("openCase", 800_000);
        vm.roll(court.caseOf(id).seedBlock + 1);
        court.summon(ask, settlement);
        _report("summon", 1_200_000);
        Member[] memory members = court.membersOf(id);
        bytes32 seal = court.voteSealOf(id, members[0].node, keccak256(found), SALT);
        vm.prank(members[0].node);
        court.sealVote(id, seal);
        _report("sealVote", 80_000);
        for (uint256 i = 1; i < SEATS; ++i) {
            _sealVote(members[i], found);
        }
        Vote memory vote = _vote(found);
        vm.prank(members[0].node);
        court.revealVote(id, vote);
        _report("revealVote", 600_000);
        for (uint256 i = 1; i < SEATS; ++i) {
            _reveal(members[i], vote);
        }
        court.judge(ask, settlement);
        _report("judge", 700_000);
        assertEq(nodes.nodeOf(node).stake, 1000 ether - LIEN);
    }

    /// Of the last call.
    function _report(string memory name, uint256 most) private {
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint(name, gas);
        assertLt(gas, most);
    }

    function _row(uint256 count, uint256 number, uint256 last) private pure returns (bytes memory) {
        uint256[] memory numbers = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            numbers[i] = i + 1 < count ? number : last;
        }
        return AnswerSamples.row(DataType.Float, numbers);
    }
}
