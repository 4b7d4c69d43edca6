// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {DecimalsToken} from "../../support/HostileTokens.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryLockLienTest is NodeRegistryTest {
    function setUp() public override {
        super.setUp();
        _stake(node, 10 ether);
    }

    function test_LocksForThePayee() public {
        uint40 until = START + 2 * HOUR;

        vm.expectEmit(address(registry));
        emit INodeRegistry.LienLocked(node, 3 ether + UNIT, _hourEnd(until));
        vm.prank(address(hub));
        registry.lockLien(node, Roles.INFERENCE, payee, 3 ether + 1, until, START);

        assertEq(_node().locked, 3 ether + UNIT);
        assertEq(_node().held, 0);
        assertEq(_node().stake, 10 ether);
        assertEq(registry.freeStakeOf(node, START), 7 ether - UNIT);
        assertEq(registry.lienBucketOf(node, _hourEnd(until)), 3 ether + UNIT);
        assertEq(registry.lienBucketOf(node, _hourEnd(until) - HOUR), 0);
        assertEq(registry.lienBucketOf(node, _hourEnd(until) + HOUR), 0);
    }

    function testFuzz_SaysWhatIsStillFreeAndInWhichUnit(uint256 amount) public {
        amount = bound(amount, 0, 10 ether);

        vm.prank(address(hub));
        (uint256 free, uint256 unit) = registry.lockLien(node, Roles.INFERENCE, payee, amount, START + HOUR, START);

        assertEq(free, registry.freeStakeOf(node, START));
        assertEq(unit, registry.lienUnit());
        _expectStakeTooSmall(free, free + 1);
        _lock(free, START + HOUR, START);
        assertEq(_node().locked, 10 ether);
    }

    /// The last hour's liens stand apart from those of other hours; going to and fro loses none.
    function test_HoursCanTakeTurns() public {
        (uint40 first, uint40 second) = (_hourEnd(START + HOUR), _hourEnd(START + 6 * HOUR));
        for (uint256 i = 0; i < 3; i++) {
            _lock(1 ether, first, START);
            _lock(2 ether, second, START);
        }

        assertEq(_node().locked, 9 ether);
        assertEq(registry.lienBucketOf(node, first), 3 ether);
        assertEq(registry.lienBucketOf(node, second), 6 ether);
        assertEq(registry.freeStakeOf(node, first), 4 ether);
        assertEq(registry.freeStakeOf(node, second), 10 ether);
        _lock(4 ether, second, first);
        assertEq(_node().locked, 10 ether);
    }

    function test_TheCourtLocksToo() public {
        vm.prank(court);
        registry.lockLien(node, Roles.INFERENCE, payee, 1 ether, START + HOUR, START);

        assertEq(_node().locked, 1 ether);
    }

    function test_LiensOfOneHourAreOneSum() public {
        _lock(1 ether, START + 2 * HOUR, START);
        _lock(2 ether, _hourEnd(START + 2 * HOUR), START);

        assertEq(registry.lienBucketOf(node, _hourEnd(START + 2 * HOUR)), 3 ether);
    }

    function test_TheWholeStakeCanBeLockedAndNoMore() public {
        _lock(10 ether, START + HOUR, START);

        _expectStakeTooSmall(0, 1);
        assertEq(_node().locked, 10 ether);
    }

    function test_LocksNothingForNothing() public {
        _lock(0, START + HOUR, START);

        assertEq(_node().locked, 0);
        assertEq(registry.freeStakeOf(node, START), 10 ether);
    }

    function test_WhatHasEndedIsFreeAgain() public {
        uint40 end = _hourEnd(START + HOUR);
        _lock(10 ether, START + HOUR, START);

        assertEq(registry.freeStakeOf(node, end - 1), 0);
        assertEq(registry.freeStakeOf(node, end), 10 ether);
        assertEq(_node().locked, 10 ether);
        _lock(4 ether, end + 1, end);

        assertEq(_node().locked, 4 ether);
        assertEq(registry.lienBucketOf(node, end), 0);
        assertEq(registry.lienBucketOf(node, end + HOUR), 4 ether);
    }

    function test_NothingIsFreeBeforeItsHourIsOver() public {
        uint40 end = _hourEnd(START + HOUR);
        _lock(10 ether, START + HOUR, START);

        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, 0, UNIT));
        registry.lockLien(node, Roles.INFERENCE, payee, UNIT, end + HOUR, end - 1);
    }

    /// Time that goes back, which a hub never tells, frees nothing and locks only what ends later.
    function test_TimeThatGoesBackChangesNothing() public {
        uint40 later = START + 10 * HOUR;
        _lock(1 ether, later + HOUR, later);
        _lock(1 ether, later + HOUR, START);

        assertEq(registry.lienBucketOf(node, _hourEnd(later + HOUR)), 2 ether);
        assertEq(registry.freeStakeOf(node, START), 8 ether);
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienEnded.selector, START + HOUR, START));
        registry.lockLien(node, Roles.INFERENCE, payee, 1, START + HOUR, START);
    }

    function test_TakesTheLongestLien() public {
        uint40 until = START + 8 days;
        _lock(1 ether, until, START);
        assertEq(registry.lienBucketOf(node, _hourEnd(until)), 1 ether);

        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienTooLong.selector, until + 1, until));
        registry.lockLien(node, Roles.INFERENCE, payee, 1, until + 1, START);
    }

    function test_LiensOfTheRingsFormerTurnAreGone() public {
        uint40 later = START + 256 * HOUR;
        _lock(3 ether, START + 2 * HOUR, START);
        _lock(1 ether, later + HOUR, later);
        _lock(2 ether, later + 2 * HOUR, later);

        assertEq(_node().locked, 3 ether);
        assertEq(registry.lienBucketOf(node, _hourEnd(later + 2 * HOUR)), 2 ether);
        assertEq(registry.lienBucketOf(node, _hourEnd(START + 2 * HOUR)), 0);
    }

    function test_LiensOnStakeThatUnbondsStay() public {
        _lock(10 ether, START + HOUR, START);
        _unbond(node, 6 ether);

        assertEq(registry.freeStakeOf(node, START), 0);
        assertEq(registry.freeStakeOf(node, START + 2 * HOUR), 4 ether);
        _expectStakeTooSmall(0, 1);
    }

    function test_SmallTokensCountByTheirOwnUnit() public {
        DecimalsToken small = new DecimalsToken(6);
        registry = new NodeRegistry(IERC20Metadata(address(small)), address(hub), court);
        _register(NODE_KEY, operator, Roles.INFERENCE);
        small.mint(address(this), 100);
        small.approve(address(registry), 100);
        registry.stake(node, 100);

        _lock(99, START + HOUR, START);

        assertEq(registry.freeStakeOf(node, START), 1);
        _lock(1, START + HOUR, START);
        assertEq(_node().locked, 100);
    }

    function test_RevertWhen_WhatIsLessThanAUnitWouldBeLocked() public {
        _stake(node, UNIT - 1);
        _lock(10 ether, START + HOUR, START);

        _expectStakeTooSmall(0, 1);
    }

    function test_RevertWhen_TheNodeIsUnknown() public {
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RoleMissing.selector, stranger, Roles.INFERENCE));
        registry.lockLien(stranger, Roles.INFERENCE, payee, 0, START + HOUR, START);
    }

    function test_RevertWhen_ThePayeeIsNotTheOneThatTheOperatorNamed() public {
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.PayeeInvalid.selector, stranger));
        registry.lockLien(node, Roles.INFERENCE, stranger, 0, START + HOUR, START);
    }

    function test_RevertWhen_TheNodeDoesNotHaveTheRole() public {
        vm.startPrank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RoleMissing.selector, node, Roles.TEE));
        registry.lockLien(node, Roles.TEE, payee, 1, START + HOUR, START);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RoleMissing.selector, node, 0));
        registry.lockLien(node, 0, payee, 1, START + HOUR, START);
    }

    function test_RevertWhen_ItsHourIsOver() public {
        uint40 now_ = _hourEnd(START);
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.LienEnded.selector, now_, now_));
        registry.lockLien(node, Roles.INFERENCE, payee, 1, now_, now_);

        _lock(1, now_ + 1, now_);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotSettle(address caller) public {
        vm.assume(caller != address(hub) && caller != court);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NotSettlement.selector, caller));
        registry.lockLien(node, Roles.INFERENCE, payee, 1, START + HOUR, START);
    }

    function testFuzz_RoundsUpAndEndsOnTheHour(uint256 amount, uint40 length, uint40 start) public {
        amount = bound(amount, 0, 10 ether);
        start = uint40(bound(start, START, START + 10 * 365 days));
        length = uint40(bound(length, 1, 8 days));
        uint40 end = _hourEnd(start + length);
        uint256 locked = (amount + UNIT - 1) / UNIT * UNIT;

        vm.expectEmit(address(registry));
        emit INodeRegistry.LienLocked(node, locked, end);
        _lock(amount, start + length, start);

        assertEq(registry.freeStakeOf(node, end - 1), 10 ether - locked);
        assertEq(registry.freeStakeOf(node, end), 10 ether);
        assertEq(registry.lienBucketOf(node, end), locked);
    }

    function testFuzz_RevertWhen_TooLittleIsFree(uint256 amount) public {
        _lock(4 ether, START + HOUR, START);
        amount = bound(amount, 6 ether + 1, type(uint256).max);

        _expectStakeTooSmall(6 ether, amount);
    }

    function _expectStakeTooSmall(uint256 free, uint256 needed) private {
        vm.prank(address(hub));
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooSmall.selector, free, needed));
        registry.lockLien(node, Roles.INFERENCE, payee, needed, START + HOUR, START);
    }
}
