// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../src/interfaces/IEvidenceVerifier.sol";
import {Golden, GoldenProofs} from "../support/proofs/GoldenProofs.sol";

/// Proofs that another program made hold, and nothing that differs from them in anything.
contract ProofVerifierGoldenTest is GoldenProofs {
    /// So that both forms, hidden layers, several items and more rows than one are among those that are changed byte by byte.
    uint256 private constant MOST_BYTES = 600;

    function test_AcceptsEveryGoldenProof() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            assertTrue(verifier.verifyProof(golden[i].statements, golden[i].proof), golden[i].name);
        }
    }

    /// Quotients of models with one row, and remainders that vanish, are nothing.
    function test_AcceptsInfinityWhereItIsRight() public view {
        uint256 found;
        for (uint256 i = 0; i < golden.length; ++i) {
            bytes memory proof = golden[i].proof;
            uint256 opening = proof.length - (golden[i].isLong ? 416 : 288);
            for (uint256 at = opening; at + 64 <= proof.length; at += 32) {
                if (_wordAt(proof, at) | _wordAt(proof, at + 32) == 0) ++found;
            }
        }
        assertGt(found, 0);
    }

    function test_RefusesEveryChangedByteOfAProof() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            bytes memory proof = golden[i].proof;
            if (proof.length > MOST_BYTES) continue;
            for (uint256 at = 0; at < proof.length; ++at) {
                bytes1 right = proof[at];
                // Another bit each time.
                proof[at] = right ^ bytes1(uint8(1 << (at % 8)));
                assertFalse(_verify(golden[i].statements, proof), string.concat(golden[i].name, " ", vm.toString(at)));
                proof[at] = right;
            }
        }
    }

    function testFuzz_RefusesChangedBytes(uint256 which, uint256 at, uint8 change) public view {
        Golden memory chosen = golden[which % golden.length];
        vm.assume(change != 0);
        at = at % chosen.proof.length;
        chosen.proof[at] = chosen.proof[at] ^ bytes1(change);
        assertFalse(_verify(chosen.statements, chosen.proof));
    }

    function test_RefusesEveryChangedWordOfAStatement() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            Golden memory chosen = golden[i];
            for (uint256 b = 0; b < chosen.statements.length; ++b) {
                for (uint256 field = 0; field < 4; ++field) {
                    bytes32 right;
                    ProofStatement memory statement = chosen.statements[b];
                    assembly ("memory-safe") {
                        let at := add(statement, mul(field, 32))
                        right := mload(at)
                        mstore(at, xor(right, shl(mod(mul(37, add(field, 1)), 256), 1)))
                    }
                    assertFalse(_verify(chosen.statements, chosen.proof), chosen.name);
                    assembly ("memory-safe") {
                        mstore(add(statement, mul(field, 32)), right)
                    }
                }
            }
            assertTrue(_verify(chosen.statements, chosen.proof), chosen.name);
        }
    }

    function test_RefusesEveryOtherLength() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            bytes memory proof = golden[i].proof;
            if (proof.length > MOST_BYTES) continue;
            assertFalse(_verify(golden[i].statements, bytes.concat(proof, hex"00")), golden[i].name);
            for (uint256 length = 0; length < proof.length; ++length) {
                assembly ("memory-safe") {
                    mstore(proof, length)
                }
                assertFalse(_verify(golden[i].statements, proof), golden[i].name);
                assembly ("memory-safe") {
                    mstore(proof, add(length, 1))
                }
            }
        }
    }

    /// The items' order is the statements', and both are bound.
    function test_RefusesSwappedStatements() public view {
        uint256 tried;
        for (uint256 i = 0; i < golden.length; ++i) {
            Golden memory chosen = golden[i];
            if (chosen.statements.length == 1) continue;
            (chosen.statements[0], chosen.statements[1]) = (chosen.statements[1], chosen.statements[0]);
            assertFalse(_verify(chosen.statements, chosen.proof), chosen.name);
            ++tried;
        }
        assertGt(tried, 0);
    }

    /// Statements swapped with their items, but for the digests: each answer would go to the other's request.
    function test_RefusesSwappedDigests() public view {
        for (uint256 i = 0; i < golden.length; ++i) {
            Golden memory chosen = golden[i];
            if (chosen.statements.length == 1) continue;
            (chosen.statements[0].receiptDigest, chosen.statements[1].receiptDigest) =
            (chosen.statements[1].receiptDigest, chosen.statements[0].receiptDigest);
            assertFalse(_verify(chosen.statements, chosen.proof), chosen.name);
        }
    }

    function test_RefusesOneStatementMoreOrLess() public view {
        Golden memory chosen = golden[0];
        assertFalse(_verify(new ProofStatement[](0), chosen.proof));
        ProofStatement[] memory twice = new ProofStatement[](2);
        (twice[0], twice[1]) = (chosen.statements[0], chosen.statements[0]);
        assertFalse(_verify(twice, chosen.proof));
    }

    function test_RefusesWhatWasProvenOnAnotherChain() public {
        vm.chainId(block.chainid + 1);
        assertFalse(_verify(golden[0].statements, golden[0].proof));
    }

    function test_RefusesWhatWasProvenToAnotherVerifier() public {
        address other = makeAddr("other verifier");
        deployCodeTo("ProofVerifier.sol:ProofVerifier", abi.encode(setup), other);
        (bool succeeded, bytes memory reply) =
            other.staticcall(abi.encodeCall(verifier.verifyProof, (golden[0].statements, golden[0].proof)));
        assertTrue(succeeded);
        assertFalse(abi.decode(reply, (bool)));
    }
}
