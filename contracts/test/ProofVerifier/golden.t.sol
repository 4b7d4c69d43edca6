// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";

/// Proofs that another program made hold, and say which.
contract ProofVerifierGoldenTest is GoldenProofs {
    function test_AcceptsEveryGoldenProof() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            assertTrue(verifier.verifyProof(golden[i].statements, golden[i].proof), golden[i].name);
        }
    }
}
