// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CourtAnswers} from "./CourtAnswers.sol";
import {CourtSeals} from "./CourtSeals.sol";
import {Agreement} from "./Agreement.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";
import {Node, Roles} from "../interfaces/INodeRegistry.sol";
import {Case, CaseStage, Challenge, Member, Standings} from "../types/Case.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Ask, Request, RequestFlags, Settlement} from "../types/Request.sol";
import {Semantics, SemanticsKind} from "../types/Version.sol";

/// @notice Cases until their committee is drawn.
abstract contract CourtCases is CourtSeals, CourtAnswers {
    using SafeCast for uint256;

    /// A block whose hash nobody knows yet when the draw is prepared, nor one block later.
    uint256 private constant SEED_DELAY = 2;

    /// @inheritdoc IChallengeCourt
    function openCase(Ask calldata ask, Settlement calldata settlement, Challenge calldata challenge) external {
        RequestId id = _idOf(ask);
        bytes32 otherCommit = _commitOf(challenge.otherOutput);
        Semantics memory semantics = _requireDisputable(id, ask.request);
        _requireInput(ask.request, challenge.input);
        _requireOther(otherCommit, challenge.otherOutput, semantics);
        uint48 sealBlock = _open(id, otherCommit, challenge.salt);
        CaseStage stage = _cases[id].stage;
        if (stage == CaseStage.Open) {
            _takeOver(id, otherCommit, sealBlock, challenge, semantics);
            return;
        }
        require(stage == CaseStage.None, WrongStage(id, stage));

        // Where the request let the output stay off the chain, the node may not have shown it.
        bool isBrought = challenge.contested.length > 0;
        if (isBrought) _requireBytes(settlement.outputCommit, challenge.contested);
        bool isShown = isBrought || ask.request.flags & RequestFlags.OUTPUT_OFF_CHAIN == 0;
        _requireNoAgreement(isShown, settlement.outputCommit, otherCommit, challenge, semantics);
        Case storage begun = _begin(id, ask.request.versionId, settlement, otherCommit, sealBlock);
        begun.isShown = isShown;
        emit CaseOpened(id, msg.sender, begun.deposit, otherCommit, challenge.otherOutput, challenge.input);
        if (isBrought) emit OutputShown(id, challenge.contested);
        _arm(id, begun);

        // It holds the settlement against its word: node, payee and lien are those of the answer.
        _hub.contest(ask, settlement);
    }

    /// @inheritdoc IChallengeCourt
    function showOutput(RequestId requestId, bytes calldata output) external {
        Case storage found = _cases[requestId];
        require(
            found.stage == CaseStage.Open || (found.stage == CaseStage.Voting && block.timestamp < found.revealsFrom),
            WrongStage(requestId, found.stage)
        );
        // Longer bytes agree with nothing, so that members had to bring them for nothing.
        require(output.length <= Agreement.MAX_LENGTH, BytesTooLong(output.length, Agreement.MAX_LENGTH));
        _requireBytes(found.contestedCommit, output);

        found.isShown = true;
        emit OutputShown(requestId, output);
    }

    /// @inheritdoc IChallengeCourt
    function summon(Ask calldata ask, Settlement calldata settlement) external {
        RequestId id = _idOf(ask);
        Case storage found = _caseIn(id, CaseStage.Open);
        require(block.timestamp <= found.openedAt + SUMMON_TIME, SummonOver(found.openedAt + SUMMON_TIME));
        bool isSameHour = block.timestamp / 1 hours == found.seedHour;
        require(!isSameHour || block.number > found.seedBlock, SeedNotThere(found.seedBlock));
        bytes32 blockHash = blockhash(found.seedBlock);
        if (!isSameHour || blockHash == bytes32(0)) {
            _arm(id, found);
            return;
        }

        uint256 seed = uint256(keccak256(abi.encode(blockHash, id, address(this))));
        address[] memory drawn = _nodes.drawVerifiers(seed, SEATS, found.node);
        if (drawn.length < MAJORITY) {
            found.stage = CaseStage.Ended;
            _balances[found.challenger] += SEATS * _memberFee + found.deposit;
            emit CaseEnded(id, found.challenger, Standings.NODE, 0);
            _uphold(id, ask, settlement);
            return;
        }
        found.stage = CaseStage.Voting;
        found.size = uint8(drawn.length);
        found.revealsFrom = uint40(block.timestamp) + _phase;
        // The fee of a seat that stays empty goes back.
        _balances[found.challenger] += (SEATS - drawn.length) * _memberFee;
        _seat(id, drawn);
        // Said last, since what members have at stake is known only now.
        emit CommitteeDrawn(id, _members[id], found.revealsFrom);
    }

    /// @inheritdoc IChallengeCourt
    function lapse(Ask calldata ask, Settlement calldata settlement) external {
        RequestId id = _idOf(ask);
        Case storage found = _caseIn(id, CaseStage.Open);
        require(block.timestamp > found.openedAt + SUMMON_TIME, SummonNotOver(found.openedAt + SUMMON_TIME));

        found.stage = CaseStage.Ended;
        // Whoever opens a case can summon for it: a node must not stand before the court for nothing.
        _forfeited += SEATS * _memberFee;
        _balances[found.payee] += found.deposit;
        emit CaseLapsed(id, SEATS * _memberFee);
        emit CaseEnded(id, found.challenger, Standings.NODE, 0);

        _uphold(id, ask, settlement);
    }

    /// @inheritdoc IChallengeCourt
    function stakesFor(uint256 lien) public view returns (uint256 fees, uint256 bond) {
        return (SEATS * _memberFee, lien * _depositShare / WHOLE);
    }

    /// The caller's case, and its money.
    function _begin(RequestId id, VersionId versionId, Settlement calldata settlement, bytes32 otherCommit, uint48 sealBlock)
        private
        returns (Case storage begun)
    {
        (uint256 fees, uint256 bond) = stakesFor(settlement.lien);
        _debit(msg.sender, fees + bond);
        begun = _cases[id];
        begun.challenger = msg.sender;
        begun.stage = CaseStage.Open;
        begun.sealBlock = sealBlock;
        begun.node = settlement.node;
        begun.payee = settlement.payee;
        begun.openedAt = uint40(block.timestamp);
        begun.deposit = bond.toUint128();
        begun.otherCommit = otherCommit;
        begun.contestedCommit = settlement.outputCommit;
        begun.versionId = versionId;
    }

    /// Puts the caller in the place of the present challenger. The case stays what it is, the other output too: one that only nearly equals it
    /// could be made to miss the members' answers.
    function _takeOver(
        RequestId id,
        bytes32 otherCommit,
        uint48 sealBlock,
        Challenge calldata challenge,
        Semantics memory semantics
    ) private {
        Case storage found = _cases[id];
        require(sealBlock < found.sealBlock, OlderSealStands(id, found.sealBlock));
        require(_agree(otherCommit, challenge.otherOutput, found.otherCommit, challenge.former, semantics), OtherClaimStands(id));

        address former = found.challenger;
        uint256 stakes = SEATS * _memberFee + found.deposit;
        _balances[former] += stakes;
        _debit(msg.sender, stakes);
        found.challenger = msg.sender;
        found.sealBlock = sealBlock;
        emit CaseTakenOver(id, msg.sender, former);
    }

    /// Neither the seed nor the stakes of the draw are known now.
    function _arm(RequestId id, Case storage found) private {
        found.seedBlock = (block.number + SEED_DELAY).toUint48();
        found.seedHour = uint48(block.timestamp / 1 hours);
        emit CaseArmed(id, found.seedBlock);
    }

    /// Gives each drawn member a seat, and locks what it loses by silence. Where that fails, for want of free stake or of the role, which it
    /// can have left since the hour began, it has the seat all the same.
    function _seat(RequestId id, address[] memory drawn) private {
        uint40 time = _hub.activeTime();
        for (uint256 i = 0; i < drawn.length; ++i) {
            Node memory node = _nodes.nodeOf(drawn[i]);
            uint256 amount = node.stake * _silenceShare / WHOLE;
            uint256 held = _hold(drawn[i], node.payee, amount, time) ? amount : 0;
            // Written after the call, so that who starves the call of gas has none left for this either.
            _members[id].push(Member({node: drawn[i], held: held.toUint96(), answer: 0}));
        }
    }

    /// Locks and holds at once, so that a pause of the hub, in which active time stands still, makes no difference.
    function _hold(address member, address payee, uint256 amount, uint40 time) private returns (bool) {
        if (amount == 0) return false;
        uint40 until = time + 1 hours;
        try _nodes.lockLien(member, Roles.VERIFIER, payee, amount, until, time) {
            _nodes.holdLien(member, amount, until, time);
            return true;
        } catch {
            return false;
        }
    }

    function _requireDisputable(RequestId id, Request calldata asked) private view returns (Semantics memory semantics) {
        VersionId versionId = asked.versionId;
        semantics = _models.semanticsOf(versionId);
        require(semantics.kind != SemanticsKind.None, NotDisputable(versionId));
        require(_models.termsOf(versionId).proofVerifier == address(0), NotDisputable(versionId));
        require(asked.flags & RequestFlags.PRIVATE == 0, RequestIsPrivate(id));
    }

    function _requireInput(Request calldata asked, bytes calldata input) private pure {
        require(input.length <= MAX_BYTES, BytesTooLong(input.length, MAX_BYTES));
        if (input.length == 0 && asked.flags & RequestFlags.INPUT_AT_URI == 0) return;
        require(keccak256(input) == asked.inputCommit, InputMismatch(asked.inputCommit));
    }

    /// What is not even equal to itself cannot be what members agree on.
    function _requireOther(bytes32 otherCommit, bytes calldata otherOutput, Semantics memory semantics) private pure {
        require(otherOutput.length <= MAX_BYTES, BytesTooLong(otherOutput.length, MAX_BYTES));
        if (!_isComparedByNumbers(otherCommit, semantics)) return;
        require(Agreement.agree(otherOutput, otherOutput, semantics), OutputNotComparable());
    }

    /// @param isShown Whether the bytes of the node's answer are known, and must be brought where they decide.
    function _requireNoAgreement(
        bool isShown,
        bytes32 contestedCommit,
        bytes32 otherCommit,
        Challenge calldata challenge,
        Semantics memory semantics
    ) private pure {
        require(otherCommit != contestedCommit, AnswersAgree());
        if (!isShown) return;
        require(!_agree(otherCommit, challenge.otherOutput, contestedCommit, challenge.contested, semantics), AnswersAgree());
    }
}
