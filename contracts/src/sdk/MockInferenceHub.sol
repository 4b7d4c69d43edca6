// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubMulticall} from "../interfaces/IHubMulticall.sol";
import {IInferenceHub, Permit, Submission} from "../interfaces/IInferenceHub.sol";
import {Answer, IInferenceCallback} from "../types/Answer.sol";
import {RequestId} from "../types/Ids.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement, Stage, Terms} from "../types/Request.sol";
import {FeeToken, IFeeToken} from "./FeeToken.sol";

/// @title A hub for the tests of a dApp
/// @notice It takes requests as the hub does and answers them as the test says:
///
///     MockInferenceHub hub = new MockInferenceHub(address(token), "production");
///     ... the dApp asks ...
///     (bool delivered, bytes memory reason) = hub.answer(hub.lastRequestId(), output);
///
/// @dev Warning: for tests only. It has no nodes and no evidence: whoever calls it answers. Ids are not those that the hub would give.
contract MockInferenceHub is IInferenceHub, IHubMulticall {
    using FeeToken for IFeeToken;

    /// What a test can ask about a request.
    struct Asked {
        Request request;
        address requester;
        uint256 nonce;
        bytes input;
        Stage stage;
        uint40 provisionalUntil;
        uint8 revision;
    }

    /// @notice What an answer says beside its output.
    struct Given {
        Assurance assurance;
        bytes32 rootLabel;
        uint40 settledAt;
        uint40 provisionalUntil;
        uint8 revision;
    }

    /// @notice This hub does not do that.
    error NotMocked(string what);
    error CallbackGasNotThere(uint256 left, uint256 needed);

    /// @inheritdoc IInferenceHub
    bytes32 public constant FAILURE = bytes32(uint256(keccak256("OpenGradient.Relayer.Failure")) - 1);
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_INPUT = 4096;
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_OUTPUT = 32 * 1024;
    /// @inheritdoc IInferenceHub
    uint256 public constant MAX_URI = 256;
    /// @inheritdoc IInferenceHub
    uint32 public constant MAX_CALLBACK_GAS = 2_000_000;
    /// @inheritdoc IInferenceHub
    uint40 public constant MAX_DEADLINE = 30 days;
    /// @inheritdoc IInferenceHub
    uint8 public constant MAX_CLAIMS = 8;

    /// @notice The node's share of the fee when an input cannot be run, in hundredths of a percent.
    uint256 public constant FAILURE_SHARE = 2000;

    /// @notice How long an answer below `Proven` is provisional.
    uint40 public constant WINDOW = 2 hours;

    IFeeToken private immutable _token;

    /// @notice The label that `Attested` answers get.
    bytes32 public immutable rootLabel;

    /// @notice All requests, oldest first.
    RequestId[] public requestIds;

    mapping(RequestId id => Asked) private _asked;
    mapping(address account => uint256) private _accounts;

    /// @param token_ The token that fees are paid in.
    constructor(address token_, bytes32 rootLabel_) {
        _token = IFeeToken(token_);
        rootLabel = rootLabel_;
    }

    /// @notice Answers as it was asked for. Calls back with exactly the gas that the request says.
    /// @return delivered Whether the callback succeeded.
    /// @return reason What it reverted with, if not.
    function answer(RequestId id, bytes calldata output) external returns (bool delivered, bytes memory reason) {
        Assurance assurance = _asked[id].request.assurance;
        uint40 time = uint40(block.timestamp);
        return answerWith(
            id,
            output,
            Given({
                assurance: assurance,
                rootLabel: assurance == Assurance.Attested ? rootLabel : bytes32(0),
                settledAt: time,
                provisionalUntil: assurance == Assurance.Proven ? time : time + WINDOW,
                revision: 0
            })
        );
    }

    /// @notice Answers with what the test says, even where the hub never would.
    function answerWith(RequestId id, bytes calldata output, Given memory given)
        public
        returns (bool delivered, bytes memory reason)
    {
        Asked storage asked = _asked[id];
        require(asked.stage == Stage.Open || asked.stage == Stage.Settled, NotOpen(id, asked.stage));
        (asked.stage, asked.provisionalUntil, asked.revision) = (Stage.Settled, given.provisionalUntil, given.revision);
        uint256 callbackGas = asked.request.callbackGas;
        if (callbackGas == 0) return (false, "");

        Answer memory told = Answer({
            requestId: id,
            versionId: asked.request.versionId,
            assurance: given.assurance,
            rootLabel: given.rootLabel,
            outputCommit: keccak256(output),
            settledAt: given.settledAt,
            provisionalUntil: given.provisionalUntil,
            revision: given.revision
        });
        bytes memory call = abi.encodeCall(IInferenceCallback.onInference, (told, output));
        // The EVM passes on 63/64 of what is left.
        uint256 needed = callbackGas + callbackGas / 63 + 40_000;
        require(gasleft() >= needed, CallbackGasNotThere(gasleft(), needed));
        (delivered, reason) = asked.requester.call{gas: callbackGas}(call);
        emit Delivered(id, msg.sender, delivered);
    }

    /// @notice Says that the input cannot be run. There is no callback; the fee, less the node's share, goes back to the requester's account.
    function fail(RequestId id) external {
        Asked storage asked = _open(id);
        asked.stage = Stage.Failed;
        asked.provisionalUntil = uint40(block.timestamp) + WINDOW;
        _accounts[asked.requester] += asked.request.fee - asked.request.fee * FAILURE_SHARE / 10_000 + asked.request.deliveryTip;
    }

    /// @notice Takes an answer back without another in its place; the fee goes back to the requester's account.
    function slash(RequestId id) external {
        Asked storage asked = _asked[id];
        require(asked.stage == Stage.Settled, NotSettled(id, asked.stage));
        asked.stage = Stage.Slashed;
        _accounts[asked.requester] += asked.request.fee;
    }

    /// @notice The request that was made last.
    function lastRequestId() external view returns (RequestId) {
        return requestIds[requestIds.length - 1];
    }

    /// @notice All that is known of a request.
    function askedOf(RequestId id) external view returns (Asked memory) {
        return _asked[id];
    }

    /// @inheritdoc IInferenceHub
    function request(Request calldata asked, bytes calldata input) external returns (RequestId) {
        require(asked.termsHash == bytes32(0) && asked.quorum == 0, RequestInvalid("termsHash"));
        return _request(asked, input);
    }

    /// @inheritdoc IInferenceHub
    function request(Request calldata asked, bytes calldata input, Terms calldata) external returns (RequestId) {
        return _request(asked, input);
    }

    /// @inheritdoc IInferenceHub
    /// @dev The permit is not tried: give an allowance.
    function request(Request calldata asked, bytes calldata input, Terms calldata, Permit calldata) external returns (RequestId) {
        return _request(asked, input);
    }

    /// @inheritdoc IHubMulticall
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool succeeded, bytes memory result) = address(this).delegatecall(calls[i]);
            if (!succeeded) {
                assembly ("memory-safe") {
                    revert(add(result, 32), mload(result))
                }
            }
            results[i] = result;
        }
    }

    /// @inheritdoc IInferenceHub
    function refund(Ask calldata ask) external {
        RequestId id = requestIdOf(ask);
        Asked storage asked = _open(id);
        require(block.timestamp > asked.request.deadline, DeadlineNotPassed(asked.request.deadline));
        uint256 amount = uint256(asked.request.fee) + asked.request.deliveryTip;
        asked.stage = Stage.Refunded;
        _accounts[asked.requester] += amount;
        emit Refunded(id, asked.requester, amount);
    }

    /// @inheritdoc IInferenceHub
    function deposit(address account, uint256 amount) external {
        _accounts[account] += amount;
        emit Deposited(account, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IInferenceHub
    function withdraw(address to, uint256 amount) external {
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        _token.safeTransfer(to, amount);
    }

    /// @inheritdoc IInferenceHub
    function stateOf(RequestId id) external view returns (Stage stage, address node, uint40 until) {
        return (_asked[id].stage, address(0), _asked[id].provisionalUntil);
    }

    /// @inheritdoc IInferenceHub
    function isFinal(RequestId id) external view returns (bool) {
        Stage stage = _asked[id].stage;
        return (stage == Stage.Settled || stage == Stage.Failed) && block.timestamp >= _asked[id].provisionalUntil;
    }

    /// @inheritdoc IInferenceHub
    function revisionOf(RequestId id) external view returns (uint8) {
        return _asked[id].revision;
    }

    /// @inheritdoc IInferenceHub
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account];
    }

    /// @inheritdoc IInferenceHub
    function activeTime() external view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @inheritdoc IInferenceHub
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IInferenceHub
    function requestIdOf(Ask calldata ask) public view returns (RequestId) {
        return _idOf(abi.encode(ask));
    }

    /// @notice Not mocked.
    function claim(Ask calldata) external pure {
        revert NotMocked("claim");
    }

    /// @notice Not mocked: call `answer`.
    function settle(Submission calldata) external pure {
        revert NotMocked("settle");
    }

    /// @notice Not mocked: call `answer`.
    function settleBatch(Submission[] calldata) external pure returns (uint256) {
        revert NotMocked("settleBatch");
    }

    /// @notice Not mocked: call `answerWith` again.
    function deliver(Ask calldata, Settlement calldata, bytes calldata) external pure {
        revert NotMocked("deliver");
    }

    /// @notice Not mocked.
    function collect(address, uint40[] calldata) external pure returns (uint256) {
        revert NotMocked("collect");
    }

    /// @notice Not mocked.
    function burn() external pure returns (uint256) {
        revert NotMocked("burn");
    }

    /// @notice Not mocked.
    function earningsOf(address, uint40) external pure returns (uint256) {
        revert NotMocked("earningsOf");
    }

    /// @notice Not mocked.
    function bondFor(Ask calldata) external pure returns (uint256) {
        revert NotMocked("bondFor");
    }

    /// @notice Not mocked.
    function digestOf(Receipt calldata) external pure returns (bytes32) {
        revert NotMocked("digestOf");
    }

    /// The checks of the hub that a dApp can run into.
    function _request(Request calldata asked, bytes calldata input) private returns (RequestId id) {
        require(asked.assurance != Assurance.None, RequestInvalid("assurance"));
        require(asked.fee > 0, RequestInvalid("fee"));
        require(asked.deadline >= block.timestamp && asked.deadline <= block.timestamp + MAX_DEADLINE, RequestInvalid("deadline"));
        require(asked.callbackGas <= MAX_CALLBACK_GAS, RequestInvalid("callbackGas"));
        require(asked.callbackGas == 0 || msg.sender.code.length > 0, RequestInvalid("callback without code"));
        require(input.length <= MAX_INPUT, InputTooLong(input.length, MAX_INPUT));
        bool isElsewhere = asked.flags & (RequestFlags.INPUT_AT_URI | RequestFlags.PRIVATE) != 0;
        require(isElsewhere || keccak256(input) == asked.inputCommit, InputMismatch(asked.inputCommit));

        uint256 nonce = requestIds.length;
        id = _idOf(abi.encode(Ask({request: asked, requester: msg.sender, nonce: nonce})));
        requestIds.push(id);
        Asked storage stored = _asked[id];
        (stored.request, stored.requester, stored.nonce) = (asked, msg.sender, nonce);
        (stored.input, stored.stage) = (input, Stage.Open);
        emit Requested(id, msg.sender, nonce, asked, input);

        uint256 amount = uint256(asked.fee) + asked.deliveryTip;
        if (asked.flags & RequestFlags.FROM_ACCOUNT != 0) _debit(msg.sender, amount);
        else _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _debit(address account, uint256 amount) private {
        uint256 balance = _accounts[account];
        require(balance >= amount, BalanceTooSmall(balance, amount));
        _accounts[account] = balance - amount;
    }

    function _idOf(bytes memory ask) private view returns (RequestId) {
        return RequestId.wrap(keccak256(abi.encode("MockInferenceHub", block.chainid, address(this), ask)));
    }

    function _open(RequestId id) private view returns (Asked storage asked) {
        asked = _asked[id];
        require(asked.stage == Stage.Open, NotOpen(id, asked.stage));
    }
}
