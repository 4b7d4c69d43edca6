// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {ProofStatement} from "../../../src/interfaces/IEvidenceVerifier.sol";
import {Case, CaseStage, Challenge, Member, Vote} from "../../../src/types/Case.sol";
import {RequestFlags, Stage} from "../../../src/types/Request.sol";
import {SemanticsKind} from "../../../src/types/Version.sol";
import {Entry} from "../ledger/Books.sol";
import {Dice} from "../world/Dice.sol";
import {Delivering} from "./Delivering.sol";

/// @notice Challenges before the court itself: by proof, and before committees that vote, or do not.
abstract contract Trying is Delivering {
    bytes32 private constant SALT = "salt";

    /// A proof of the right answer against a wrong one. A copy of it serves nobody else.
    function challengeWithProof(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, _isWrongAndProvable, _isProvisional);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bytes32 right = keccak256(_outputOf(entry));
        bool expected = _isWrongAndProvable(entry);
        bytes memory proof = _proofFor(entry, right, court.challengeDigestOf(entry.id, challenger));
        bytes memory call = abi.encodeCall(court.challengeWithProof, (entry.ask, entry.settlement, right, proof));

        assertFalse(_act(thief, address(court), call), "A copied proof served its copier.");
        assertEq(_act(challenger, address(court), call), expected, "A proof did not overturn an answer as expected.");
        _note(expected, "overturned by proof");
    }

    /// A challenge is sealed; now and then it is never opened.
    function openCase(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _findRather(dice, _isWrongAndDisputable, _isDisputable);
        if (!isFound) return;
        Entry storage entry = entries[index];
        bytes memory other = _otherOutput(entry, dice);
        bytes32 seal = court.sealOf(challenger, entry.id, keccak256(other), SALT);
        (uint40 sealedAt,) = court.sealedAt(challenger, seal);
        bool succeeded = _act(challenger, address(court), abi.encodeCall(court.sealChallenge, (seal)));
        assertEq(succeeded, sealedAt == 0, "A challenge was not sealed as expected.");
        if (dice.chance(15)) return;

        vm.roll(vm.getBlockNumber() + 1);
        Challenge memory challenge = Challenge({
            otherOutput: other, salt: SALT, input: "", contested: entry.isFailure ? bytes("") : _bytesOf(entry), former: ""
        });
        bool expected = sealedAt == 0 || _now() <= sealedAt + SEAL_TIME;
        bytes memory call = abi.encodeCall(court.openCase, (entry.ask, entry.settlement, challenge));
        assertFalse(_act(thief, address(court), call), "Another's seal was opened.");
        assertEq(_act(challenger, address(court), call), expected, "A case was not opened as expected.");
        _note(expected, "case opened");
    }

    function summon(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isCaseOpen);
        if (!isFound) return;
        Entry storage entry = entries[index];
        // The first time it may only be prepared anew.
        if (dice.chance(70)) _summon(entry, dice.between(1, 3));
        if (_isCaseOpen(entry)) _summon(entry, 3);
        // Mostly it sits before its time is over.
        if (_isCaseVoting(entry) && dice.chance(75)) _sit(entry, dice);
    }

    function sit(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isCaseVoting);
        if (isFound) _sit(entries[index], dice);
    }

    function takeVerdict(uint256 seed) external {
        (bool isFound, uint256 index) = _find(_dice(seed), _isCaseVoting);
        if (isFound) _takeVerdict(entries[index]);
    }

    function lapse(uint256 seed) external {
        Dice memory dice = _dice(seed);
        (bool isFound, uint256 index) = _find(dice, _isCaseOpen);
        if (!isFound) return;
        Entry storage entry = entries[index];
        uint40 until = court.caseOf(entry.id).openedAt + 1 days;
        if (dice.chance(50)) _waitUntil(until + 1);
        bool expected = _now() > until;

        bool succeeded = _act(stranger, address(court), abi.encodeCall(court.lapse, (entry.ask, entry.settlement)));
        assertEq(succeeded, expected, "A case did not lapse as expected.");
        _note(expected, "case lapsed");
    }

    function forfeitChallengeSeal(uint256 seed) external {
        if (challengeSeals.length == 0) return;
        Sealed memory chosen = challengeSeals[_dice(seed).below(challengeSeals.length)];
        (uint40 sealedAt,) = court.sealedAt(chosen.challenger, chosen.seal);
        bool expected = _now() > sealedAt + SEAL_TIME;

        bytes memory call = abi.encodeCall(court.forfeitSeal, (chosen.challenger, chosen.seal));
        assertEq(_act(stranger, address(court), call), expected, "A challenge's seal was not forfeited as expected.");
        _note(expected, "challenge's seal forfeited");
    }

    function _summon(Entry storage entry, uint256 blocks) private {
        vm.roll(vm.getBlockNumber() + blocks);
        Case memory before = court.caseOf(entry.id);
        bool isThere = _now() / 1 hours != before.seedHour || vm.getBlockNumber() > before.seedBlock;
        bool expected = isThere && _now() <= before.openedAt + 1 days;

        bool succeeded = _act(stranger, address(court), abi.encodeCall(court.summon, (entry.ask, entry.settlement)));
        assertEq(succeeded, expected, "A committee was not summoned as expected.");
        CaseStage stage = court.caseOf(entry.id).stage;
        _note(stage == CaseStage.Voting, "committee drawn");
        _note(stage == CaseStage.Ended, "no committee to be had");
    }

    /// The committee sits: members seal and reveal the right answer, or keep silent, and whoever comes first has the verdict taken.
    function _sit(Entry storage entry, Dice memory dice) private {
        bytes memory other = _bytesOfOther(entry);
        Member[] memory members = court.membersOf(entry.id);
        for (uint256 i = 0; i < members.length; ++i) {
            if (_isSilent(members[i].node, dice)) continue;
            bytes32 seal = court.voteSealOf(entry.id, members[i].node, keccak256(_outputOf(entry)), SALT);
            _act(members[i].node, address(court), abi.encodeCall(court.sealVote, (entry.id, seal)));
        }
        _waitUntil(court.caseOf(entry.id).revealsFrom);
        Vote memory vote = _voteOn(entry, other);
        for (uint256 i = 0; i < members.length; ++i) {
            if (dice.chance(5)) continue;
            bool succeeded = _act(members[i].node, address(court), abi.encodeCall(court.revealVote, (entry.id, vote)));
            _note(succeeded, "vote revealed");
        }
        if (dice.chance(60)) _waitUntil(court.caseOf(entry.id).revealsFrom + PHASE);
        _takeVerdict(entry);
    }

    function _takeVerdict(Entry storage entry) internal {
        Case memory before = court.caseOf(entry.id);
        uint40 until = before.sealedBy == before.revealedBy ? before.revealsFrom : before.revealsFrom + PHASE;
        bool expected = _now() >= until;
        bool wasChallenged = entry.stage == Stage.Challenged;
        uint256 forfeitedBefore = courtForfeited;

        bool succeeded = _act(stranger, address(court), abi.encodeCall(court.judge, (entry.ask, entry.settlement)));
        assertEq(succeeded, expected, "A case did not end as expected.");
        if (!expected) return;
        assertTrue(wasChallenged && entry.stage != Stage.Challenged, "A verdict left an answer contested.");
        _note(entry.stage == Stage.Slashed ? bytes32("overturned by a committee") : bytes32("upheld by a committee"));
        _note(courtForfeited > forfeitedBefore, "silence slashed");
    }

    function _isCaseOpen(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Challenged && court.caseOf(entry.id).stage == CaseStage.Open;
    }

    function _isCaseVoting(Entry storage entry) internal view returns (bool) {
        return entry.stage == Stage.Challenged && court.caseOf(entry.id).stage == CaseStage.Voting;
    }

    /// The griefer never votes, and of the others some do not.
    function _isSilent(address member, Dice memory dice) private view returns (bool) {
        return member == griefer || dice.chance(5) || !nodes.hasRole(member, Roles.VERIFIER);
    }

    function _isDisputable(Entry storage entry) private view returns (bool) {
        if (!_isProvisional(entry) || court.caseOf(entry.id).stage != CaseStage.None) return false;
        if (entry.ask.request.flags & (RequestFlags.PRIVATE | RequestFlags.INPUT_AT_URI) != 0) return false;
        SemanticsKind kind = _kindOf(entry);
        bool isProvable = models.proofCommitmentOf(entry.ask.request.versionId) != 0;
        return kind == SemanticsKind.Float || (kind == SemanticsKind.Integer && !isProvable);
    }

    function _isWrongAndDisputable(Entry storage entry) private view returns (bool) {
        return _isDisputable(entry) && entry.settlement.outputCommit != keccak256(_outputOf(entry));
    }

    function _isWrongAndProvable(Entry storage entry) private view returns (bool) {
        return _isProvisional(entry) && models.proofCommitmentOf(entry.ask.request.versionId) != 0
            && entry.settlement.outputCommit != keccak256(_outputOf(entry));
    }

    /// The right answer against a wrong one, and mostly a wrong one against the right one.
    function _otherOutput(Entry storage entry, Dice memory dice) private view returns (bytes memory) {
        bool isRight = entry.settlement.outputCommit == keccak256(_outputOf(entry));
        if (isRight) return _variant(entry, FAR);
        return entry.isFailure && dice.chance(30) ? _variant(entry, FAR) : _outputOf(entry);
    }

    function _bytesOfOther(Entry storage entry) private view returns (bytes memory) {
        bytes32 commit = court.caseOf(entry.id).otherCommit;
        bytes memory right = _outputOf(entry);
        return keccak256(right) == commit ? right : _variant(entry, FAR);
    }

    function _voteOn(Entry storage entry, bytes memory other) private view returns (Vote memory vote) {
        vote.output = _outputOf(entry);
        vote.outputCommit = keccak256(vote.output);
        vote.salt = SALT;
        if (!entry.isFailure) vote.contested = _bytesOf(entry);
        vote.rivals = new bytes[](2);
        (vote.rivals[0], vote.rivals[1]) = (other, vote.output);
    }

    function _proofFor(Entry storage entry, bytes32 outputCommit, bytes32 digest) private view returns (bytes memory) {
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: models.proofCommitmentOf(entry.ask.request.versionId),
            inputCommit: entry.ask.request.inputCommit,
            outputCommit: outputCommit,
            receiptDigest: digest
        });
        return abi.encode(keccak256(abi.encode(statements)));
    }
}
