// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CourtBase} from "./CourtBase.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";
import {CaseStage} from "../types/Case.sol";
import {RequestId} from "../types/Ids.sol";

/// @notice Challenges that are sealed and not opened yet. Seals are told apart by their maker too, so that nobody can use up another's.
abstract contract CourtSeals is CourtBase {
    struct SealRecord {
        uint40 time;
        uint48 blockNumber;
    }

    bytes32 internal constant SEAL_TAG = keccak256("OpenGradient.Relayer.Challenge.Seal.1");

    mapping(address challenger => mapping(bytes32 seal => SealRecord)) private _seals;

    /// @inheritdoc IChallengeCourt
    function sealChallenge(bytes32 seal) external {
        require(_seals[msg.sender][seal].time == 0, SealExists(seal));

        _debit(msg.sender, _sealBond);
        _seals[msg.sender][seal] = SealRecord({time: uint40(block.timestamp), blockNumber: uint48(block.number)});
        emit ChallengeSealed(msg.sender, seal, _sealBond);
    }

    /// @inheritdoc IChallengeCourt
    function withdrawSeal(RequestId requestId, bytes32 otherCommit, bytes32 salt) external {
        require(_cases[requestId].stage != CaseStage.None, WrongStage(requestId, CaseStage.None));
        bytes32 seal = sealOf(msg.sender, requestId, otherCommit, salt);
        require(_seals[msg.sender][seal].time != 0, SealUnknown(seal));

        _returnBond(msg.sender, seal, requestId);
    }

    /// @inheritdoc IChallengeCourt
    function forfeitSeal(address challenger, bytes32 seal) external {
        SealRecord memory record = _seals[challenger][seal];
        require(record.time != 0, SealUnknown(seal));
        require(block.timestamp > record.time + _sealTime, SealNotExpired(record.time + _sealTime));

        delete _seals[challenger][seal];
        _forfeited += _sealBond;
        emit SealForfeited(challenger, seal, _sealBond);
    }

    /// @inheritdoc IChallengeCourt
    function sealedAt(address challenger, bytes32 seal) external view returns (uint40 time, uint48 blockNumber) {
        SealRecord memory record = _seals[challenger][seal];
        return (record.time, record.blockNumber);
    }

    /// @inheritdoc IChallengeCourt
    function sealOf(address challenger, RequestId requestId, bytes32 otherCommit, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(SEAL_TAG, block.chainid, address(this), challenger, requestId, otherCommit, salt));
    }

    /// Uses the caller's seal up, gives its bond back, and says in which block it was made.
    function _open(RequestId requestId, bytes32 otherCommit, bytes32 salt) internal returns (uint48 sealBlock) {
        bytes32 seal = sealOf(msg.sender, requestId, otherCommit, salt);
        SealRecord memory record = _seals[msg.sender][seal];
        require(record.time != 0, SealUnknown(seal));
        require(block.number > record.blockNumber, SealTooYoung(record.blockNumber));
        require(block.timestamp <= record.time + _sealTime, SealExpired(record.time + _sealTime));

        _returnBond(msg.sender, seal, requestId);
        return record.blockNumber;
    }

    function _returnBond(address challenger, bytes32 seal, RequestId requestId) private {
        delete _seals[challenger][seal];
        _balances[challenger] += _sealBond;
        emit SealWithdrawn(challenger, seal, requestId);
    }
}
