// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Bn254, ORDER, Sum} from "./Bn254.sol";
import {IProofSetup, Setup} from "../interfaces/IProofSetup.sol";

/// @title Whether the powers of a setup are powers of one secret
/// @notice With T_0 = tau in G2, T_k its powers and P_k the witnesses: e(P_k, [1]) = e([1], T_k) says that P_k has T_k's exponent, and e(P_k, T_k) =
/// e([1], T_(k+1)) that T_(k+1) has its square. All are checked at once, by a random combination of which the setup's own hash decides.
library SetupCheck {
    uint256 private constant MAX_POWERS = 20;
    uint256 private constant PAIR_WORDS = 6;
    bytes private constant UNSAFE = "UNSAFE development";

    /// @notice Reverts unless it is a setup.
    function requireSetup(Setup memory setup) internal view {
        require(bytes(setup.label).length != 0, IProofSetup.LabelMissing());
        uint256 count = setup.powers.length;
        bool isFinite = (setup.tau[0] | setup.tau[1] | setup.tau[2] | setup.tau[3]) != 0;
        require(isFinite && count <= MAX_POWERS && setup.witnesses.length == count, IProofSetup.SetupInvalid());
        // The generator and its negative have the same x: a tau of 1, with which every ceremony begins, or -1 is known to everybody.
        require(setup.tau[0] != Bn254.MINUS_G2_0 || setup.tau[1] != Bn254.MINUS_G2_1, IProofSetup.SetupInvalid());

        uint256[] memory pairs = new uint256[](PAIR_WORDS * (count + 2));
        Sum memory witnesses;
        uint256 factor = 1;
        uint256 random = uint256(keccak256(abi.encode(setup))) % ORDER;
        uint256 carried;
        for (uint256 k = 0; k <= count; ++k) {
            // T_k stands against its witness, and against the square before it.
            Sum memory against;
            uint256 ofGenerator = carried;
            if (k < count) {
                uint256[2] memory witness = setup.witnesses[k];
                require(Bn254.isPoint(witness[0], witness[1]), IProofSetup.SetupInvalid());
                Bn254.addScaled(witnesses, witness[0], witness[1], factor);
                ofGenerator = addmod(ofGenerator, factor, ORDER);
                factor = mulmod(factor, random, ORDER);
                Bn254.addScaled(against, witness[0], witness[1], ORDER - factor);
                carried = factor;
                factor = mulmod(factor, random, ORDER);
            }
            Bn254.addScaled(against, 1, 2, ofGenerator);
            _set(pairs, k, against, k == 0 ? setup.tau : setup.powers[k - 1]);
        }
        _set(pairs, count + 1, witnesses, [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, Bn254.MINUS_G2_2, Bn254.MINUS_G2_3]);
        require(Bn254.isPairingOne(pairs), IProofSetup.SetupInvalid());
    }

    /// @notice Whether a label says that somebody knows the secret.
    function isDevelopment(string memory label) internal pure returns (bool) {
        bytes memory letters = bytes(label);
        if (letters.length < UNSAFE.length) return false;
        for (uint256 i = 0; i < UNSAFE.length; ++i) {
            if (letters[i] != UNSAFE[i]) return false;
        }
        return true;
    }

    function _set(uint256[] memory pairs, uint256 index, Sum memory left, uint256[4] memory right) private pure {
        uint256 at = PAIR_WORDS * index;
        (pairs[at], pairs[at + 1]) = (left.x, left.y);
        for (uint256 i = 0; i < 4; ++i) {
            pairs[at + 2 + i] = right[i];
        }
    }
}
