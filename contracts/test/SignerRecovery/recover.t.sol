// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {SignerRecovery} from "../../src/verifiers/SignerRecovery.sol";
import {AnswerStub} from "../support/AttestationStubs.sol";

contract RecoverTest is Test {
    uint256 private constant P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;
    address private constant PRECOMPILE = address(0x100);

    function recover(bytes32 digest, bytes calldata signature) external view returns (address) {
        return SignerRecovery.recover(digest, signature);
    }

    function recoverSecp256k1(bytes32 digest, bytes calldata signature) external view returns (address) {
        return SignerRecovery.recoverSecp256k1(digest, signature);
    }

    function recoverP256(bytes32 digest, bytes calldata signature) external view returns (address) {
        return SignerRecovery.recoverP256(digest, signature);
    }

    function testFuzz_RecoversLongAndShortSignatures(uint256 privateKey, bytes32 digest) public view {
        privateKey = bound(privateKey, 1, SECP256K1_ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);

        assertEq(this.recover(digest, abi.encodePacked(r, s, v)), vm.addr(privateKey));
        bytes memory short = abi.encode(r, uint256(s) | uint256(v - 27) << 255);
        assertEq(this.recover(digest, short), vm.addr(privateKey));
        assertEq(this.recoverSecp256k1(digest, short), vm.addr(privateKey));
        assertEq(this.recoverP256(digest, short), address(0));
    }

    function testFuzz_RefusesTheHigherS(uint256 privateKey, bytes32 digest) public view {
        privateKey = bound(privateKey, 1, SECP256K1_ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);

        bytes memory high = abi.encodePacked(r, SECP256K1_ORDER - uint256(s), v == 27 ? uint8(28) : uint8(27));

        assertEq(this.recover(digest, high), address(0));
    }

    function testFuzz_RefusesOtherParities(uint256 privateKey, bytes32 digest, uint8 v) public view {
        vm.assume(v != 27 && v != 28);
        privateKey = bound(privateKey, 1, SECP256K1_ORDER - 1);
        (, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);

        assertEq(this.recover(digest, abi.encodePacked(r, s, v)), address(0));
    }

    function testFuzz_RefusesEveryOtherLength(bytes32 digest, bytes memory signature) public view {
        vm.assume(signature.length != 64 && signature.length != 65);

        assertEq(this.recover(digest, signature), address(0));
        assertEq(this.recoverSecp256k1(digest, signature), address(0));
        assertEq(this.recoverP256(digest, signature), address(0));
    }

    /// forge-config: default.evm_version = "osaka"
    function test_RefusesEveryTruncation() public view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, "digest");
        (bytes32 p256R, bytes32 p256S, uint256 x, uint256 y) = _signP256(7, "digest");
        bytes memory whole = abi.encode(p256R, p256S, x, y);
        for (uint256 length = 0; length < 128; length++) {
            // 64 and 65 bytes may be somebody's on the other curve.
            assertNotEq(this.recover("digest", _first(whole, length)), _addressOf(x, y), vm.toString(length));
        }
        whole = abi.encodePacked(r, s, v, bytes1(0));
        for (uint256 length = 0; length < 67; length++) {
            // 64 bytes are the short form, of the lower parity.
            if (length == 65 || (length == 64 && v == 27)) continue;
            assertNotEq(this.recover("digest", _first(whole, length)), vm.addr(7), vm.toString(length));
        }
    }

    /// The precompile is in Osaka.
    /// forge-config: default.evm_version = "osaka"
    function testFuzz_RecoversP256(uint256 privateKey, bytes32 digest) public view {
        privateKey = bound(privateKey, 1, P256_ORDER - 1);
        (bytes32 r, bytes32 s, uint256 x, uint256 y) = _signP256(privateKey, digest);
        bytes memory signature = abi.encode(r, s, x, y);

        assertEq(this.recover(digest, signature), _addressOf(x, y));
        assertEq(this.recoverSecp256k1(digest, signature), address(0));
        assertEq(this.recover(keccak256(abi.encode(digest)), signature), address(0));
        assertEq(this.recover(digest, abi.encode(r, P256_ORDER - uint256(s), x, y)), address(0));
        assertEq(this.recover(digest, abi.encode(r, s, x, y ^ 1)), address(0));
    }

    /// The precompile itself takes both values of s.
    function test_TakesOnlyTheLowerHalfOfSOnP256() public {
        _answer(abi.encode(1), false);
        uint256 half = P256_ORDER / 2;

        assertNotEq(this.recover("digest", abi.encode(1, half, 2, 3)), address(0));
        assertEq(this.recover("digest", abi.encode(1, half + 1, 2, 3)), address(0));
    }

    function test_AsksThePrecompileInItsOrder() public {
        _answer(abi.encode(1), false);

        vm.expectCall(PRECOMPILE, abi.encode(bytes32("digest"), 1, 2, 3, 4));
        address signer = this.recover("digest", abi.encode(1, 2, 3, 4));

        assertEq(signer, _addressOf(3, 4));
    }

    function test_OnlyOneWordThatIsOneIsAYes() public {
        bytes memory signature = abi.encode(1, 2, 3, 4);
        assertEq(this.recover("digest", signature), address(0));
        _expectNone(signature, abi.encode(1), true);
        _expectNone(signature, abi.encode(0), false);
        _expectNone(signature, abi.encode(2), false);
        _expectNone(signature, abi.encode(type(uint256).max), false);
        _expectNone(signature, bytes.concat(abi.encode(1), hex"00"), false);
        _expectNone(signature, abi.encode(1, 1), false);
        _expectNone(signature, hex"01", false);
        _expectNone(signature, "", false);
    }

    function _expectNone(bytes memory signature, bytes memory answer, bool fails) private {
        _answer(answer, fails);
        assertEq(this.recover("digest", signature), address(0));
    }

    function _answer(bytes memory answer, bool fails) private {
        vm.etch(PRECOMPILE, type(AnswerStub).runtimeCode);
        AnswerStub(PRECOMPILE).set(answer, fails);
    }

    function _signP256(uint256 privateKey, bytes32 digest) private pure returns (bytes32 r, bytes32 s, uint256 x, uint256 y) {
        (r, s) = vm.signP256(privateKey, digest);
        if (uint256(s) > P256_ORDER / 2) s = bytes32(P256_ORDER - uint256(s));
        (x, y) = vm.publicKeyP256(privateKey);
    }

    function _addressOf(uint256 x, uint256 y) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    function _first(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            part[i] = whole[i];
        }
    }
}
