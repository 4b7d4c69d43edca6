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
    /// From then on answers are revealed, and none is sealed any more. Zero while it is not known.
    uint40 revealsFrom;
    /// The last second in which an answer can be revealed; zero while it is not known.
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
    /// @notice Seals the caller's answer; the bond comes from its account. Both phases must end before the request's deadline does, as far as
    /// no pause stretches them.
    /// @param seal `sealOf` the answer.
    function sealAnswer(Ask calldata ask, Terms calldata terms, bytes32 seal) external;

    /// @notice Reveals a sealed answer, gives its bond back, and counts it. Anyone may bring it.
    /// @param salt What it was sealed with.
    /// @param agreed The commitment of the earlier answer that this one agrees with; its own where it stands for itself.
    /// @param agreedOutput That answer's bytes, where they are not this one's.
    function revealAnswer(Submission calldata submission, bytes32 salt, bytes32 agreed, bytes calldata agreedOutput) external;

    /// @notice Takes the bond of a member that sealed and did not reveal in time: half is burned, half goes to the requester. Anyone may.
    function forfeitSeal(Ask calldata ask, address member) external;

    /// @notice Refunds a request whose quorum can no longer agree, before its deadline.
    function refundQuorum(Ask calldata ask, Terms calldata terms) external;

    function quorumOf(RequestId requestId) external view returns (Quorum memory);

    /// @notice How many members stand behind an answer.
    function agreementOn(RequestId requestId, bytes32 outputCommit) external view returns (uint8);

    /// @notice What a member seals: nobody else can use it, and nobody can guess the answer from it.
    function sealOf(RequestId requestId, address member, bytes32 outputCommit, bytes32 salt) external view returns (bytes32);
}
