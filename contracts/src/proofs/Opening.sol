// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Bn254, ORDER, Sum} from "./Bn254.sol";
import {Claim} from "./Claim.sol";

/// @title The equation in the end
/// @notice docs/proofs.md has both forms, and docs/soundness.md why they mean what they mean. Terms of one point are one multiplication here.
/// @dev Points are named by where they stand in calldata: the short form is Q', A, a, pi1, pi2, the long one G, Q, B, A, a, pi1, pi2. From A on both are
/// alike, and B and G of the long form stand for Q' and the weights of the short one.
library Opening {
    /// How many bytes come before a.
    uint256 internal constant SHORT_HEAD = 128;
    uint256 internal constant LONG_HEAD = 256;
    /// How many bytes a and what follows have.
    uint256 internal constant TAIL = 160;

    uint256 private constant POINT = 64;
    uint256 private constant WORD = 32;
    uint256 private constant PAIR_BYTES = 192;
    uint256 private constant PAIR_WORDS = 6;

    /// @notice Whether all points of an opening are points, and its scalar is one.
    /// @param a Where it stands, after the points of the head.
    function isWellFormed(uint256 opening, uint256 a) internal pure returns (bool) {
        for (; opening < a; opening += POINT) {
            if (!Bn254.isPointAt(opening)) return false;
        }
        return Bn254.wordAt(a) < ORDER && Bn254.isPointAt(a + WORD) && Bn254.isPointAt(a + WORD + POINT);
    }

    /// @notice Whether the short form holds.
    function holdsShort(uint256 weights, uint256 opening, Claim memory claim, uint256[4] memory tau)
        internal
        view
        returns (bool)
    {
        Sum memory left;
        _addCommon(left, claim, weights, mulmod(claim.kappa, _opened(claim), ORDER), opening, opening + SHORT_HEAD);

        uint256[] memory pairs = new uint256[](2 * PAIR_WORDS);
        _setPairs(pairs, left, claim, opening + SHORT_HEAD, tau);
        return Bn254.isPairingOne(pairs);
    }

    /// @notice Whether the long form holds.
    /// @param tauToColumns tau^C in G2, never infinity.
    function holdsLong(
        uint256 weights,
        uint256 opening,
        Claim memory claim,
        uint256[4] memory tau,
        uint256[4] memory tauToColumns
    ) internal view returns (bool) {
        Sum memory left;
        // Once as what is opened, and once, at -mu, in W - G + r * Q.
        uint256 scale = addmod(mulmod(claim.kappa, _opened(claim), ORDER), ORDER - claim.mu, ORDER);
        _addCommon(left, claim, opening, scale, opening + 2 * POINT, opening + LONG_HEAD);
        Bn254.addScaled(left, weights, claim.mu);
        Sum memory quotient;
        Bn254.addScaled(quotient, opening + POINT, claim.mu);
        Bn254.addScaled(left, quotient.x, quotient.y, claim.r);

        uint256[] memory pairs = new uint256[](3 * PAIR_WORDS);
        _setPairs(pairs, left, claim, opening + LONG_HEAD, tau);
        _setPair(pairs, 2, quotient, tauToColumns);
        return Bn254.isPairingOne(pairs);
    }

    /// The terms of the left side that both forms have.
    /// @param base Where the commitment stands that is opened.
    /// @param scale What it counts for.
    /// @param quotient Where the quotient by Z^C - r stands.
    /// @param a Where the opening's scalar stands.
    function _addCommon(Sum memory left, Claim memory claim, uint256 base, uint256 scale, uint256 quotient, uint256 a)
        private
        view
    {
        Bn254.addScaled(left, base, scale);
        uint256 vanishing = addmod(mulmod(claim.r, claim.zetaToColumns, ORDER), ORDER - 1, ORDER);
        Bn254.addScaled(left, quotient, mulmod(claim.kappa, vanishing, ORDER));
        Bn254.add(left, a - POINT);
        Bn254.addScaled(left, a + WORD, claim.kappa);
        Bn254.addScaled(left, a + WORD + POINT, claim.zeta);

        // -(kappa * (zeta * v + zeta^2 * a) + a)
        uint256 value = Bn254.wordAt(a);
        uint256 sum = mulmod(claim.zeta, addmod(claim.v, mulmod(claim.zeta, value, ORDER), ORDER), ORDER);
        sum = addmod(mulmod(claim.kappa, sum, ORDER), value, ORDER);
        Bn254.addScaled(left, 1, 2, ORDER - sum);
    }

    /// zeta * X(zeta).
    function _opened(Claim memory claim) private pure returns (uint256) {
        return mulmod(claim.zeta, claim.x, ORDER);
    }

    /// The left side against -[1], and kappa * zeta * pi1 + pi2 against tau.
    function _setPairs(uint256[] memory pairs, Sum memory left, Claim memory claim, uint256 a, uint256[4] memory tau)
        private
        view
    {
        _setPair(pairs, 0, left, [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, Bn254.MINUS_G2_2, Bn254.MINUS_G2_3]);
        Sum memory right;
        Bn254.addScaled(right, a + WORD, mulmod(claim.kappa, claim.zeta, ORDER));
        Bn254.add(right, a + WORD + POINT);
        _setPair(pairs, 1, right, tau);
    }

    function _setPair(uint256[] memory pairs, uint256 index, Sum memory left, uint256[4] memory right) private pure {
        assembly ("memory-safe") {
            let to := add(add(pairs, 32), mul(index, PAIR_BYTES))
            mcopy(to, left, 64)
            mcopy(add(to, 64), right, 128)
        }
    }
}
