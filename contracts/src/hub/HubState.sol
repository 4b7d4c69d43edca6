// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Word} from "./Words.sol";
import {RequestId} from "../types/Ids.sol";

/// @notice The hub's clock: one slot, with the request counter that every request has to write anyway.
struct Clock {
    uint64 nonce;
    /// Seconds of all pauses that are over.
    uint40 pausedSeconds;
    /// When the present pause began; zero when there is none.
    uint40 pausedAt;
    /// When the present pause ends at the latest; after it, when the last one ended.
    uint40 pauseEnds;
    /// Active time of the last pause.
    uint40 lastPause;
}

/// @notice All that a hub remembers. It lies in one struct, so that the parts of the hub that do not fit into one contract can be linked
/// libraries over it.
struct HubState {
    Clock clock;
    mapping(RequestId id => Word) words;
    /// Whose tokens they are, to be withdrawn at any time.
    mapping(address account => uint256) accounts;
    /// Fees by payee and by the hour, in active time, in whose end they are final.
    mapping(address payee => mapping(uint40 hourEnd => uint256)) earnings;
    /// What was forfeited and not burned yet.
    uint256 forfeited;
}
