// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubBase} from "./HubBase.sol";
import {Clock} from "./HubState.sol";
import {IHubPause} from "../interfaces/IHubPause.sol";

/// @notice Stopping the hub for a while.
abstract contract HubPause is HubBase, IHubPause {
    /// @inheritdoc IHubPause
    uint40 public constant MAX_PAUSE = 7 days;

    /// @inheritdoc IHubPause
    function isPaused() external view returns (bool) {
        return _isPaused(_state.clock);
    }

    /// @inheritdoc IHubPause
    function guardian() external view returns (address) {
        return _guardian;
    }

    /// @inheritdoc IHubPause
    function pause(uint40 duration) external {
        Clock memory clock = _state.clock;
        require(msg.sender == _guardian, NotGuardian(msg.sender));
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

    /// @inheritdoc IHubPause
    function unpause() external {
        Clock memory clock = _state.clock;
        require(clock.pausedAt != 0, NotPaused());
        uint40 time = uint40(block.timestamp);
        require(msg.sender == _guardian || time >= clock.pauseEnds, NotGuardian(msg.sender));

        uint40 ended = time < clock.pauseEnds ? time : clock.pauseEnds;
        uint40 lasted = ended - clock.pausedAt;
        clock.pausedSeconds += lasted;
        clock.pausedAt = 0;
        clock.pauseEnds = ended;
        _state.clock = clock;
        emit Unpaused(lasted);
    }
}
