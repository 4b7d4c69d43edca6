// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {TestToken} from "./TestToken.sol";

/// @notice Keeps a hundredth of whatever is moved on somebody's behalf.
contract FeeToken is TestToken {
    /// @inheritdoc ERC20
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _burn(from, amount / 100);
        return super.transferFrom(from, to, amount - amount / 100);
    }
}

/// @notice Moves nothing and says so by its return value only.
contract FalseToken is TestToken {
    bool public refuses;

    function refuse() external {
        refuses = true;
    }

    /// @inheritdoc ERC20
    function transfer(address to, uint256 amount) public override returns (bool) {
        return !refuses && super.transfer(to, amount);
    }

    /// @inheritdoc ERC20
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !refuses && super.transferFrom(from, to, amount);
    }
}

/// @notice Returns nothing, as the largest stablecoin does.
contract SilentToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Calls somebody before each move, as tokens after ERC-777 do.
contract HookToken is TestToken {
    address private _target;
    bytes private _call;
    bool private _entered;
    bool public reached;
    bytes public reply;

    /// Who makes the call that the hook makes.
    HookCaller public immutable CALLER = new HookCaller();

    function setHook(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_target != address(0) && !_entered) {
            _entered = true;
            (reached, reply) = CALLER.forward(_target, _call);
            _entered = false;
        }
        super._update(from, to, amount);
    }
}

/// @notice An account that does what its token says.
contract HookCaller {
    function forward(address target, bytes calldata call) external returns (bool reached, bytes memory reply) {
        return target.call(call);
    }
}

/// @notice An ordinary token with permits.
contract PermitToken is ERC20Permit {
    constructor() ERC20("Permit token", "PERMIT") ERC20Permit("Permit token") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
