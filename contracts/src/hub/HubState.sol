// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Word} from "./Words.sol";
import {RequestId} from "../types/Ids.sol";

/// @notice The hub's clock, in one slot.
struct Clock {
    /// Seconds of all pauses that are over.
    uint40 pausedSeconds;
    /// When the present pause began; zero when there is none.
    uint40 pausedAt;
    /// When the present pause ends at the latest; after it, when the last one ended.
    uint40 pauseEnds;
    /// Active time of the last pause.
    uint40 lastPause;
}

/// @notice What members of a quorum have done. Times are active time.
struct QuorumRecord {
    uint40 sealedAt;
    /// When the last member sealed; zero while one is missing.
    uint40 allSealedAt;
    uint8 seals;
    uint8 reveals;
    mapping(address member => bytes32) sealOf;
    /// Who is paid for each answer, one for each member that stands behind it.
    mapping(bytes32 outputCommit => address[]) payees;
}

/// @notice All that a hub remembers. It lies in one struct, so that the hub's two contracts mean the same by each slot.
struct HubState {
    Clock clock;
    mapping(RequestId id => Word) words;
    /// Whose tokens they are, to be withdrawn at any time.
    mapping(address account => uint256) accounts;
    /// Fees by payee and by the hour, in active time, in whose end they are final.
    mapping(address payee => mapping(uint40 hourEnd => uint256)) earnings;
    /// What was forfeited and not burned yet.
    uint256 forfeited;
    /// Whose place the present claim takes, a claimant's or the assignee's: until it stands, that one may still settle.
    mapping(RequestId id => address node) displaced;
    mapping(RequestId id => QuorumRecord) quorums;
}
