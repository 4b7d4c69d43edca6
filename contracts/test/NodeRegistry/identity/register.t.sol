// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {INodeRegistry, Node, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {NodeRegistryTest} from "../../support/NodeRegistryTest.sol";

contract NodeRegistryRegisterTest is NodeRegistryTest {
    uint256 private constant KEY = 0xB0B;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    address private _key = vm.addr(KEY);

    function test_RegistersUnderTheCaller() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);

        vm.expectEmit(address(registry));
        emit INodeRegistry.NodeRegistered(_key, stranger, payee, Roles.TEE | Roles.DATA, "https://e", "ipfs://m");
        _registerAs(stranger, Roles.TEE | Roles.DATA, block.timestamp, signature);

        Node memory registered = registry.nodeOf(_key);
        assertEq(registered.operator, stranger);
        assertEq(registered.payee, payee);
        assertEq(registered.roles, Roles.TEE | Roles.DATA);
        assertEq(registered.stake + registered.locked + registered.held + registered.unbonding + registered.unbondedAt, 0);
        assertEq(registry.payeeOf(_key), payee);
        assertTrue(registry.hasRole(_key, Roles.TEE));
        assertTrue(registry.hasRole(_key, Roles.DATA));
        assertFalse(registry.hasRole(_key, Roles.INFERENCE));
    }

    function test_KnowsNothingOfOthers() public view {
        Node memory unknown;
        assertEq(abi.encode(registry.nodeOf(_key)), abi.encode(unknown));
        assertEq(registry.payeeOf(_key), address(0));
        assertFalse(registry.hasRole(_key, Roles.ALL));
    }

    function test_TakesEveryRoleAndNone() public {
        _registerAs(stranger, Roles.ALL, block.timestamp, _sign(KEY, _key, stranger, block.timestamp));
        _register(0xCAFE, stranger, 0);

        assertEq(registry.nodeOf(_key).roles, 63);
        assertEq(registry.nodeOf(vm.addr(0xCAFE)).operator, stranger);
    }

    function test_TakesTheLongestTexts() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);
        vm.prank(stranger);
        registry.register(_key, payee, 0, string(new bytes(256)), string(new bytes(256)), block.timestamp, signature);

        assertEq(registry.nodeOf(_key).operator, stranger);
    }

    /// The digest is built here as wallets build it.
    function test_SignsWhatItSaysUnderEip712() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OpenGradient.Relayer"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 typeHash = keccak256("NodeRegistration(address node,address operator,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(typeHash, _key, stranger, 77));

        assertEq(registry.registrationDigest(_key, stranger, 77), keccak256(abi.encodePacked(hex"1901", domain, message)));
    }

    function test_RevertWhen_TheNodeExists() public {
        bytes memory signature = _sign(NODE_KEY, node, stranger, block.timestamp);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeExists.selector, node));
        registry.register(node, payee, 1, "", "", block.timestamp, signature);
    }

    function test_RevertWhen_ThereIsNoPayee() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.PayeeInvalid.selector, address(0)));
        registry.register(_key, address(0), 1, "", "", block.timestamp, signature);
    }

    function test_RevertWhen_ARoleDoesNotExist() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);

        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.RolesInvalid.selector, 64));
        _registerAs(stranger, 64, block.timestamp, signature);
    }

    function test_RevertWhen_ATextIsTooLong() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);

        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TextTooLong.selector, 257, 256));
        registry.register(_key, payee, 1, string(new bytes(257)), "", block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.TextTooLong.selector, 258, 256));
        registry.register(_key, payee, 1, "", string(new bytes(258)), block.timestamp, signature);
    }

    function test_RevertWhen_TheSignatureHasExpired() public {
        uint256 deadline = block.timestamp;
        bytes memory signature = _sign(KEY, _key, stranger, deadline);
        vm.warp(deadline + 1);

        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.SignatureExpired.selector, deadline));
        _registerAs(stranger, 1, deadline, signature);
    }

    function test_RevertWhen_AnotherKeySigned() public {
        _expectSignatureInvalid(stranger, block.timestamp, _sign(NODE_KEY, _key, stranger, block.timestamp));
    }

    function test_RevertWhen_TheSignatureIsForAnotherOperator() public {
        _expectSignatureInvalid(operator, block.timestamp, _sign(KEY, _key, stranger, block.timestamp));
    }

    function test_RevertWhen_TheSignatureIsForAnotherNode() public {
        _expectSignatureInvalid(stranger, block.timestamp, _sign(KEY, node, stranger, block.timestamp));
    }

    function test_RevertWhen_TheSignatureIsForAnotherDeadline() public {
        _expectSignatureInvalid(stranger, block.timestamp + 1, _sign(KEY, _key, stranger, block.timestamp));
    }

    function test_RevertWhen_TheSignatureIsForAnotherChain() public {
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);
        vm.chainId(block.chainid + 1);

        _expectSignatureInvalid(stranger, block.timestamp, signature);
    }

    function test_RevertWhen_TheSignatureIsForAnotherRegister() public {
        NodeRegistry original = registry;
        registry = new NodeRegistry(IERC20Metadata(address(token)), address(hub), court);
        bytes memory signature = _sign(KEY, _key, stranger, block.timestamp);
        registry = original;

        _expectSignatureInvalid(stranger, block.timestamp, signature);
    }

    function test_RevertWhen_TheSignatureIsMalleated() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, registry.registrationDigest(_key, stranger, block.timestamp));
        bytes memory other = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));

        _expectSignatureInvalid(stranger, block.timestamp, other);
    }

    /// A signature that recovers nothing is not the zero address' own.
    function test_RevertWhen_TheNodeIsZero() public {
        bytes memory nothing = abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)), uint8(29));

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeSignatureInvalid.selector, address(0)));
        registry.register(address(0), payee, 1, "", "", block.timestamp, nothing);
    }

    function testFuzz_RevertWhen_TheSignatureIsOfAnotherLength(uint256 length) public {
        bytes memory whole = bytes.concat(_sign(KEY, _key, stranger, block.timestamp), new bytes(64));
        length = bound(length, 0, 128);
        if (length == 65) length = 64;
        assembly ("memory-safe") {
            mstore(whole, length)
        }

        _expectSignatureInvalid(stranger, block.timestamp, whole);
    }

    function testFuzz_OnlyTheKeyItselfSigns(uint256 key, uint256 other, address as_, uint256 deadline) public {
        key = bound(key, 1, ORDER - 1);
        other = bound(other, 1, ORDER - 1);
        vm.assume(key != other && as_ != address(0) && vm.addr(key) != node);
        _key = vm.addr(key);
        deadline = bound(deadline, block.timestamp, type(uint256).max);

        _expectSignatureInvalid(as_, deadline, _sign(other, _key, as_, deadline));
        _registerAs(as_, 1, deadline, _sign(key, _key, as_, deadline));

        assertEq(registry.nodeOf(_key).operator, as_);
    }

    function _expectSignatureInvalid(address as_, uint256 deadline, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeSignatureInvalid.selector, _key));
        _registerAs(as_, 1, deadline, signature);
    }

    function _registerAs(address as_, uint8 roles, uint256 deadline, bytes memory signature) private {
        vm.prank(as_);
        registry.register(_key, payee, roles, "https://e", "ipfs://m", deadline, signature);
    }
}
