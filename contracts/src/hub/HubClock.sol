// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Clock, HubState} from "./HubState.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";

/// @notice The hub's clock and its pause. Active time is the chain's time less all pauses: whatever runs in it, claims, windows and liens,
/// stands still while nobody could act on it.
abstract contract HubClock is IInferenceHub {
    /// @notice The longest pause, and the shortest time between two.
    uint40 public constant MAX_PAUSE = 7 days;

    address public immutable guardian;

    HubState internal _state;

    constructor(address guardian_) {
        guardian = guardian_;
    }

    /// @inheritdoc IInferenceHub
    function pause(uint40 duration) external {
        Clock memory clock = _state.clock;
        require(msg.sender == guardian, NotGuardian(msg.sender));
        require(clock.pausedAt == 0, IsPaused());
        require(duration > 0 && duration <= MAX_PAUSE, RequestInvalid("duration"));
        uint40 time = uint40(block.timestamp);
        // Time that has not stood still since the last pause: pausing again and again must not stop the hub for good.
        uint40 notBefore = clock.pauseEnds == 0 ? 0 : clock.pauseEnds + MAX_PAUSE;
        require(time >= notBefore, PauseTooSoon(notBefore));

        clock.lastPause = time - clock.pausedSeconds;
        clock.pausedAt = time;
        clock.pauseEnds = time + duration;
        _state.clock = clock;
        emit Paused(msg.sender, clock.pauseEnds);
    }

    /// @inheritdoc IInferenceHub
    function unpause() external {
        Clock memory clock = _state.clock;
        require(clock.pausedAt != 0, NotPaused());
        uint40 time = uint40(block.timestamp);
        require(msg.sender == guardian || time >= clock.pauseEnds, NotGuardian(msg.sender));

        uint40 ended = time < clock.pauseEnds ? time : clock.pauseEnds;
        uint40 lasted = ended - clock.pausedAt;
        clock.pausedSeconds += lasted;
        clock.pausedAt = 0;
        clock.pauseEnds = ended;
        _state.clock = clock;
        emit Unpaused(lasted);
    }

    /// @inheritdoc IInferenceHub
    function activeTime() public view returns (uint40) {
        return _activeTime(_state.clock);
    }

    /// @notice Whether requests, claims and settlements are stopped. A pause ends by itself.
    function isPaused() public view returns (bool) {
        return _isPaused(_state.clock);
    }

    function _isPaused(Clock memory clock) internal view returns (bool) {
        return clock.pausedAt != 0 && block.timestamp < clock.pauseEnds;
    }

    function _activeTime(Clock memory clock) internal view returns (uint40) {
        uint40 time = uint40(block.timestamp);
        if (clock.pausedAt == 0) return time - clock.pausedSeconds;
        uint40 ended = time < clock.pauseEnds ? time : clock.pauseEnds;
        return time - clock.pausedSeconds - (ended - clock.pausedAt);
    }

    /// The clock of a call that a pause stops.
    function _running() internal view returns (Clock memory clock) {
        clock = _state.clock;
        require(!_isPaused(clock), IsPaused());
    }
}
