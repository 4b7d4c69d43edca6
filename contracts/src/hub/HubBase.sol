// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";

import {Admission} from "./Admission.sol";
import {Encodings} from "./Encodings.sol";
import {Clock, HubState} from "./HubState.sol";
import {RequestLib} from "./RequestLib.sol";
import {IAttestedKeys} from "../interfaces/IAttestedKeys.sol";
import {Finding} from "../interfaces/IEvidenceVerifier.sol";
import {IHubEvents} from "../interfaces/IHubEvents.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {HubParameters, HubParts} from "../types/HubConfig.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance, ReceiptLib} from "../types/Receipt.sol";
import {KeyRegistrationLib} from "../types/KeyRegistration.sol";
import {Ask, Request, Settlement} from "../types/Request.sol";
import {AttestedEvidence} from "../verifiers/AttestedEvidence.sol";
import {SignedEvidence} from "../verifiers/SignedEvidence.sol";

/// @notice What all parts of a hub share: what it is connected to and goes by, its memory, its clock, and the ways in which tokens come in.
/// @dev The hub's two contracts, `InferenceHub` and `HubExtension`, are built with the same parts and parameters, which stand in the code
/// of both; the memory is the hub's alone.
abstract contract HubBase is IHubEvents, EIP712 {
    using SafeERC20 for IERC20;

    /// Burned tokens go where nobody has the key. As a challenger: nobody has earned that share.
    address internal constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    IERC20 internal immutable _token;
    address internal immutable _guardian;
    IModelRegistry internal immutable _models;
    INodeRegistry internal immutable _nodes;
    IAttestedKeys internal immutable _keys;
    address internal immutable _court;
    bool internal immutable _isDevelopment;

    uint40 internal immutable _defaultWindow;
    uint40 internal immutable _minWindow;
    uint40 internal immutable _maxWindow;
    uint40 internal immutable _attestedHold;
    uint40 internal immutable _claimTimeOfOthers;
    uint40 internal immutable _provenClaimTime;
    uint40 internal immutable _deliveryTime;
    uint128 internal immutable _minBond;
    uint16 internal immutable _signedLienFees;
    uint16 internal immutable _attestedLienFees;
    uint16 internal immutable _failureShare;

    HubState internal _state;

    constructor(HubParts memory parts, HubParameters memory parameters)
        EIP712(ReceiptLib.DOMAIN_NAME, ReceiptLib.DOMAIN_VERSION)
    {
        _token = IERC20(parts.token);
        _guardian = parts.guardian;
        _models = parts.models;
        _nodes = parts.nodes;
        _keys = parts.keys;
        _court = parts.court;
        _isDevelopment = parts.isDevelopment;

        require(
            parameters.minWindow > 0 && parameters.minWindow <= parameters.defaultWindow
                && parameters.defaultWindow <= parameters.maxWindow && parameters.maxWindow <= 7 days
                && parameters.attestedHold <= 7 days,
            RequestInvalid("windows")
        );
        require(parameters.claimTime > 0 && parameters.provenClaimTime > 0, RequestInvalid("claimTime"));
        require(parameters.failureShare <= 10_000, RequestInvalid("failureShare"));
        _defaultWindow = parameters.defaultWindow;
        _minWindow = parameters.minWindow;
        _maxWindow = parameters.maxWindow;
        _attestedHold = parameters.attestedHold;
        _claimTimeOfOthers = parameters.claimTime;
        _provenClaimTime = parameters.provenClaimTime;
        _deliveryTime = parameters.deliveryTime;
        _minBond = parameters.minBond;
        _signedLienFees = parameters.signedLienFees;
        _attestedLienFees = parameters.attestedLienFees;
        _failureShare = parameters.failureShare;
    }

    /// The id of a request on this hub.
    function _idOf(Ask calldata ask) internal view returns (RequestId) {
        return RequestLib.idOf(address(this), ask.requester, ask.nonce, RequestLib.hashOf(ask.request));
    }

    /// @param domain `_domainSeparatorV4`, which whoever needs many digests asks for once.
    function _digestOf(bytes32 domain, Request calldata asked, Settlement memory taken, RequestId id, Assurance assurance)
        internal
        pure
        returns (bytes32)
    {
        return MessageHashUtils.toTypedDataHash(domain, Encodings.receiptHash(asked, taken, id, assurance));
    }

    /// Judges the evidence of a submission, for the receipt of an answer of this assurance.
    /// @param domain As in `_digestOf`.
    /// @param taken What was taken of the submission.
    /// @return holds Whether it does.
    /// @return rootLabel The label of the root of trust; zero where none is involved.
    function _judgeEvidence(
        bytes32 domain,
        Submission calldata submission,
        Settlement memory taken,
        bytes calldata evidence,
        RequestId id,
        Assurance assurance
    ) internal view returns (bool holds, bytes32 rootLabel) {
        bytes32 digest = _digestOf(domain, submission.ask.request, taken, id, assurance);
        if (assurance != Assurance.Attested) {
            Finding signed = SignedEvidence.find(taken.node, taken.keyEpoch, taken.evidenceHash, digest, evidence);
            return (signed == Finding.Holds, 0);
        }

        Finding finding;
        (finding, rootLabel) = _judgeAttested(submission, evidence, taken, digest);
        holds = finding == Finding.Holds;
    }

    function _judgeAttested(Submission calldata submission, bytes calldata evidence, Settlement memory taken, bytes32 digest)
        private
        view
        returns (Finding, bytes32 rootLabel)
    {
        bytes32 binding = KeyRegistrationLib.bindingOf(taken.node, taken.keyEpoch, taken.evidenceHash);
        return AttestedEvidence.find(_keys, _isDevelopment, binding, digest, evidence, Admission.workloadsOf(submission));
    }

    /// Makes whole a settlement of which a part was taken of its submission.
    function _complete(Settlement memory taken, Assurance assurance, bytes32 rootLabel, uint256 lien) internal view {
        (taken.assurance, taken.rootLabel, taken.lien) = (assurance, rootLabel, lien);
        taken.settledAt = uint40(block.timestamp);
    }

    function _isPaused(Clock storage clock) internal view returns (bool) {
        return clock.pausedAt != 0 && block.timestamp < clock.pauseEnds;
    }

    function _activeTime(Clock storage clock) internal view returns (uint40) {
        uint40 time = uint40(block.timestamp);
        if (clock.pausedAt == 0) return time - clock.pausedSeconds;
        uint40 ended = time < clock.pauseEnds ? time : clock.pauseEnds;
        return time - clock.pausedSeconds - (ended - clock.pausedAt);
    }

    /// Active time of a call that a pause stops. The clock is read once.
    function _runningTime() internal view returns (uint40) {
        Clock storage clock = _state.clock;
        uint40 time = uint40(block.timestamp);
        (uint40 pausedAt, uint40 pauseEnds, uint40 pausedSeconds) = (clock.pausedAt, clock.pauseEnds, clock.pausedSeconds);
        if (pausedAt == 0) return time - pausedSeconds;
        require(time >= pauseEnds, IsPaused());
        return time - pausedSeconds - (pauseEnds - pausedAt);
    }

    function _debit(address account, uint256 amount) internal {
        uint256 balance = _state.accounts[account];
        require(balance >= amount, BalanceTooSmall(balance, amount));
        _state.accounts[account] = balance - amount;
    }

    /// What comes in must be all that was sent: a token that takes a fee would leave the hub short.
    function _pull(address from, uint256 amount) internal {
        // Balances by Solady's code, which is cheaper; it takes a call that fails for 0. Tokens' own reasons come through by OpenZeppelin's.
        uint256 before = SafeTransferLib.balanceOf(address(_token), address(this));
        _token.safeTransferFrom(from, address(this), amount);
        uint256 received = SafeTransferLib.balanceOf(address(_token), address(this)) - before;
        require(received == amount, TokenTookFee(amount, received));
    }

    /// The end of the hour in which a time lies; a time at its very end lies in it.
    function _hourEnd(uint40 time) internal pure returns (uint40) {
        // Times have 40 bits, which last for 34,000 years.
        unchecked {
            return (time + 1 hours - 1) / 1 hours * 1 hours;
        }
    }
}
