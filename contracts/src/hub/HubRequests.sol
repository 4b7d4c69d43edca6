// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {Encodings} from "./Encodings.sol";
import {HubAccounts} from "./HubAccounts.sol";
import {HubBonds} from "./HubBonds.sol";
import {RequestLib} from "./RequestLib.sol";
import {Word, Words} from "./Words.sol";
import {IInferenceHub, Permit} from "../interfaces/IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Request, RequestFlags, Terms} from "../types/Request.sol";
import {VersionStatus} from "../types/Version.sol";

/// @notice Asking: what is accepted, and what it is called from then on.
abstract contract HubRequests is HubAccounts, HubBonds {
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_INPUT = 4096;
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_URI = 256;
    /// @inheritdoc IInferenceHub
    uint32 public constant MAX_CALLBACK_GAS = 2_000_000;
    /// @inheritdoc IInferenceHub
    uint40 public constant MAX_DEADLINE = 30 days;
    uint256 internal constant MAX_TERMS = 8;

    /// @inheritdoc IInferenceHub
    function request(Request calldata asked, bytes calldata input) external returns (RequestId) {
        require(asked.termsHash == bytes32(0) && asked.quorum == 0, RequestInvalid("termsHash"));
        return _request(asked, input);
    }

    /// @inheritdoc IInferenceHub
    function request(Request calldata asked, bytes calldata input, Terms calldata terms) external returns (RequestId) {
        return _request(asked, input, terms);
    }

    /// @inheritdoc IInferenceHub
    function request(Request calldata asked, bytes calldata input, Terms calldata terms, Permit calldata permit)
        external
        returns (RequestId)
    {
        // Whoever sees the permit can use it first, so that its failure says nothing: the transfer will tell.
        try IERC20Permit(address(_token))
            .permit(msg.sender, address(this), permit.value, permit.deadline, permit.v, permit.r, permit.s) {}
            catch {}
        return _request(asked, input, terms);
    }

    function _request(Request calldata asked, bytes calldata input, Terms calldata terms) private returns (RequestId id) {
        _check(asked, terms);
        id = _request(asked, input);
        if (asked.termsHash != bytes32(0)) emit TermsSet(id, terms);
    }

    function _request(Request calldata asked, bytes calldata input) private returns (RequestId id) {
        require(!_isPaused(_state.clock), IsPaused());
        _check(asked);
        _checkInput(asked, input);
        _checkVersion(asked);

        uint256 nonce;
        (id, nonce) = _freeId(asked);
        _state.words[id] = Words.open(0);
        Encodings.tellRequested(id, nonce, asked, input);

        uint256 amount = uint256(asked.fee) + asked.deliveryTip;
        if (asked.flags & RequestFlags.FROM_ACCOUNT == 0) _pull(msg.sender, amount);
        else _debit(msg.sender, amount);
    }

    /// The nonce is how many just like it its requester has asked before. A counter of the hub would be one more word that every request writes, one
    /// that all requests wait for where a chain executes side by side, and another one where a block is replaced.
    function _freeId(Request calldata asked) private view returns (RequestId id, uint256 nonce) {
        bytes32 hash = RequestLib.hashOf(asked);
        while (true) {
            id = RequestLib.idOf(address(this), msg.sender, nonce, hash);
            // Whatever was asked once leaves its word for good.
            if (Word.unwrap(_state.words[id]) == Word.unwrap(Words.NONE)) return (id, nonce);
            ++nonce;
        }
    }

    function _checkInput(Request calldata asked, bytes calldata input) private pure {
        if (asked.flags & RequestFlags.INPUT_AT_URI != 0) {
            require(input.length > 0 && input.length <= MAX_URI, InputTooLong(input.length, MAX_URI));
        } else if (asked.flags & RequestFlags.PRIVATE != 0) {
            require(input.length == 0, InputTooLong(input.length, 0));
        } else {
            require(input.length <= MAX_INPUT, InputTooLong(input.length, MAX_INPUT));
            require(keccak256(input) == asked.inputCommit, InputMismatch(asked.inputCommit));
        }
    }

    function _check(Request calldata asked) private view {
        Assurance assurance = asked.assurance;
        require(assurance != Assurance.None, RequestInvalid("assurance"));
        require(asked.fee > 0, RequestInvalid("fee"));
        require(asked.inputCommit != bytes32(0), RequestInvalid("inputCommit"));
        require(asked.deadline >= block.timestamp && asked.deadline <= block.timestamp + MAX_DEADLINE, RequestInvalid("deadline"));
        require(
            asked.assignee == address(0) ? asked.exclusiveUntil == 0 : asked.exclusiveUntil <= asked.deadline,
            RequestInvalid("exclusiveUntil")
        );
        require(asked.flags & ~RequestFlags.ALL == 0, RequestInvalid("flags"));
        require(
            asked.flags & RequestFlags.PRIVATE == 0 || assurance == Assurance.Attested, RequestInvalid("private, not Attested")
        );
        // Read first, whatever the assurance: what is copied into the event must be what its type can hold.
        require(asked.minLien == 0 || assurance == Assurance.Signed, RequestInvalid("minLien"));

        uint32 window = asked.challengeWindow;
        require(
            window == 0 || (assurance == Assurance.Signed && window >= _minWindow && window <= _maxWindow),
            RequestInvalid("challengeWindow")
        );
        require(asked.callbackGas <= MAX_CALLBACK_GAS, RequestInvalid("callbackGas"));
        require(asked.callbackGas > 0 || asked.deliveryTip == 0, RequestInvalid("deliveryTip"));
        // A call to an address without code succeeds and delivers nothing.
        require(asked.callbackGas == 0 || msg.sender.code.length > 0, RequestInvalid("callback without code"));
    }

    function _check(Request calldata asked, Terms calldata terms) private pure {
        bytes32 hash = RequestLib.hashOf(terms);
        require(asked.termsHash == hash, RequestInvalid("termsHash"));
        require(
            asked.quorum <= terms.members.length && (asked.quorum == 0) == (terms.members.length == 0), RequestInvalid("quorum")
        );
        if (hash == bytes32(0)) return;

        uint256 workloads = terms.acceptedWorkloads.length;
        require(
            workloads <= MAX_TERMS && (workloads == 0 || asked.assurance == Assurance.Attested),
            RequestInvalid("acceptedWorkloads")
        );
        uint256 members = terms.members.length;
        require(
            members == 0 || (members <= MAX_TERMS && asked.assurance != Assurance.Proven && asked.assignee == address(0)),
            RequestInvalid("members")
        );
        // A quorum's answer is final at once, and rests on no stake.
        require(members == 0 || (asked.challengeWindow == 0 && asked.minLien == 0), RequestInvalid("quorum with a lien"));
        for (uint256 i = 0; i < members; ++i) {
            require(terms.members[i] > (i == 0 ? address(0) : terms.members[i - 1]), RequestInvalid("members"));
        }
    }

    function _checkVersion(Request calldata asked) private view {
        VersionStatus status = _models.statusOf(asked.versionId);
        require(status == VersionStatus.Active || status == VersionStatus.Deprecated, VersionNotUsable());
        require(
            asked.assurance != Assurance.Proven || _models.termsOf(asked.versionId).proofVerifier != address(0),
            VersionNotUsable()
        );
    }
}
