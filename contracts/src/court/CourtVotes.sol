// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CourtAnswers} from "./CourtAnswers.sol";
import {Agreement} from "./Agreement.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";
import {Case, CaseStage, Member, Standings, Vote} from "../types/Case.sol";
import {RequestId} from "../types/Ids.sol";
import {Semantics} from "../types/Version.sol";

/// @notice A committee's votes. Members seal and reveal their own answers; what a vote is for follows from them.
abstract contract CourtVotes is CourtAnswers {
    bytes32 internal constant VOTE_TAG = keccak256("OpenGradient.Relayer.Challenge.Vote.1");

    /// @inheritdoc IChallengeCourt
    function sealVote(RequestId requestId, bytes32 seal) external {
        Case storage found = _caseIn(requestId, CaseStage.Voting);
        uint256 index = _indexOf(requestId, msg.sender);
        require(block.timestamp < found.revealsFrom, SealingOver(found.revealsFrom));
        require(!_has(found.sealedBy, index), AlreadySealed(msg.sender));

        uint8 sealedBy = _with(found.sealedBy, index);
        found.sealedBy = sealedBy;
        _members[requestId][index].answer = seal;
        emit VoteSealed(requestId, msg.sender, seal);
        // A node whose answer is not known yet has the whole phase to show it.
        if (sealedBy == 2 ** found.size - 1 && found.isShown) {
            found.revealsFrom = uint40(block.timestamp);
            emit RevealsBegan(requestId, uint40(block.timestamp));
        }
    }

    /// @inheritdoc IChallengeCourt
    function revealVote(RequestId requestId, Vote calldata vote) external {
        Case storage found = _caseIn(requestId, CaseStage.Voting);
        uint256 index = _indexOf(requestId, msg.sender);
        require(block.timestamp >= found.revealsFrom, SealingNotOver(found.revealsFrom));
        require(block.timestamp < found.revealsFrom + _phase, RevealingOver(found.revealsFrom + _phase));
        require(_has(found.sealedBy, index), NotSealed(msg.sender));
        require(!_has(found.revealedBy, index), AlreadyRevealed(msg.sender));
        Member[] storage members = _members[requestId];
        bytes32 seal = members[index].answer;
        require(seal == voteSealOf(requestId, msg.sender, vote.outputCommit, vote.salt), VoteMismatch(seal));
        if (vote.output.length > 0) _requireBytes(vote.outputCommit, vote.output);
        uint8 standing = _standingOf(found, members, index, vote);

        found.revealedBy = _with(found.revealedBy, index);
        found.standings = Standings.set(found.standings, index, standing);
        members[index].answer = vote.outputCommit;
        emit VoteRevealed(requestId, msg.sender, vote.outputCommit, standing, vote.output);
    }

    /// @inheritdoc IChallengeCourt
    function voteSealOf(RequestId requestId, address member, bytes32 outputCommit, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(VOTE_TAG, block.chainid, address(this), requestId, member, outputCommit, salt));
    }

    function _has(uint8 bits, uint256 index) internal pure returns (bool) {
        return (bits >> index) & 1 != 0;
    }

    /// What a vote counts for.
    function _standingOf(Case storage found, Member[] storage members, uint256 index, Vote calldata vote)
        private
        view
        returns (uint8)
    {
        bytes32 commit = vote.outputCommit;
        if (commit == bytes32(0) || commit == found.contestedCommit) return Standings.NODE;
        Semantics memory semantics = _models.semanticsOf(found.versionId);
        bool isNumbers = _isComparedByNumbers(commit, semantics);
        // Without its bytes a seal would leave its member free to stand for the node after all, once it has seen the others.
        require(!isNumbers || vote.output.length > 0, OutputMismatch(commit));
        // Where nobody has shown the node's answer it is not equal to the bit, and that is all that is known of it.
        if (found.isShown && _agree(commit, vote.output, found.contestedCommit, vote.contested, semantics)) {
            return Standings.NODE;
        }

        if (_agree(commit, vote.output, found.otherCommit, _rival(vote, 0), semantics)) return Standings.CHALLENGER;
        uint40 standings = found.standings;
        uint256 rivals = 1;
        for (uint256 i = 0; i < members.length; ++i) {
            uint8 standing = Standings.ofMember(i);
            if (Standings.at(standings, i) != standing) continue;
            if (_agree(commit, vote.output, members[i].answer, _rival(vote, rivals++), semantics)) return standing;
        }
        // What agrees with nothing, not even with itself, is no answer to hold against a node.
        if (isNumbers && !Agreement.agree(vote.output, vote.output, semantics)) return Standings.NODE;
        return Standings.ofMember(index);
    }

    /// Empty where it was not brought: that is an error only where its bytes decide.
    function _rival(Vote calldata vote, uint256 index) private pure returns (bytes calldata) {
        return index < vote.rivals.length ? vote.rivals[index] : vote.output[:0];
    }

    function _indexOf(RequestId requestId, address member) private view returns (uint256 index) {
        Member[] storage members = _members[requestId];
        while (index < members.length && members[index].node != member) ++index;
        require(index < members.length, NotMember(requestId, member));
    }

    function _with(uint8 bits, uint256 index) private pure returns (uint8) {
        // casting to 'uint8' is safe because a committee has five seats
        // forge-lint: disable-next-line(unsafe-typecast)
        return bits | uint8(2 ** index);
    }
}
