// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Bn254, ORDER, Sum} from "./Bn254.sol";
import {Claim} from "./Claim.sol";

/// @title The equation in the end
/// @notice docs/proofs.md has both, and docs/soundness.md why they mean what they mean. Terms of one point are one multiplication here.
library Opening {
    uint256 internal constant SHORT_BYTES = 288;
    uint256 internal constant LONG_BYTES = 416;
    uint256 internal constant SHORT_HEAD = 128;
    uint256 internal constant LONG_HEAD = 256;

    uint256 private constant POINT = 64;
    uint256 private constant WORD = 32;
    uint256 private constant PAIR_WORDS = 6;

    /// @notice Whether all points of an opening are points, and its scalar is one.
    function isWellFormed(bytes calldata opening, uint256 head) internal pure returns (bool) {
        return scalarOf(opening, head) < ORDER && Bn254.arePoints(opening[:head]) && Bn254.arePoints(opening[head + WORD:]);
    }

    function scalarOf(bytes calldata opening, uint256 head) internal pure returns (uint256) {
        return uint256(bytes32(opening[head:head + WORD]));
    }

    /// @notice The short form: Q', A, a, pi1, pi2.
    function holdsShort(bytes calldata commitment, bytes calldata opening, Claim memory claim, uint256[4] memory tau)
        internal
        view
        returns (bool)
    {
        Sum memory left;
        uint256 generator =
            _addCommon(left, commitment, opening[:POINT], opening[SHORT_HEAD - POINT:], claim, mulmod(claim.kappa, _first(claim), ORDER));
        Bn254.addScaled(left, 1, 2, generator);

        uint256[] memory pairs = new uint256[](2 * PAIR_WORDS);
        _setPair(pairs, 0, left, [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, Bn254.MINUS_G2_2, Bn254.MINUS_G2_3]);
        _setPair(pairs, 1, _right(opening[SHORT_HEAD + WORD:], claim), tau);
        return Bn254.isPairingOne(pairs);
    }

    /// @notice The long form: G, Q, B, A, a, pi1, pi2.
    /// @param tauToColumns tau^C in G2, never infinity.
    function holdsLong(
        bytes calldata commitment,
        bytes calldata opening,
        Claim memory claim,
        uint256[4] memory tau,
        uint256[4] memory tauToColumns
    ) internal view returns (bool) {
        Sum memory left;
        // W - G + r * Q is the third factor's, at mu.
        uint256 ofG = addmod(mulmod(claim.kappa, _first(claim), ORDER), ORDER - claim.mu, ORDER);
        uint256 generator = _addCommon(left, opening[:POINT], opening[2 * POINT:3 * POINT], opening[LONG_HEAD - POINT:], claim, ofG);
        Bn254.addScaled(left, 1, 2, generator);
        Bn254.addScaled(left, commitment, claim.mu);

        Sum memory quotient;
        Bn254.addScaled(quotient, opening[POINT:2 * POINT], claim.mu);
        Bn254.addScaled(left, quotient.x, quotient.y, claim.r);

        uint256[] memory pairs = new uint256[](3 * PAIR_WORDS);
        _setPair(pairs, 0, left, [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, Bn254.MINUS_G2_2, Bn254.MINUS_G2_3]);
        _setPair(pairs, 1, _right(opening[LONG_HEAD + WORD:], claim), tau);
        _setPair(pairs, 2, quotient, tauToColumns);
        return Bn254.isPairingOne(pairs);
    }

    /// What both forms have in common of the left side, but for the generator.
    /// @param base What is opened, `scale` times.
    /// @param quotient By Z^C - r.
    /// @param rest A, a, pi1, pi2.
    /// @return generator How often the generator is still to be added.
    function _addCommon(
        Sum memory left,
        bytes calldata base,
        bytes calldata quotient,
        bytes calldata rest,
        Claim memory claim,
        uint256 scale
    ) private view returns (uint256 generator) {
        Bn254.addScaled(left, base, scale);
        uint256 vanishing = addmod(mulmod(claim.r, claim.zetaToColumns, ORDER), ORDER - 1, ORDER);
        Bn254.addScaled(left, quotient, mulmod(claim.kappa, vanishing, ORDER));
        Bn254.add(left, rest[:POINT]);
        uint256 a = uint256(bytes32(rest[POINT:POINT + WORD]));
        Bn254.addScaled(left, rest[POINT + WORD:2 * POINT + WORD], claim.kappa);
        Bn254.addScaled(left, rest[2 * POINT + WORD:], claim.zeta);

        // -(kappa * (zeta * v + zeta^2 * a) + a)
        uint256 value = mulmod(claim.zeta, addmod(claim.v, mulmod(claim.zeta, a, ORDER), ORDER), ORDER);
        generator = ORDER - addmod(mulmod(claim.kappa, value, ORDER), a, ORDER);
    }

    /// zeta * X(zeta).
    function _first(Claim memory claim) private pure returns (uint256) {
        return mulmod(claim.zeta, claim.x, ORDER);
    }

    /// kappa * zeta * pi1 + pi2.
    function _right(bytes calldata proofs, Claim memory claim) private view returns (Sum memory right) {
        Bn254.addScaled(right, proofs[:POINT], mulmod(claim.kappa, claim.zeta, ORDER));
        Bn254.add(right, proofs[POINT:]);
    }

    function _setPair(uint256[] memory pairs, uint256 index, Sum memory left, uint256[4] memory right) private pure {
        assembly ("memory-safe") {
            let to := add(add(pairs, 32), mul(index, 192))
            mcopy(to, left, 64)
            mcopy(add(to, 64), right, 128)
        }
    }
}
