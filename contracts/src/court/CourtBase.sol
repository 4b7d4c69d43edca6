// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "../hub/Admission.sol";
import {RequestLib} from "../hub/RequestLib.sol";
import {IAttestedKeys} from "../interfaces/IAttestedKeys.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";
import {IEvidenceVerifier} from "../interfaces/IEvidenceVerifier.sol";
import {IHub} from "../interfaces/IHub.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {Case, CaseStage, Member} from "../types/Case.sol";
import {CourtParameters, CourtParts} from "../types/CourtConfig.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Settlement, Stage} from "../types/Request.sol";

/// @notice What all parts of the court share: what it is connected to and goes by, and its memory.
abstract contract CourtBase is IChallengeCourt {
    /// Burned tokens go where nobody has the key.
    address internal constant NOBODY = 0x000000000000000000000000000000000000dEaD;
    bytes32 internal constant FAILURE = Admission.FAILURE;
    uint256 internal constant WHOLE = 10_000;

    /// @inheritdoc IChallengeCourt
    uint256 public constant SEATS = 5;
    /// @inheritdoc IChallengeCourt
    uint256 public constant MAJORITY = 4;
    /// @inheritdoc IChallengeCourt
    uint256 public constant MAX_BYTES = 64 * 1024;
    /// @inheritdoc IChallengeCourt
    uint40 public constant SUMMON_TIME = 1 days;

    address internal immutable _token;
    IHub internal immutable _hub;
    IModelRegistry internal immutable _models;
    INodeRegistry internal immutable _nodes;
    IAttestedKeys internal immutable _keys;
    IEvidenceVerifier internal immutable _attestedVerifier;

    uint40 internal immutable _phase;
    uint40 internal immutable _sealTime;
    uint128 internal immutable _sealBond;
    uint128 internal immutable _memberFee;
    uint16 internal immutable _depositShare;
    uint16 internal immutable _silenceShare;

    /// Whose tokens they are, to be withdrawn at any time. Bonds of seals and the money of open cases are in no balance.
    mapping(address account => uint256) internal _balances;
    uint256 internal _forfeited;
    mapping(RequestId id => Case) internal _cases;
    mapping(RequestId id => Member[]) internal _members;

    constructor(CourtParts memory parts_, CourtParameters memory parameters_) {
        require(parts_.token != address(0), ConfigInvalid("token"));
        require(address(parts_.hub) != address(0), ConfigInvalid("hub"));
        require(address(parts_.models) != address(0), ConfigInvalid("models"));
        require(address(parts_.nodes) != address(0), ConfigInvalid("nodes"));
        require(address(parts_.keys) != address(0), ConfigInvalid("keys"));
        require(address(parts_.attestedVerifier) != address(0), ConfigInvalid("attestedVerifier"));
        require(parameters_.phase > 0 && parameters_.phase <= 1 days, ConfigInvalid("phase"));
        require(parameters_.sealTime > 0 && parameters_.sealTime <= 1 days, ConfigInvalid("sealTime"));
        require(parameters_.sealBond > 0, ConfigInvalid("sealBond"));
        require(parameters_.memberFee > 0, ConfigInvalid("memberFee"));
        require(parameters_.depositShare <= WHOLE, ConfigInvalid("depositShare"));
        require(parameters_.silenceShare <= WHOLE, ConfigInvalid("silenceShare"));

        _token = parts_.token;
        _hub = parts_.hub;
        _models = parts_.models;
        _nodes = parts_.nodes;
        _keys = parts_.keys;
        _attestedVerifier = parts_.attestedVerifier;
        _phase = parameters_.phase;
        _sealTime = parameters_.sealTime;
        _sealBond = parameters_.sealBond;
        _memberFee = parameters_.memberFee;
        _depositShare = parameters_.depositShare;
        _silenceShare = parameters_.silenceShare;
    }

    /// @inheritdoc IChallengeCourt
    function parts() external view returns (CourtParts memory) {
        return
            CourtParts({
                token: _token, hub: _hub, models: _models, nodes: _nodes, keys: _keys, attestedVerifier: _attestedVerifier
            });
    }

    /// @inheritdoc IChallengeCourt
    function parameters() external view returns (CourtParameters memory) {
        return CourtParameters({
            phase: _phase,
            sealTime: _sealTime,
            sealBond: _sealBond,
            memberFee: _memberFee,
            depositShare: _depositShare,
            silenceShare: _silenceShare
        });
    }

    /// The id of a request on the court's hub.
    function _idOf(Ask calldata ask) internal view returns (RequestId) {
        return RequestLib.idOf(address(_hub), ask.requester, ask.nonce, RequestLib.hashOf(ask.request));
    }

    function _caseIn(RequestId id, CaseStage stage) internal view returns (Case storage found) {
        found = _cases[id];
        require(found.stage == stage, WrongStage(id, found.stage));
    }

    function _debit(address account, uint256 amount) internal {
        uint256 balance = _balances[account];
        require(balance >= amount, BalanceTooSmall(balance, amount));
        _balances[account] = balance - amount;
    }

    /// The answer stands. Where the hub no longer has it as challenged there is nothing left to do.
    function _uphold(RequestId id, Ask calldata ask, Settlement calldata settlement) internal {
        if (_isChallenged(id)) _hub.uphold(ask, settlement);
    }

    function _isChallenged(RequestId id) internal view returns (bool) {
        (Stage stage,,) = _hub.stateOf(id);
        return stage == Stage.Challenged;
    }
}
