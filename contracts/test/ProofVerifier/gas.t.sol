// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {console} from "forge-std/console.sol";

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {GoldenProofs} from "../support/proofs/GoldenProofs.sol";
import {PlainItems} from "../support/proofs/PlainItems.sol";
import {ProofScenes} from "../support/proofs/ProofScenes.sol";
import {TrapdoorModel, TrapdoorProver} from "../support/proofs/TrapdoorProver.sol";

/// What the verifier's own work takes for an item at the most, of inputs without a zero. `og bench gas` has what a transaction takes.
contract ProofVerifierGasTest is GoldenProofs {
    function test_OneOfDigits() public view {
        _measure(_digits(), 1, false, 214_000);
    }

    function test_SixteenOfDigits() public view {
        _measure(_digits(), 16, false, 52_000);
    }

    function test_OneOfVolatility() public view {
        _measure(_volatility(), 1, false, 201_000);
    }

    function test_ThirtyTwoOfVolatility() public view {
        _measure(_volatility(), 32, false, 28_500);
    }

    function test_OneOfVolatilityLong() public view {
        _measure(_volatility(), 1, true, 268_000);
    }

    function _measure(TrapdoorModel memory model, uint256 count, bool isLong, uint256 most) private view {
        bytes memory items = ProofScenes.bytesOf(count * PlainItems.itemLength(model.descriptor), 7);
        bytes32[] memory digests = ProofScenes.digests(count, 8);
        ProofStatement[] memory statements = TrapdoorProver.statementsOf(model, items, digests);
        bytes memory proof = TrapdoorProver.prove(model, items, digests, isLong, address(verifier));
        bytes memory call = abi.encodeCall(verifier.verifyProof, (statements, proof));

        uint256 before = gasleft();
        (bool succeeded, bytes memory reply) = address(verifier).staticcall(call);
        uint256 used = before - gasleft();

        assertTrue(succeeded && abi.decode(reply, (bool)));
        console.log("%d for each of %d", used / count, count);
        assertLt(used / count, most);
    }

    function _digits() private pure returns (TrapdoorModel memory) {
        return ProofScenes.model(ProofScenes.sizes(784, 56, 10), 56, 4, 1);
    }

    function _volatility() private pure returns (TrapdoorModel memory) {
        return ProofScenes.model(ProofScenes.sizes(16, 64, 32, 3), 32, 3, 2);
    }
}
