// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {Books} from "./Books.sol";

/// @notice The hub's clock, as its pauses tell it.
abstract contract ClockLedger is Books {
    uint40 internal pausedSeconds;
    uint40 internal pausedAt;
    /// When the present pause ends at the latest; after it, when it ended.
    uint40 internal pauseEnds;
    /// Active time of the last pause.
    uint40 internal lastPause;
    uint40 private _latest;

    function _onPaused(Vm.Log memory log) internal {
        assertEq(pausedAt, 0, "A pause began within another.");
        lastPause = _time();
        pausedAt = _now();
        pauseEnds = abi.decode(log.data, (uint40));
        assertLe(pauseEnds, pausedAt + 7 days, "A pause is too long.");
    }

    function _onUnpaused(Vm.Log memory log) internal {
        uint40 lasted = _standing();
        assertEq(abi.decode(log.data, (uint40)), lasted, "A pause was booked with another length.");
        pausedSeconds += lasted;
        pauseEnds = pausedAt + lasted;
        pausedAt = 0;
    }

    function _isPaused() internal view returns (bool) {
        return pausedAt != 0 && _now() < pauseEnds;
    }

    /// Active time: the chain's less all pauses.
    function _time() internal view returns (uint40) {
        return _now() - pausedSeconds - _standing();
    }

    /// What a bond counts from: at a pause's end it is later than the pause.
    function _bondTime() internal view returns (uint40) {
        return lastPause != 0 && _time() == lastPause ? lastPause + 1 : _time();
    }

    function _auditClock() internal view {
        assertEq(hub.activeTime(), _time(), "Active time is not the chain's less the pauses.");
    }

    /// With every call: an audit leaves nothing behind in which it could compare.
    function _readClock() internal {
        uint40 time = hub.activeTime();
        assertGe(time, _latest, "Active time went back.");
        _latest = time;
    }

    /// For how long the present pause has lasted.
    function _standing() private view returns (uint40) {
        if (pausedAt == 0) return 0;
        return (_now() < pauseEnds ? _now() : pauseEnds) - pausedAt;
    }
}
