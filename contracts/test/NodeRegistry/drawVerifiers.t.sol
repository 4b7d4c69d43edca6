// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {NodeRegistryTest} from "../support/NodeRegistryTest.sol";

contract NodeRegistryDrawVerifiersTest is NodeRegistryTest {
    address[] private _verifiers;

    function test_DrawsDifferentVerifiers() public {
        _verifiersWith(20, 1 ether);

        for (uint256 seed = 0; seed < 64; seed++) {
            _checkDraw(registry.drawVerifiers(seed, 16, address(0)), 16, address(0));
        }
    }

    function test_DrawsTheSameFromTheSame() public {
        _verifiersWith(20, 1 ether);

        assertEq(registry.drawVerifiers(7, 5, address(0)), registry.drawVerifiers(7, 5, address(0)));
        assertNotEq(
            keccak256(abi.encode(registry.drawVerifiers(7, 5, address(0)))),
            keccak256(abi.encode(registry.drawVerifiers(8, 5, address(0))))
        );
    }

    function test_DrawsFewerWhereThereAreFewer() public {
        _verifiersWith(3, 1 ether);

        _checkDraw(registry.drawVerifiers(1, 5, address(0)), 3, address(0));
        _checkDraw(registry.drawVerifiers(1, 5, _verifiers[1]), 2, _verifiers[1]);
        assertEq(registry.drawVerifiers(1, 0, address(0)).length, 0);
    }

    function test_LeavesOutWhoIsExcluded() public {
        _verifiersWith(6, 1 ether);

        for (uint256 seed = 0; seed < 64; seed++) {
            address excluded = _verifiers[seed % 6];
            _checkDraw(registry.drawVerifiers(seed, 4, excluded), 4, excluded);
        }
    }

    function test_ExcludingWhoIsNoVerifierChangesNothing() public {
        _verifiersWith(6, 1 ether);
        address[] memory drawn = registry.drawVerifiers(1, 3, address(0));

        assertEq(registry.drawVerifiers(1, 3, node), drawn);
        assertEq(registry.drawVerifiers(1, 3, stranger), drawn);
    }

    function test_OnlyStakeThatCountsIsDrawnOn() public {
        _stake(node, 1000 ether);
        _verifiersWith(3, 1 ether);
        address empty = _register(0xE0, operator, Roles.VERIFIER);
        address dust = _register(0xE1, operator, Roles.VERIFIER);
        _stake(dust, 1e12 - 1);
        skip(1 hours);

        address[] memory drawn = registry.drawVerifiers(3, 16, address(0));

        _checkDraw(drawn, 3, node);
        _checkDraw(drawn, 3, empty);
        _checkDraw(drawn, 3, dust);
    }

    function test_MoreStakeCountsMore() public {
        _verifiersWith(4, 1 ether);
        _stake(_verifiers[2], 4 ether);
        skip(1 hours);
        uint256 hits = 0;
        for (uint256 seed = 0; seed < 1024; seed++) {
            if (registry.drawVerifiers(seed, 1, address(0))[0] == _verifiers[2]) hits++;
        }

        // Five of eight.
        assertApproxEqAbs(hits, 640, 62);
    }

    function test_KeepsANodesPlaceWhenItComesBack() public {
        _verifiersWith(2, 1 ether);
        vm.startPrank(operator);
        registry.setNode(_verifiers[0], Roles.DATA, "", "");
        skip(1 hours);
        _checkDraw(registry.drawVerifiers(1, 2, address(0)), 1, _verifiers[0]);

        registry.setNode(_verifiers[0], Roles.VERIFIER, "", "");
        skip(1 hours);

        _checkDraw(registry.drawVerifiers(1, 2, address(0)), 2, address(0));
    }

    /// Who sees the seed can change stakes as much as they like.
    function test_NothingDoneInTheHourBendsADraw() public {
        _verifiersWith(6, 1 ether);
        vm.warp(block.timestamp / 1 hours * 1 hours);
        address[] memory drawn = registry.drawVerifiers(1, 3, _verifiers[0]);

        for (uint256 i = 1; i < 6; i++) {
            _stake(_verifiers[i], i * 1000 ether);
        }
        _unbond(_verifiers[5], 1 ether);
        _stake(_register(0xE0, operator, Roles.VERIFIER), 1000 ether);
        skip(1 hours - 1);
        assertEq(registry.drawVerifiers(1, 3, _verifiers[0]), drawn);

        skip(1);
        assertNotEq(keccak256(abi.encode(registry.drawVerifiers(1, 3, _verifiers[0]))), keccak256(abi.encode(drawn)));
    }

    function test_RevertWhen_TooManyAreAsked() public {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.DrawTooLarge.selector, 17, 16));
        registry.drawVerifiers(1, 17, address(0));
    }

    function testFuzz_DrawsDifferentVerifiersWithStake(uint256 seed, uint8 count, uint8 size, uint8 excluded) public {
        count = uint8(bound(count, 1, 6));
        size = uint8(bound(size, 0, 16));
        _verifiersWith(count, 1e12);
        address without = excluded % 8 < count ? _verifiers[excluded % 8] : address(0);
        uint256 available = without == address(0) ? count : count - 1;

        _checkDraw(registry.drawVerifiers(seed, size, without), size < available ? size : available, without);
    }

    function _verifiersWith(uint256 count, uint256 amount) private {
        for (uint256 i = 0; i < count; i++) {
            _verifiers.push(_register(0x1000 + i, operator, Roles.VERIFIER));
            _stake(_verifiers[i], amount);
        }
        skip(1 hours);
    }

    function _checkDraw(address[] memory drawn, uint256 length, address excluded) private view {
        assertEq(drawn.length, length);
        for (uint256 i = 0; i < drawn.length; i++) {
            assertTrue(registry.hasRole(drawn[i], Roles.VERIFIER));
            assertNotEq(drawn[i], excluded);
            for (uint256 j = 0; j < i; j++) {
                assertNotEq(drawn[i], drawn[j]);
            }
        }
    }
}
