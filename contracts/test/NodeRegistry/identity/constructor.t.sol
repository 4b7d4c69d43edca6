// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {DecimalsToken} from "../../support/HostileTokens.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryConstructorTest is NodeRegistryTest {
    function test_KeepsWhomItTrusts() public view {
        assertEq(registry.stakeToken(), address(token));
        assertEq(registry.hub(), address(hub));
        assertEq(registry.court(), court);
        assertEq(registry.lienUnit(), UNIT);
    }

    function test_LiensCountInBillionthsOfAToken() public {
        assertEq(_unitFor(0), 1);
        assertEq(_unitFor(6), 1);
        assertEq(_unitFor(9), 1);
        assertEq(_unitFor(10), 10);
        assertEq(_unitFor(18), 1e9);
        assertEq(_unitFor(27), 1e18);
    }

    function test_UnbondingOutlastsTheLongestLien() public view {
        assertEq(registry.MAX_LIEN(), 8 days);
        assertEq(registry.UNBONDING(), 9 days);
    }

    function test_HasTheDomainOfReceipts() public view {
        (, string memory name, string memory version, uint256 chainId, address verifier,,) = registry.eip712Domain();
        assertEq(name, "OpenGradient.Relayer");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifier, address(registry));
    }

    function test_RevertWhen_TheTokenHasNoDecimals() public {
        vm.expectRevert();
        new NodeRegistry(IERC20Metadata(address(hub)), address(hub), court);
    }

    function _unitFor(uint8 decimals) private returns (uint256) {
        DecimalsToken other = new DecimalsToken(decimals);
        return new NodeRegistry(IERC20Metadata(address(other)), address(hub), court).lienUnit();
    }
}
