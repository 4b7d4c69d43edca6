// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Refusal, Request, Settlement, Stage, Terms} from "../types/Request.sol";

/// @title What a hub tells, and why it refuses
interface IHubEvents {
    event Requested(RequestId indexed requestId, address indexed requester, uint256 nonce, Request request, bytes input);
    /// @notice Follows `Requested` where there are terms.
    event TermsSet(RequestId indexed requestId, Terms terms);
    event Claimed(RequestId indexed requestId, address indexed node, uint256 bond, uint40 until, uint8 claims);
    event ClaimReleased(RequestId indexed requestId, address indexed node, uint256 bond);
    event ClaimForfeited(RequestId indexed requestId, address indexed node, uint256 bond);
    /// @param until Active time at which the answer is final.
    event Settled(
        RequestId indexed requestId, address indexed node, uint40 until, Settlement settlement, bytes evidence, bytes output
    );
    /// @notice One item of a batch was not settled; nothing about its request changed.
    event SubmissionRefused(RequestId indexed requestId, address indexed node, Refusal refusal);
    /// @notice Stronger evidence stands behind the same answer.
    event Raised(RequestId indexed requestId, uint40 until, Settlement settlement);
    /// @notice Contested: nothing is paid until the court has judged.
    event Contested(RequestId indexed requestId);
    /// @notice The answer stands, for good.
    event Upheld(RequestId indexed requestId);
    /// @notice The answer was wrong. `settlement` is the proven one in its place, where there is one.
    event Overturned(
        RequestId indexed requestId, address indexed challenger, uint256 slashed, bool isCorrected, Settlement settlement
    );
    /// @notice A member of a quorum has sealed an answer.
    event AnswerSealed(RequestId indexed requestId, address indexed node, uint256 bond, uint8 seals);
    /// @param votes How many stand behind `agreed` by now; zero where the request had ended before.
    event AnswerRevealed(RequestId indexed requestId, address indexed node, bytes32 outputCommit, bytes32 agreed, uint8 votes);
    event SealReturned(RequestId indexed requestId, address indexed node, uint256 bond);
    event SealForfeited(RequestId indexed requestId, address indexed node, uint256 bond);
    event Delivered(RequestId indexed requestId, address indexed by, bool succeeded);
    event TipReclaimed(RequestId indexed requestId, uint256 tip);
    event Refunded(RequestId indexed requestId, address indexed requester, uint256 amount);
    event Collected(address indexed payee, uint256 amount);
    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event Burned(uint256 amount);
    event Paused(address indexed by, uint40 until);
    event Unpaused(uint40 pausedSeconds);

    error RequestInvalid(string what);
    error InputTooLong(uint256 length, uint256 most);
    error InputMismatch(bytes32 committed);
    error VersionNotUsable();
    error NotOpen(RequestId requestId, Stage stage);
    error DeadlinePassed(uint40 deadline);
    error DeadlineNotPassed(uint40 deadline);
    error NotClaimable(RequestId requestId, uint40 until);
    error NotClaimant(RequestId requestId, address caller);
    error ClaimStands(RequestId requestId);
    error NotANode(address caller);
    error SettlementRefused(RequestId requestId, Refusal refusal);
    error NotMember(RequestId requestId, address caller);
    error SealInvalid(RequestId requestId, address member);
    error SealStands(RequestId requestId, address member);
    error SealingOver(RequestId requestId);
    error NotRevealing(RequestId requestId, uint40 from, uint40 until);
    error AnswersDiffer(RequestId requestId, bytes32 agreed);
    error QuorumUndecided(RequestId requestId);
    error NotSettled(RequestId requestId, Stage stage);
    error SettlementMismatch(RequestId requestId);
    error OutputMismatch(bytes32 committed);
    error NoCallback(RequestId requestId);
    error AlreadyDelivered(RequestId requestId);
    error DeliveryIsTheRequesters(RequestId requestId);
    error TooLittleGas(uint256 left, uint256 needed);
    error TipNotReclaimable(RequestId requestId);
    error BalanceTooSmall(uint256 balance, uint256 amount);
    error TokenTookFee(uint256 sent, uint256 received);
    error NothingToBurn();
    error IsPaused();
    error NotPaused();
    error NotGuardian(address caller);
    error NotCourt(address caller);
    error ProofRefused();
    error OneVersionPerProof();
    error NotContestable(RequestId requestId, Stage stage, uint40 until);
    error NotChallenged(RequestId requestId, Stage stage);
    error NotARaise(Assurance from, Assurance to);
    error PauseTooSoon(uint40 notBefore);
    error BatchEmpty();
}
