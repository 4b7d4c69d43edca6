// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {Permit, Submission} from "../../src/interfaces/IInferenceHub.sol";
import {MockInferenceHub} from "../../src/sdk/MockInferenceHub.sol";
import {Answer, IInferenceCallback} from "../../src/types/Answer.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement, Stage, Terms} from "../../src/types/Request.sol";
import {ConsumerTest} from "../support/sdk/ConsumerTest.sol";

contract MockInferenceHubTest is ConsumerTest, IInferenceCallback {
    uint256 private _gas;

    function onInference(Answer calldata, bytes calldata) external {
        _gas = gasleft();
    }

    function test_GivesExactlyTheGasThatWasAskedFor() public {
        Request memory asked = _request(Assurance.Signed);
        asked.callbackGas = 77_777;
        token.mint(address(this), FEE);
        token.approve(address(hub), FEE);
        RequestId id = hub.request(asked, INPUT);
        hub.answer(id, OUTPUT);
        // A few opcodes until the first line.
        assertApproxEqAbs(_gas, 77_777, 1000);
        assertLt(_gas, 77_777);
    }

    function test_RevertWhen_ThereIsTooLittleGasForTheCallback() public {
        RequestId id = _ask(Assurance.Signed);
        (bool succeeded, bytes memory reason) = address(hub).call{gas: 320_000}(abi.encodeCall(hub.answer, (id, OUTPUT)));
        assertFalse(succeeded);
        assertEq(bytes4(reason), MockInferenceHub.CallbackGasNotThere.selector);
    }

    function test_MakesManyCallsInTheCallersName() public {
        Request memory asked = _request(Assurance.Signed);
        asked.flags = RequestFlags.FROM_ACCOUNT;
        token.mint(address(this), 2 * FEE);
        token.approve(address(hub), 2 * FEE);
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(hub.deposit, (address(this), 2 * FEE));
        calls[1] = abi.encodeWithSignature(
            "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes)",
            asked,
            INPUT
        );
        calls[2] = calls[1];

        bytes[] memory results = hub.multicall(calls);

        RequestId second = abi.decode(results[2], (RequestId));
        assertTrue(hub.lastRequestId() == second);
        assertEq(hub.askedOf(second).requester, address(this));
        assertEq(hub.balanceOf(address(this)), 0);
        calls[0] = calls[1];
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 0, FEE));
        hub.multicall(calls);
    }

    function test_WithoutACallbackItOnlySettles() public {
        Request memory asked = _request(Assurance.Proven);
        asked.callbackGas = 0;
        token.mint(address(this), FEE);
        token.approve(address(hub), FEE);
        RequestId id = hub.request(asked, INPUT);
        (bool delivered, bytes memory reason) = hub.answer(id, OUTPUT);
        assertFalse(delivered);
        assertEq(reason.length, 0);
        (Stage stage,,) = hub.stateOf(id);
        assertEq(uint8(stage), uint8(Stage.Settled));
        assertTrue(hub.isFinal(id));
    }

    function test_WritesDownWhatItIsAsked() public {
        RequestId first = _ask(Assurance.Signed);
        RequestId second = _ask(Assurance.Proven);
        assertTrue(hub.requestIds(0) == first && hub.lastRequestId() == second && first != second);
        MockInferenceHub.Asked memory asked = hub.askedOf(second);
        assertEq(asked.requester, address(consumer));
        assertEq(asked.nonce, 1);
        assertEq(keccak256(abi.encode(asked.request)), keccak256(abi.encode(_request(Assurance.Proven))));
        assertTrue(hub.requestIdOf(_askOf(second)) == second);
    }

    function test_GivesBackMostOfTheFeeOfAnInputThatCannotBeRun() public {
        RequestId id = _ask(Assurance.Signed);
        hub.fail(id);
        assertEq(hub.balanceOf(address(consumer)), 0.8 ether);
        assertEq(consumer.answers(), 0);
        (Stage stage,,) = hub.stateOf(id);
        assertEq(uint8(stage), uint8(Stage.Failed));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, id, Stage.Failed));
        hub.answer(id, OUTPUT);
    }

    function test_RefundsAfterTheDeadlineOnly() public {
        RequestId id = _ask(Assurance.Signed);
        Ask memory ask = _askOf(id);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.DeadlineNotPassed.selector, ask.request.deadline));
        hub.refund(ask);
        vm.warp(uint256(ask.request.deadline) + 1);
        hub.refund(ask);
        assertEq(hub.balanceOf(address(consumer)), FEE);
        assertFalse(hub.isFinal(id), "There is no answer.");
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotOpen.selector, id, Stage.Refunded));
        hub.refund(ask);
    }

    function test_ItsClockIsTheChains() public view {
        assertEq(hub.activeTime(), vm.getBlockTimestamp());
    }

    function test_TakesAnAnswerBack() public {
        RequestId id = _ask(Assurance.Signed);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.NotSettled.selector, id, Stage.Open));
        hub.slash(id);
        hub.answer(id, OUTPUT);
        hub.slash(id);
        assertEq(hub.balanceOf(address(consumer)), FEE);
    }

    function test_KeepsAccounts() public {
        token.mint(address(this), 3);
        token.approve(address(hub), 3);
        hub.deposit(address(this), 3);
        hub.withdraw(address(1), 2);
        assertEq(hub.balanceOf(address(this)), 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 1, 2));
        hub.withdraw(address(1), 2);
    }

    function test_RevertWhen_TheHubWouldRefuse() public {
        Request memory asked = _request(Assurance.None);
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "assurance"));
        asked = _request(Assurance.Signed);
        asked.fee = 0;
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "fee"));
        asked = _request(Assurance.Signed);
        asked.deadline = uint40(vm.getBlockTimestamp() - 1);
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "deadline"));
        asked = _request(Assurance.Signed);
        asked.callbackGas = 2_000_001;
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "callbackGas"));
        asked = _request(Assurance.Signed);
        asked.termsHash = "terms";
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "termsHash"));
        asked = _request(Assurance.Signed);
        _assertRefused(asked, OUTPUT, abi.encodeWithSelector(IHubEvents.InputMismatch.selector, asked.inputCommit));
        bytes memory long = new bytes(4097);
        _assertRefused(asked, long, abi.encodeWithSelector(IHubEvents.InputTooLong.selector, 4097, 4096));
        asked.flags = RequestFlags.FROM_ACCOUNT;
        _assertRefused(asked, INPUT, abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 0, FEE));

        vm.prank(makeAddr("no code"));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "callback without code"));
        hub.request(_request(Assurance.Signed), INPUT);
    }

    function test_RevertWhen_NotMocked() public {
        Ask memory ask;
        Submission memory submission;
        Settlement memory settlement;
        InferenceReceipt memory receipt;
        _assertNotMocked("claim", abi.encodeCall(hub.claim, (ask)));
        _assertNotMocked("settle", abi.encodeCall(hub.settle, (submission)));
        _assertNotMocked("settleBatch", abi.encodeCall(hub.settleBatch, (new Submission[](0))));
        _assertNotMocked("deliver", abi.encodeCall(hub.deliver, (ask, settlement, "")));
        _assertNotMocked("collect", abi.encodeCall(hub.collect, (address(0), new uint40[](0))));
        _assertNotMocked("burn", abi.encodeCall(hub.burn, ()));
        _assertNotMocked("earningsOf", abi.encodeCall(hub.earningsOf, (address(0), 0)));
        _assertNotMocked("bondFor", abi.encodeCall(hub.bondFor, (ask)));
        _assertNotMocked("digestOf", abi.encodeCall(hub.digestOf, (receipt)));
    }

    function test_IgnoresAPermit() public {
        Permit memory permit;
        Terms memory terms;
        token.mint(address(this), FEE);
        token.approve(address(hub), FEE);
        hub.request(_request(Assurance.Signed), INPUT, terms, permit);
        assertEq(token.balanceOf(address(hub)), FEE);
    }

    function _assertRefused(Request memory asked, bytes memory input, bytes memory reason) private {
        vm.expectRevert(reason);
        hub.request(asked, input);
    }

    function _assertNotMocked(string memory what, bytes memory call) private {
        (bool succeeded, bytes memory reason) = address(hub).call(call);
        assertFalse(succeeded);
        assertEq(reason, abi.encodeWithSelector(MockInferenceHub.NotMocked.selector, what));
    }
}
