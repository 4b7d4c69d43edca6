// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VmSafe} from "forge-std/Vm.sol";

import {Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

/// What a lien costs the settlement that locks it, the call to the register included. The limits leave little room: a change that passes
/// them is one to look at.
contract NodeRegistryLienGasTest is NodeRegistryTest {
    uint40 private constant TURN = 256 * HOUR;

    function setUp() public override {
        // Coverage measures code that is not optimized.
        vm.skip(vm.isContext(VmSafe.ForgeContext.Coverage));
        super.setUp();
        _stake(node, 1_000_000 ether);
        // The ring has turned once, with its words in use from then on: of two liens in turn the first goes into the ring.
        for (uint40 time = START; time <= START + TURN; time += 4 * HOUR) {
            _lock(1 ether, time + 2 * HOUR, time);
            _lock(1 ether, time + 3 * HOUR, time);
        }
    }

    /// Most liens end in the hour in which the last one did.
    function test_InTheHourOfTheLastLien() public {
        _expectLockGas(START + TURN + 60, START + TURN + 3 * HOUR, 16_000);
    }

    function test_InAnotherHour() public {
        _expectLockGas(START + TURN + 60, START + TURN + 2 * HOUR, 22_000);
    }

    function test_InAnotherHourOfAWordOfAFormerTurn() public {
        _lock(1 ether, START + TURN + 8 * HOUR, START + TURN);

        _expectLockGas(START + TURN, START + TURN + 9 * HOUR, 23_000);
    }

    function test_AnHourOrAPauseLater() public {
        _expectLockGas(START + TURN + 4 * HOUR, START + TURN + 6 * HOUR, 23_000);
    }

    /// It writes no word of the ring.
    function test_ANodesFirst() public {
        node = _register(0xCAFE, operator, Roles.INFERENCE);
        _stake(node, 2 ether);

        _expectLockGas(START, START + 48 * HOUR, 17_500);
    }

    function test_AgainInTheSameTransaction() public {
        _measure(START + TURN, START + TURN + 3 * HOUR);

        assertLt(_measure(START + TURN, START + TURN + 3 * HOUR), 6600);
    }

    /// The worst there is: every word of the longest liens is in use and has ended.
    function test_AfterTheLongestSilence() public {
        uint40 time = START + TURN;
        for (uint40 ahead = 1; ahead <= 8 * 24; ahead++) {
            _lock(1 ether, time + ahead * HOUR, time);
        }

        _expectLockGas(time + 30 days, time + 30 days + 2 * HOUR, 150_000);
        assertEq(_node().locked, 1 ether);
    }

    function _expectLockGas(uint40 time, uint40 until, uint256 most) private {
        vm.cool(address(registry));
        uint256 used = _measure(time, until);
        assertLt(used, most);
        assertGt(used, most * 9 / 10);
    }

    function _measure(uint40 time, uint40 until) private returns (uint256 used) {
        (address locked, address paid) = (node, payee);
        vm.prank(address(hub));
        used = gasleft();
        registry.lockLien(locked, Roles.INFERENCE, paid, 1 ether, until, time);
        used -= gasleft();
    }
}
