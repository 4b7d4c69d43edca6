// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {CourtBase} from "./CourtBase.sol";
import {IChallengeCourt} from "../interfaces/IChallengeCourt.sol";

/// @notice The court's money. Tokens come in and go out here only, but for what silent members lose.
abstract contract CourtAccounts is CourtBase {
    using SafeERC20 for IERC20;

    /// @inheritdoc IChallengeCourt
    function deposit(address account, uint256 amount) external {
        _balances[account] += amount;
        emit Deposited(account, msg.sender, amount);

        // What comes in must be all that was sent: a token that takes a fee would leave the court short.
        uint256 before = IERC20(_token).balanceOf(address(this));
        IERC20(_token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(_token).balanceOf(address(this)) - before;
        require(received == amount, TokenTookFee(amount, received));
    }

    /// @inheritdoc IChallengeCourt
    function withdraw(address to, uint256 amount) external {
        require(to != address(0) && to != address(this), RecipientInvalid(to));

        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        IERC20(_token).safeTransfer(to, amount);
    }

    /// @inheritdoc IChallengeCourt
    function burn() external returns (uint256 amount) {
        amount = _forfeited;
        require(amount > 0, NothingToBurn());

        _forfeited = 0;
        emit Burned(amount);
        IERC20(_token).safeTransfer(NOBODY, amount);
    }

    /// @inheritdoc IChallengeCourt
    function balanceOf(address account) external view returns (uint256) {
        return _balances[account];
    }

    /// @inheritdoc IChallengeCourt
    function forfeited() external view returns (uint256) {
        return _forfeited;
    }
}
