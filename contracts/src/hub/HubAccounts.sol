// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {HubBase} from "./HubBase.sol";
import {IInferenceHub} from "../interfaces/IInferenceHub.sol";

/// @notice The hub's money: accounts, earnings that are not final yet, and what was forfeited. Tokens come in and go out here only.
abstract contract HubAccounts is HubBase, IInferenceHub {
    using SafeERC20 for IERC20;

    /// @inheritdoc IInferenceHub
    function deposit(address account, uint256 amount) external {
        _state.accounts[account] += amount;
        emit Deposited(account, msg.sender, amount);
        _pull(msg.sender, amount);
    }

    /// @inheritdoc IInferenceHub
    function withdraw(address to, uint256 amount) external {
        require(to != address(0) && to != address(this), RequestInvalid("to"));

        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        _token.safeTransfer(to, amount);
    }

    /// @inheritdoc IInferenceHub
    function collect(address payee, uint40[] calldata hourEnds) external returns (uint256 amount) {
        uint40 time = _activeTime(_state.clock);
        for (uint256 i = 0; i < hourEnds.length; ++i) {
            if (hourEnds[i] > time) continue;
            amount += _state.earnings[payee][hourEnds[i]];
            delete _state.earnings[payee][hourEnds[i]];
        }

        _state.accounts[payee] += amount;
        emit Collected(payee, amount);
    }

    /// @inheritdoc IInferenceHub
    function burn() external returns (uint256 amount) {
        amount = _state.forfeited;
        require(amount > 0, NothingToBurn());

        _state.forfeited = 0;
        emit Burned(amount);
        _token.safeTransfer(NOBODY, amount);
    }

    /// @inheritdoc IInferenceHub
    function balanceOf(address account) external view returns (uint256) {
        return _state.accounts[account];
    }

    /// @inheritdoc IInferenceHub
    function earningsOf(address payee, uint40 hourEnd) external view returns (uint256) {
        return _state.earnings[payee][hourEnd];
    }

    /// @inheritdoc IInferenceHub
    function token() external view returns (address) {
        return address(_token);
    }
}
