// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {console} from "forge-std/console.sol";

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// What verifying takes, by the verifier's own work.
contract ProofVerifierGasTest is GoldenProofs {
    function test_OneOfDigits() public view {
        _measure("784-56-10 x 1", ProofScenes.model(ProofScenes.sizes(784, 56, 10), 56, 4, 1), 1, false);
    }

    function test_SixteenOfDigits() public view {
        _measure("784-56-10 x 16", ProofScenes.model(ProofScenes.sizes(784, 56, 10), 56, 4, 1), 16, false);
    }

    function test_OneOfVolatility() public view {
        _measure("16-64-32-3 x 1", ProofScenes.model(ProofScenes.sizes(16, 64, 32, 3), 32, 3, 2), 1, false);
    }

    function test_ThirtyTwoOfVolatility() public view {
        _measure("16-64-32-3 x 32", ProofScenes.model(ProofScenes.sizes(16, 64, 32, 3), 32, 3, 2), 32, false);
    }

    function test_OneOfVolatilityLong() public view {
        _measure("16-64-32-3 x 1 long", ProofScenes.model(ProofScenes.sizes(16, 64, 32, 3), 32, 3, 2), 1, true);
    }

    function _measure(string memory name, TrapdoorModel memory model, uint256 count, bool isLong) private view {
        bytes memory items = ProofScenes.bytesOf(count * PlainItems.itemLength(model.descriptor), 7);
        bytes32[] memory digests = ProofScenes.digests(count, 8);
        ProofStatement[] memory statements = TrapdoorProver.statementsOf(model, items, digests);
        bytes memory proof = TrapdoorProver.prove(model, items, digests, isLong, address(verifier));
        bytes memory call = abi.encodeCall(verifier.verifyProof, (statements, proof));

        uint256 before = gasleft();
        (bool succeeded, bytes memory reply) = address(verifier).staticcall(call);
        uint256 used = before - gasleft();

        assertTrue(succeeded && abi.decode(reply, (bool)));
        console.log("%s: %d, each %d", name, used, used / count);
    }
}
