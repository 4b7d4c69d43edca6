// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "./IHubEvents.sol";
import {Submission} from "./IInferenceHub.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, Terms} from "../types/Request.sol";

/// @notice Where a quorum stands. Times are active time.
struct Quorum {
    /// When the first member sealed; zero where none has.
    uint40 sealedAt;
    /// From then on answers are revealed, and none is sealed any more. Zero while too few have sealed.
    uint40 revealsFrom;
    /// The last second in which an answer can be revealed; zero while too few have sealed.
    uint40 revealsUntil;
    uint8 seals;
    uint8 reveals;
}

/// @title Quorums: some of the named members must agree
/// @notice Every member seals its answer against a bond, none reveals before all have sealed or the time for it is over, and the first answer
/// on which enough of them agree is the request's: final at once, its fee shared by those who agreed. Where they do not agree the request is
/// refunded, and nobody is slashed. Who sealed and does not reveal loses its bond.
/// @dev Answers agree as the version has it: equal where it is `Integer` or `None`, within its tolerance where it is `Float`. Whoever reveals
/// names an earlier answer that its own agrees with, or stands for its own.
interface IHubQuorum is IHubEvents {
    /// @notice Seals the caller's answer; the bond, that of a first claim, comes from its account. The first seal must leave time for both phases,
    /// of a claim's time each, before the deadline.
    /// @param seal `sealOf` the answer.
    function sealAnswer(Ask calldata ask, Terms calldata terms, bytes32 seal) external;

    /// @notice Reveals the caller's sealed answer, gives its bond back, and counts it. Only the member itself: whoever brought it could make it
    /// agree with nothing.
    /// @param salt What it was sealed with.
    /// @param agreed The commitment of the earlier answer that this one agrees with; its own where it stands for itself.
    /// @param agreedOutput That answer's bytes, where they are not this one's. Then this one's are there too, also where the request allows none.
    function revealAnswer(Submission calldata submission, bytes32 salt, bytes32 agreed, bytes calldata agreedOutput) external;

    /// @notice Ends the seal of a member that did not reveal, once the time for it is over. Its bond is lost, half of it burned and half to the
    /// requester; it goes back where too few sealed, or the member is excused as a claimant would be, by what came between the first seal and the end
    /// of both phases. Anyone may. Never paused.
    function closeSeal(Ask calldata ask, address member) external;

    /// @notice Refunds a request whose quorum can no longer agree, before its deadline. Anyone may. Never paused.
    function refundQuorum(Ask calldata ask) external;

    function quorumOf(Ask calldata ask) external view returns (Quorum memory);

    /// @notice How many members stand behind an answer.
    function agreementOn(RequestId requestId, bytes32 outputCommit) external view returns (uint256);

    /// @notice What a member seals: nobody else can use it, and nobody can guess the answer from it.
    function sealOf(RequestId requestId, address member, bytes32 outputCommit, bytes32 salt) external view returns (bytes32);
}
