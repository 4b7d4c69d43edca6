// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {IInferenceHub} from "../../../src/interfaces/IInferenceHub.sol";
import {InferenceConsumer} from "../../../src/sdk/InferenceConsumer.sol";
import {MockInferenceHub} from "../../../src/sdk/MockInferenceHub.sol";
import {Answer} from "../../../src/types/Answer.sol";
import {RequestId} from "../../../src/types/Ids.sol";
import {Assurance} from "../../../src/types/Receipt.sol";
import {Ask, Request, Settlement, Terms} from "../../../src/types/Request.sol";

/// @notice Opens what a consumer inherits, and writes down what its hooks were given.
contract RecordingConsumer is InferenceConsumer {
    error Refused();

    uint256 public answers;
    uint256 public corrections;
    bytes public lastOutput;
    Answer public last;
    bool public refuses;
    uint256 public gasAtEntry;

    constructor(IInferenceHub hub_, bytes32 rootLabel_) InferenceConsumer(hub_, rootLabel_) {}

    function ask(Request calldata asked, bytes calldata input, uint40 maxAge) external returns (RequestId) {
        return _ask(asked, input, maxAge);
    }

    function askWithTerms(Request calldata asked, bytes calldata input, uint40 maxAge, Terms calldata terms)
        external
        returns (RequestId)
    {
        return _ask(asked, input, maxAge, terms);
    }

    function askFrom(address payer, Request calldata asked, bytes calldata input, uint40 maxAge) external returns (RequestId) {
        return _askFrom(payer, asked, input, maxAge);
    }

    function redeliver(Ask calldata asked, Settlement calldata settlement, bytes calldata output) external {
        _redeliver(asked, settlement, output);
    }

    function forget(RequestId id) external {
        _forget(id);
    }

    function withdraw(address to, uint256 amount) external {
        _withdraw(to, amount);
    }

    function refuse(bool refuses_) external {
        refuses = refuses_;
    }

    function questionOf(RequestId id) external view returns (Question memory) {
        return _questionOf(id);
    }

    function stands(RequestId id, Assurance assurance) external view returns (bool) {
        return _stands(id, assurance);
    }

    function _onAnswer(Answer calldata answer, bytes calldata output) internal override {
        gasAtEntry = gasleft();
        require(!refuses, Refused());
        answers++;
        (last, lastOutput) = (answer, output);
    }

    function _onCorrected(Answer calldata answer, bytes calldata output) internal override {
        corrections++;
        (last, lastOutput) = (answer, output);
    }
}

/// @notice A token that calls back while it moves: whoever is told to does something in between.
contract HookedToken is ERC20 {
    address private _target;
    bytes private _call;
    bool public succeeded;
    bytes public returned;

    constructor() ERC20("Hooked token", "HOOK") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function hook(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    /// Answers the request whose fee is just being paid.
    function hookAnswer(MockInferenceHub hub, bytes calldata output) external {
        _target = address(this);
        _call = abi.encodeCall(this.answerLast, (hub, output));
    }

    function answerLast(MockInferenceHub hub, bytes calldata output) external returns (bool delivered, bytes memory reason) {
        return hub.answer(hub.lastRequestId(), output);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (succeeded, returned) = target.call(_call);
    }
}

/// @notice A token as some older ones are: it returns nothing, and takes an allowance only where there is none.
contract OldToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    error Refused();

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        require(amount == 0 || allowance[msg.sender][spender] == 0, Refused());
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

/// @notice A token that says no instead of reverting.
contract RefusingToken {
    function approve(address, uint256) external pure returns (bool) {
        return false;
    }
}
