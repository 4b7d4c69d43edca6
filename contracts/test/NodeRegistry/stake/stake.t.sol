// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {SumTreeLib} from "../../../src/nodes/SumTree.sol";
import {CallbackToken, DecimalsToken, FeeToken, SilentToken} from "../../support/HostileTokens.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryStakeTest is NodeRegistryTest {
    function test_TakesTokensFromAnyone() public {
        token.mint(stranger, 5 ether);
        vm.startPrank(stranger);
        token.approve(address(registry), 5 ether);

        vm.expectEmit(address(registry));
        emit INodeRegistry.Staked(node, stranger, 3 ether);
        registry.stake(node, 3 ether);
        registry.stake(node, 2 ether);

        assertEq(_node().stake, 5 ether);
        assertEq(_node().unbonding, 0);
        assertEq(registry.freeStakeOf(node, START), 5 ether);
        assertEq(token.balanceOf(address(registry)), 5 ether);
        assertEq(token.balanceOf(stranger), 0);
    }

    function test_KeepsWhatIsLessThanAUnit() public {
        _stake(node, UNIT + 7);
        _stake(node, UNIT - 8);

        assertEq(_node().stake, 2 * UNIT - 1);
        assertEq(registry.freeStakeOf(node, START), UNIT);
    }

    /// Nodes that never verify have no place in draws, and make none deeper.
    function test_WritesOneSlotForWhoIsNoVerifier() public {
        token.mint(address(this), 1 ether);
        token.approve(address(registry), 1 ether);
        vm.record();
        registry.stake(node, 1 ether);

        (, bytes32[] memory writes) = vm.accesses(address(registry));
        assertEq(writes.length, 1);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, stranger));
        registry.stake(stranger, 1);
    }

    function test_RevertWhen_TheAmountIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.AmountInvalid.selector, 0));
        registry.stake(node, 0);
    }

    function test_RevertWhen_TheCallerHasTooLittle() public {
        token.mint(address(this), 1 ether);
        token.approve(address(registry), 2 ether);

        vm.expectRevert();
        registry.stake(node, 2 ether);
    }

    function test_TakesAsMuchAsLiensCanCount() public {
        uint256 most = uint256(type(uint64).max) * UNIT;
        _stake(node, most - 2 ether);
        _unbond(node, 1 ether);

        token.mint(address(this), 2 ether + 1);
        token.approve(address(registry), 2 ether + 1);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooLarge.selector, 2 ether + 1, 2 ether));
        registry.stake(node, 2 ether + 1);
        registry.stake(node, 2 ether);

        assertEq(_node().stake, most);
        vm.prank(operator);
        registry.cancelUnbonding(node);
        _lock(most, START + HOUR, START);
        assertEq(_node().locked, most);
    }

    function test_TakesAsMuchAsItsLaneHolds() public {
        DecimalsToken fine = new DecimalsToken(27);
        _useToken(address(fine));
        uint256 most = type(uint96).max;
        fine.mint(address(this), most + 1);
        fine.approve(address(registry), most + 1);

        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooLarge.selector, most + 1, most));
        registry.stake(node, most + 1);
        registry.stake(node, most);

        assertEq(_node().stake, most);
    }

    function test_RevertWhen_AllVerifiersHaveMoreThanDrawsCount() public {
        DecimalsToken coarse = new DecimalsToken(7);
        _useToken(address(coarse));
        address first = _register(0xCAFE, operator, Roles.VERIFIER);
        address second = _register(0xD00D, operator, Roles.VERIFIER);
        uint256 most = uint256(type(uint56).max) * 10 + 9;
        coarse.mint(address(this), 2 * most + 10);
        coarse.approve(address(registry), 2 * most + 10);
        registry.stake(first, most);
        registry.stake(node, most);

        vm.expectRevert(abi.encodeWithSelector(SumTreeLib.WeightTooLarge.selector, uint256(1) << 56));
        registry.stake(second, 10);
        registry.stake(second, 9);

        assertEq(registry.nodeOf(second).stake, 9);
        assertEq(_node().stake, most);
    }

    function test_TakesTokensThatAnswerNothing() public {
        SilentToken silent = new SilentToken();
        _useToken(address(silent));
        silent.mint(address(this), 5 ether);
        silent.approve(address(registry), 5 ether);

        registry.stake(node, 5 ether);

        assertEq(_node().stake, 5 ether);
        assertEq(silent.balanceOf(address(registry)), 5 ether);
    }

    function test_RevertWhen_TheTokenAnswersFalse() public {
        SilentToken silent = new SilentToken();
        _useToken(address(silent));
        silent.mint(address(this), 5 ether);
        silent.approve(address(registry), 5 ether);
        silent.setAnswersFalse(true);

        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(silent)));
        registry.stake(node, 5 ether);
    }

    function test_RevertWhen_TheTokenTakesAFee() public {
        FeeToken costly = new FeeToken();
        _useToken(address(costly));
        costly.mint(address(this), 10_000);
        costly.approve(address(registry), 10_000);

        costly.setFee(1);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TokenTookFee.selector, 10_000, 9999));
        registry.stake(node, 10_000);
        costly.setFee(-1);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TokenTookFee.selector, 10_000, 10_001));
        registry.stake(node, 10_000);
        costly.setFee(0);
        registry.stake(node, 10_000);

        assertEq(_node().stake, 10_000);
    }

    function test_RevertWhen_AWithdrawalHidesInTheTransfer() public {
        CallbackToken calling = new CallbackToken();
        _useToken(address(calling));
        calling.mint(address(this), 10 ether);
        calling.approve(address(registry), 10 ether);
        registry.stake(node, 5 ether);
        _unbond(node, 1 ether);
        vm.warp(_node().unbondedAt);
        vm.prank(operator);
        registry.offerOperator(node, address(calling));
        vm.prank(address(calling));
        registry.acceptOperator(node);

        calling.arm(address(registry), abi.encodeCall(INodeRegistry.withdraw, (node)));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TokenTookFee.selector, 2 ether, 1 ether));
        registry.stake(node, 2 ether);
    }

    function test_RevertWhen_ADepositHidesInTheTransfer() public {
        CallbackToken calling = new CallbackToken();
        _useToken(address(calling));
        calling.mint(address(this), 5 ether);
        calling.approve(address(registry), 5 ether);
        calling.mint(address(calling), 1 ether);
        vm.prank(address(calling));
        calling.approve(address(registry), 1 ether);

        calling.arm(address(registry), abi.encodeCall(INodeRegistry.stake, (node, 1 ether)));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TokenTookFee.selector, 5 ether, 6 ether));
        registry.stake(node, 5 ether);
    }

    function testFuzz_AddsUp(uint96 first, uint96 second) public {
        uint256 most = uint256(type(uint64).max) * UNIT;
        uint256 firstAmount = bound(first, 1, most - 1);
        uint256 secondAmount = bound(second, 1, most - firstAmount);

        _stake(node, firstAmount);
        _stake(node, secondAmount);

        assertEq(_node().stake, firstAmount + secondAmount);
        assertEq(registry.freeStakeOf(node, START), (firstAmount + secondAmount) / UNIT * UNIT);
    }

    function _useToken(address other) private {
        registry = new NodeRegistry(IERC20Metadata(other), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        assertEq(IERC20(other).balanceOf(address(registry)), 0);
    }
}
