// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {Encodings} from "./Encodings.sol";
import {HubBonds} from "./HubBonds.sol";
import {HubDelivery} from "./HubDelivery.sol";
import {QuorumRecord} from "./HubState.sol";
import {RequestLib} from "./RequestLib.sol";
import {Words} from "./Words.sol";
import {IAgreement} from "../interfaces/IAgreement.sol";
import {IHubQuorum, Quorum} from "../interfaces/IHubQuorum.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Refusal, Request, Settlement, Stage, Terms} from "../types/Request.sol";

/// @notice Quorums: named members seal their answers, then reveal them, and what enough of them agree on is the answer.
abstract contract HubQuorum is HubBonds, HubDelivery, IHubQuorum {
    bytes32 private constant SEAL_TAG = keccak256("OpenGradient.Relayer.QuorumSeal");

    /// @inheritdoc IHubQuorum
    function sealAnswer(Ask calldata ask, Terms calldata terms, bytes32 seal) external {
        uint40 time = _runningTime();
        RequestId id = _idOf(ask);
        QuorumRecord storage record = _state.quorums[id];
        _requireMember(ask.request, id, terms);
        require(seal != bytes32(0) && record.sealOf[msg.sender] == bytes32(0), SealInvalid(id, msg.sender));
        if (record.sealedAt == 0) _beginSealing(ask.request, id, record, time);
        require(_mayStillSeal(ask.request, record, time), SealingOver(id));

        uint256 bond = _firstBond(ask.request);
        _debit(msg.sender, bond);
        record.sealOf[msg.sender] = seal;
        uint8 seals = ++record.seals;
        if (seals == terms.members.length) record.allSealedAt = time;
        emit AnswerSealed(id, msg.sender, bond, seals);
    }

    /// @inheritdoc IHubQuorum
    function revealAnswer(Submission calldata submission, bytes32 salt, bytes32 agreed, bytes calldata agreedOutput)
        external
        nonReentrant
    {
        RequestId id = _idOf(submission.ask);
        QuorumRecord storage record = _state.quorums[id];
        _requireRevealing(submission, id, record);
        bytes32 seal = sealOf(id, submission.node, submission.outputCommit, salt);
        require(record.sealOf[submission.node] == seal, SealInvalid(id, submission.node));

        _endSeal(record, submission.node);
        _state.accounts[submission.node] += _firstBond(submission.ask.request);
        ++record.reveals;
        // Once the request has ended there is nothing to agree on: who reveals gets its bond, and that is all.
        if (_state.words[id].stage() != Stage.Sealing || block.timestamp > submission.ask.request.deadline) {
            emit AnswerRevealed(id, submission.node, submission.outputCommit, agreed, 0);
            return;
        }

        Settlement memory settlement;
        bytes32 rootLabel = _requireGood(submission, id, settlement);
        require(_agrees(submission, record, agreed, agreedOutput), AnswersDiffer(id, agreed));
        record.payees[agreed].push(submission.payee);
        uint256 votes = record.payees[agreed].length;
        // casting to 'uint8' is safe because there are at most eight members
        // forge-lint: disable-next-line(unsafe-typecast)
        emit AnswerRevealed(id, submission.node, submission.outputCommit, agreed, uint8(votes));
        if (votes == submission.ask.request.quorum) {
            _complete(settlement, submission.ask.request.assurance, rootLabel, 0);
            _settleQuorum(submission, id, settlement, record.payees[agreed]);
        }
    }

    /// @inheritdoc IHubQuorum
    function closeSeal(Ask calldata ask, address member) external {
        RequestId id = _idOf(ask);
        QuorumRecord storage record = _state.quorums[id];
        require(record.sealOf[member] != bytes32(0), SealInvalid(id, member));
        Quorum memory quorum = _quorumOf(ask.request, record);
        require(_isOver(ask.request, quorum, _activeTime(_state.clock)), SealStands(id, member));

        _endSeal(record, member);
        uint256 bond = _firstBond(ask.request);
        if (quorum.revealsFrom == 0 || _isExcused(ask.request, member, record.sealedAt, quorum.revealsUntil)) {
            _state.accounts[member] += bond;
            emit SealReturned(id, member, bond);
        } else {
            _state.accounts[ask.requester] += bond / 2;
            _state.forfeited += bond - bond / 2;
            emit SealForfeited(id, member, bond);
        }
    }

    /// @inheritdoc IHubQuorum
    function refundQuorum(Ask calldata ask) external {
        RequestId id = _idOf(ask);
        Stage stage = _state.words[id].stage();
        require(stage == Stage.Sealing, NotOpen(id, stage));
        Quorum memory quorum = _quorumOf(ask.request, _state.quorums[id]);
        require(_isOver(ask.request, quorum, _activeTime(_state.clock)), QuorumUndecided(id));

        _refund(ask, id, 0);
    }

    /// @inheritdoc IHubQuorum
    function quorumOf(Ask calldata ask) external view returns (Quorum memory) {
        return _quorumOf(ask.request, _state.quorums[_idOf(ask)]);
    }

    /// @inheritdoc IHubQuorum
    function agreementOn(RequestId requestId, bytes32 outputCommit) external view returns (uint256) {
        return _state.quorums[requestId].payees[outputCommit].length;
    }

    /// @inheritdoc IHubQuorum
    function sealOf(RequestId requestId, address member, bytes32 outputCommit, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(SEAL_TAG, block.chainid, address(this), requestId, member, outputCommit, salt));
    }

    function _requireMember(Request calldata asked, RequestId id, Terms calldata terms) private view {
        Stage stage = _state.words[id].stage();
        require(stage == Stage.Open || stage == Stage.Sealing, NotOpen(id, stage));
        require(asked.quorum != 0 && RequestLib.hashOf(terms) == asked.termsHash, RequestInvalid("terms"));
        require(!_wasYanked(asked, block.timestamp), VersionNotUsable());
        require(!_hasLostItsKey(asked, msg.sender, block.timestamp), NotANode(msg.sender));
        require(_nodes.hasRole(msg.sender, Admission.roleFor(asked.assurance)), NotANode(msg.sender));
        for (uint256 i = 0; i < terms.members.length; ++i) {
            if (terms.members[i] == msg.sender) return;
        }
        revert NotMember(id, msg.sender);
    }

    function _beginSealing(Request calldata asked, RequestId id, QuorumRecord storage record, uint40 time) private {
        uint256 ends = block.timestamp + 2 * uint256(_claimTime(asked.assurance)) + 1;
        require(ends <= asked.deadline, DeadlinePassed(asked.deadline));

        record.sealedAt = _bondTime(time);
        _state.words[id] = Words.sealing(record.sealedAt);
    }

    function _mayStillSeal(Request calldata asked, QuorumRecord storage record, uint40 time) private view returns (bool) {
        return record.allSealedAt == 0 && time <= record.sealedAt + _claimTime(asked.assurance);
    }

    /// The seal cannot come back: a member seals one answer to a request.
    function _endSeal(QuorumRecord storage record, address member) private {
        record.sealOf[member] = bytes32(0);
    }

    function _requireRevealing(Submission calldata submission, RequestId id, QuorumRecord storage record) private view {
        uint40 time = _runningTime();
        Quorum memory quorum = _quorumOf(submission.ask.request, record);
        require(msg.sender == submission.node, NotMember(id, msg.sender));
        require(
            quorum.revealsFrom != 0 && time >= quorum.revealsFrom && time <= quorum.revealsUntil,
            NotRevealing(id, quorum.revealsFrom, quorum.revealsUntil)
        );
    }

    function _requireGood(Submission calldata submission, RequestId id, Settlement memory settlement)
        private
        view
        returns (bytes32 rootLabel)
    {
        Request calldata asked = submission.ask.request;
        require(submission.expiresAt >= block.timestamp, SettlementRefused(id, Refusal.ReceiptExpired));
        require(Admission.areTerms(submission, asked), SettlementRefused(id, Refusal.TermsMismatch));
        require(Admission.isOutputThere(submission, submission.output), SettlementRefused(id, Refusal.OutputMismatch));
        // No stake is locked, which would have asked for role and payee.
        require(
            _nodes.hasRole(submission.node, Admission.roleFor(asked.assurance))
                && _nodes.payeeOf(submission.node) == submission.payee,
            SettlementRefused(id, Refusal.LienRefused)
        );
        Encodings.take(settlement, submission);
        bool holds;
        (holds, rootLabel) =
            _judgeEvidence(_domainSeparatorV4(), submission, settlement, submission.evidence, id, asked.assurance);
        require(holds, SettlementRefused(id, Refusal.EvidenceRefused));
    }

    /// Whether the answer is the one that it says it agrees with, or one that another member stands behind and that is near enough.
    function _agrees(Submission calldata submission, QuorumRecord storage record, bytes32 agreed, bytes calldata agreedOutput)
        private
        view
        returns (bool)
    {
        if (agreed == submission.outputCommit) return true;
        // An output that may stay off the chain may be missing; what is not there agrees with nothing.
        return record.payees[agreed].length != 0 && keccak256(agreedOutput) == agreed
            && keccak256(submission.output) == submission.outputCommit
            && IAgreement(_court).agree(submission.output, agreedOutput, submission.ask.request.versionId);
    }

    /// Final and paid at once: its certainty is that of the members.
    function _settleQuorum(Submission calldata submission, RequestId id, Settlement memory settlement, address[] storage payees)
        private
    {
        Request calldata asked = submission.ask.request;
        bool isFailure = submission.outputCommit == Admission.FAILURE;
        uint256 fee = asked.fee;
        if (isFailure) {
            uint256 share = fee * _failureShare / 10_000;
            _state.accounts[submission.ask.requester] += fee - share + asked.deliveryTip;
            fee = share;
        }

        _state.words[id] = isFailure
            ? Words.settled(Stage.Failed, Words.TIP_SPENT, 0, Words.hashOf(settlement))
            : Words.settled(Stage.Settled, 0, 0, Words.hashOf(settlement));
        _share(fee, payees);
        Encodings.tellSettled(id, 0, settlement, submission.evidence, submission.output);

        bytes calldata output = submission.output;
        if (_wantsDelivery(submission, output)) _deliver(submission.ask, id, settlement, output, submission.payee);
    }

    /// What division leaves is burned.
    function _share(uint256 fee, address[] storage payees) private {
        uint256 count = payees.length;
        uint256 share = fee / count;
        for (uint256 i = 0; i < count; ++i) {
            _state.accounts[payees[i]] += share;
        }
        _state.forfeited += fee - share * count;
    }

    /// Members reveal when all have sealed, or when the time for sealing is over and enough have.
    function _quorumOf(Request calldata asked, QuorumRecord storage record) private view returns (Quorum memory quorum) {
        uint40 phase = _claimTime(asked.assurance);
        quorum.sealedAt = record.sealedAt;
        (quorum.seals, quorum.reveals) = (record.seals, record.reveals);
        if (record.allSealedAt != 0) quorum.revealsFrom = record.allSealedAt;
        else if (record.seals >= asked.quorum && record.sealedAt != 0) quorum.revealsFrom = record.sealedAt + phase + 1;
        if (quorum.revealsFrom != 0) quorum.revealsUntil = quorum.revealsFrom + phase;
    }

    /// Whether nothing can be sealed or revealed any more, where something was sealed.
    function _isOver(Request calldata asked, Quorum memory quorum, uint40 time) private view returns (bool) {
        return quorum.revealsFrom == 0 ? time > quorum.sealedAt + _claimTime(asked.assurance) : time > quorum.revealsUntil;
    }
}
