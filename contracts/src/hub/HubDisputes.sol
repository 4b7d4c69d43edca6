// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {HubBase} from "./HubBase.sol";
import {Word, Words} from "./Words.sol";
import {IHubDisputes} from "../interfaces/IHubDisputes.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Settlement, Stage} from "../types/Request.sol";

/// @notice What follows from a challenge. The court judges elsewhere; here the money moves.
abstract contract HubDisputes is HubBase, IHubDisputes {
    modifier onlyCourt() {
        require(msg.sender == _court, NotCourt(msg.sender));
        _;
    }

    /// @inheritdoc IHubDisputes
    function contest(Ask calldata ask, Settlement calldata settlement) external onlyCourt {
        RequestId id = _idOf(ask);
        Word word = _state.words[id];
        Stage stage = word.stage();
        uint40 time = _activeTime(_state.clock);
        require((stage == Stage.Settled || stage == Stage.Failed) && time < word.until(), NotContestable(id, stage, word.until()));
        require(word.keeps(settlement), SettlementMismatch(id));

        _state.words[id] = word.withStage(Stage.Challenged);
        _state.earnings[settlement.payee][_hourEnd(word.until())] -= _feeOf(ask, settlement);
        emit Contested(id);

        _nodes.holdLien(settlement.node, settlement.lien, word.until(), time);
    }

    /// @inheritdoc IHubDisputes
    function uphold(Ask calldata ask, Settlement calldata settlement) external onlyCourt {
        (RequestId id, Word word) = _challenged(ask, settlement);
        _uphold(ask, id, word, settlement);
    }

    /// @inheritdoc IHubDisputes
    function overturn(Ask calldata ask, Settlement calldata settlement, address challenger, bytes32 provenOutput)
        external
        onlyCourt
    {
        (RequestId id, Word word) = _challenged(ask, settlement);
        bool isCorrected = provenOutput != bytes32(0);
        Settlement memory outcome = settlement;
        if (isCorrected) {
            outcome.outputCommit = provenOutput;
            outcome.assurance = Assurance.Proven;
            outcome.rootLabel = bytes32(0);
            outcome.settledAt = uint40(block.timestamp);
            ++outcome.revision;
            // Who was told the wrong answer is told the right one, by whoever does it first; the tip is paid once.
            uint8 flags = (word.flags() & ~Words.DELIVERED) | Words.CORRECTED;
            _state.words[id] = Words.settled(Stage.Settled, flags, 0, Words.hashOf(outcome));
        } else {
            _state.words[id] = word.withStage(Stage.Slashed);
        }

        _refundAfter(ask, settlement, word, isCorrected);
        _distribute(settlement.lien, challenger, ask.requester);
        emit Overturned(id, challenger, settlement.lien, isCorrected, outcome);

        if (settlement.lien > 0) _nodes.slashHeld(settlement.node, settlement.lien, settlement.lien);
    }

    /// The answer is final, and its fee is the payee's.
    function _uphold(Ask calldata ask, RequestId id, Word word, Settlement memory settlement) internal {
        Stage stage = settlement.outputCommit == Admission.FAILURE ? Stage.Failed : Stage.Settled;
        _state.words[id] = Words.settled(stage, word.flags(), 0, Words.hashOf(settlement));
        _state.accounts[settlement.payee] += _feeOf(ask, settlement);
        emit Upheld(id);

        _nodes.releaseHeld(settlement.node, settlement.lien);
    }

    /// What the payee would have got. The rest of the fee of a failure went back when it was settled.
    function _feeOf(Ask calldata ask, Settlement memory settlement) internal view returns (uint256) {
        uint256 fee = ask.request.fee;
        return settlement.outputCommit == Admission.FAILURE ? fee * _failureShare / 10_000 : fee;
    }

    /// The tip goes back with the fee, where nothing is left to deliver and nobody has earned it.
    function _refundAfter(Ask calldata ask, Settlement calldata settlement, Word word, bool isCorrected) private {
        uint256 amount = _feeOf(ask, settlement);
        if (!word.has(Words.TIP_SPENT) && !isCorrected) amount += ask.request.deliveryTip;
        _state.accounts[ask.requester] += amount;
    }

    /// What rounding leaves is burned, and the challenger's share where nobody has earned it.
    function _distribute(uint256 slashed, address challenger, address requester) private {
        uint256 toChallenger = challenger == NOBODY ? 0 : slashed * 3 / 10;
        uint256 toRequester = slashed / 5;
        _state.accounts[challenger] += toChallenger;
        _state.accounts[requester] += toRequester;
        _state.forfeited += slashed - toChallenger - toRequester;
    }

    function _challenged(Ask calldata ask, Settlement calldata settlement) private view returns (RequestId id, Word word) {
        id = _idOf(ask);
        word = _state.words[id];
        require(word.stage() == Stage.Challenged, NotChallenged(id, word.stage()));
        require(word.keeps(settlement), SettlementMismatch(id));
    }
}
