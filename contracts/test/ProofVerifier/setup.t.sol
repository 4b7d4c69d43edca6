// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProofSetup, Setup} from "../../src/interfaces/IProofSetup.sol";
import {ProofVerifier} from "../../src/ProofVerifier.sol";
import {Bn254} from "../../src/proofs/Bn254.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";

/// What a verifier is made with, and what it refuses to be made with.
contract ProofVerifierSetupTest is GoldenProofs {
    function test_KeepsItsSetup() public {
        ProofVerifier made = new ProofVerifier(setup);
        assertEq(made.label(), setup.label);
        assertTrue(made.isDevelopment());
        assertEq(keccak256(abi.encode(made.tau())), keccak256(abi.encode(setup.tau)));
        assertEq(made.powerCount(), setup.powers.length);
        for (uint256 k = 1; k <= setup.powers.length; ++k) {
            assertEq(keccak256(abi.encode(made.power(k))), keccak256(abi.encode(setup.powers[k - 1])));
        }
        assertEq(made.setupHash(), keccak256(abi.encode(setup)));
    }

    /// EIP-170.
    function test_FitsWhatAChainTakesOfCode() public view {
        assertGt(address(verifier).code.length, 0);
        assertLe(address(verifier).code.length, 24_576);
    }

    /// All but the beginning that says so is taken for a ceremony whose secret nobody knows.
    function test_TellsDevelopmentByTheLabel() public {
        setup.label = "UNSAFE development";
        assertTrue(new ProofVerifier(setup).isDevelopment());
        setup.label = "UNSAFE developmen";
        assertFalse(new ProofVerifier(setup).isDevelopment());
        setup.label = "unsafe development";
        assertFalse(new ProofVerifier(setup).isDevelopment());
    }

    function test_TakesASetupWithoutPowers() public {
        delete setup.powers;
        delete setup.witnesses;
        assertEq(new ProofVerifier(setup).powerCount(), 0);
    }

    function test_RevertWhen_TheLabelIsMissing() public {
        setup.label = "";
        vm.expectRevert(IProofSetup.LabelMissing.selector);
        new ProofVerifier(setup);
    }

    function test_RevertWhen_TauIsInfinity() public {
        delete setup.tau;
        _expectInvalid();
    }

    /// What a ceremony begins with: all powers are right, and everybody knows of what.
    function test_RevertWhen_TauIsOne() public {
        uint256 y2 = Bn254.MODULUS - Bn254.MINUS_G2_2;
        uint256 y3 = Bn254.MODULUS - Bn254.MINUS_G2_3;
        setup.tau = [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, y2, y3];
        for (uint256 k = 0; k < setup.powers.length; ++k) {
            setup.powers[k] = setup.tau;
            setup.witnesses[k] = [uint256(1), 2];
        }
        _expectInvalid();
    }

    function test_RevertWhen_TauIsMinusOne() public {
        delete setup.powers;
        delete setup.witnesses;
        setup.tau = [Bn254.MINUS_G2_0, Bn254.MINUS_G2_1, Bn254.MINUS_G2_2, Bn254.MINUS_G2_3];
        _expectInvalid();
    }

    function test_RevertWhen_TauIsNoPoint() public {
        setup.tau[0] += 1;
        vm.expectRevert(abi.encodeWithSelector(Bn254.PrecompileFailed.selector, 8));
        new ProofVerifier(setup);
    }

    function test_RevertWhen_TauIsAnother() public {
        setup.tau = setup.powers[0];
        _expectInvalid();
    }

    /// Each power in turn is that of another exponent.
    function test_RevertWhen_APowerIsAnother() public {
        for (uint256 k = 0; k < setup.powers.length; ++k) {
            uint256[4] memory right = setup.powers[k];
            setup.powers[k] = setup.tau;
            _expectInvalid();
            setup.powers[k] = right;
        }
    }

    function test_RevertWhen_AWitnessIsAnother() public {
        for (uint256 k = 0; k < setup.witnesses.length; ++k) {
            uint256[2] memory right = setup.witnesses[k];
            setup.witnesses[k] = [uint256(1), 2];
            _expectInvalid();
            setup.witnesses[k] = right;
        }
    }

    /// Powers and witnesses that fit each other, and not tau.
    function test_RevertWhen_TheyAreOfAnotherSecret() public {
        uint256[4] memory second = setup.powers[1];
        uint256[2] memory witness = setup.witnesses[1];
        delete setup.powers;
        delete setup.witnesses;
        setup.powers.push(second);
        setup.witnesses.push(witness);
        _expectInvalid();
    }

    function test_RevertWhen_AWitnessIsNoPoint() public {
        setup.witnesses[3][1] += 1;
        _expectInvalid();
    }

    function test_RevertWhen_TheyAreNotAsMany() public {
        setup.witnesses.pop();
        _expectInvalid();
    }

    function test_RevertWhen_ThereAreMoreThanTwenty() public {
        setup.powers.push(setup.tau);
        setup.witnesses.push(setup.witnesses[0]);
        _expectInvalid();
    }

    function _expectInvalid() private {
        vm.expectRevert(IProofSetup.SetupInvalid.selector);
        new ProofVerifier(setup);
    }
}
