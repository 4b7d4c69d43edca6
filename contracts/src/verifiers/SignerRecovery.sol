// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "solady/utils/ECDSA.sol";

/// @title Who signed a digest
/// @notice Reads three forms and tells them apart by length:
///
/// - 65 bytes, secp256k1: r, s, v (27 or 28);
/// - 64 bytes, secp256k1: r and, with the parity in its first bit, s (EIP-2098);
/// - 128 bytes, P-256: r, s, and the key's x and y. Its address is made of x and y as on the other curve.
///
/// Only the lower of the two values that s can have is taken, on both curves. Whatever else comes in gives the zero address; nothing reverts.
/// @dev P-256 needs the chain's precompile (RIP-7212, EIP-7951). Where it is missing no P-256 signature holds, so that no such key can be
/// registered in the first place: a Solidity fallback costs some 200,000 gas per receipt, which is no way to settle.
library SignerRecovery {
    address internal constant P256_PRECOMPILE = address(0x100);

    uint256 internal constant SECP256K1_HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 internal constant P256_HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @return signer Zero where the signature is none.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        return signature.length == 128 ? recoverP256(digest, signature) : recoverSecp256k1(digest, signature);
    }

    /// @return signer Zero where the signature is none on secp256k1.
    function recoverSecp256k1(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        if (signature.length < 64) return address(0);
        uint256 s = uint256(bytes32(signature[32:64]));
        // The short form has the parity in the first bit of s.
        if (signature.length == 64) s &= type(uint256).max >> 1;
        if (s > SECP256K1_HALF_ORDER) return address(0);
        return ECDSA.tryRecoverCalldata(digest, signature);
    }

    /// @return signer Zero where the signature is none on P-256, or the chain cannot tell.
    function recoverP256(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        if (signature.length != 128 || uint256(bytes32(signature[32:64])) > P256_HALF_ORDER) return address(0);

        // The precompile reads the digest, r, s, x, y, and checks ranges and curve. It says yes with exactly 32 bytes that are 1; an account
        // without code, as on a chain that lacks it, succeeds with none.
        (bool success, bytes memory answer) = P256_PRECOMPILE.staticcall(bytes.concat(digest, signature));
        if (!success || answer.length != 32 || abi.decode(answer, (uint256)) != 1) return address(0);

        return address(uint160(uint256(keccak256(signature[64:]))));
    }
}
