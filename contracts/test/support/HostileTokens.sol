// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A token of any number of decimals that anyone may mint.
contract DecimalsToken is ERC20 {
    uint8 private immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("Decimals token", "DEC") {
        DECIMALS = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}

/// A token that keeps a share of every transfer, in ten-thousandths, or adds one.
contract FeeToken is ERC20 {
    int256 public fee;

    constructor() ERC20("Fee token", "FEE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(int256 value) external {
        fee = value;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from == address(0) || to == address(0)) return;
        // forge-lint: disable-next-line(unsafe-typecast)
        if (fee > 0) super._update(to, address(0), amount * uint256(fee) / 10_000);
        // forge-lint: disable-next-line(unsafe-typecast)
        if (fee < 0) super._update(address(0), to, amount * uint256(-fee) / 10_000);
    }
}

/// A token of the old kind: its transfers answer nothing, or, told so, that they failed.
contract SilentToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    uint8 public constant decimals = 18;
    bool public answersFalse;

    error Insufficient();

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function setAnswersFalse(bool value) external {
        answersFalse = value;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        require(allowance[from][msg.sender] >= amount, Insufficient());
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        if (!answersFalse) {
            require(balanceOf[from] >= amount, Insufficient());
            balanceOf[from] -= amount;
            balanceOf[to] += amount;
            return;
        }
        assembly ("memory-safe") {
            mstore(0, 0)
            return(0, 32)
        }
    }
}

/// A token that lets the sender and the receiver act before it moves anything, and refuses to move nothing.
contract CallbackToken is ERC20 {
    address public target;
    bytes public call;
    bool public called;
    bool public succeeded;

    error NothingToMove();

    constructor() ERC20("Callback token", "CALL") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// Calls the target once, within the next transfer.
    function arm(address target_, bytes calldata call_) external {
        (target, call, called, succeeded) = (target_, call_, false, false);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(amount != 0, NothingToMove());
        if (target != address(0) && !called) {
            called = true;
            // What becomes of it is what the test wants to know.
            (succeeded,) = target.call(call);
        }
        super._update(from, to, amount);
    }
}
