// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {IProofVerifier, ProofStatement} from "../../../src/interfaces/IEvidenceVerifier.sol";
import {Setup} from "../../../src/interfaces/IProofSetup.sol";
import {PlainItems} from "./PlainItems.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice A proof that another program made, and what it is about.
struct Golden {
    string name;
    bool isLong;
    ProofStatement[] statements;
    bytes proof;
}

/// @notice A verifier where the golden proofs expect it, and the proofs. docs/proofs.md says what the file holds.
/// @dev The verifier is made by its artifact: it is compiled through the IR, and tests are not.
abstract contract GoldenProofs is Test {
    string internal constant FILE = "contracts/test/ProofVerifier/golden.json";

    IProofVerifier internal verifier;
    Setup internal setup;
    Golden[] internal golden;

    function setUp() public virtual {
        string memory json = vm.readFile(FILE);
        _readSetup(json);
        vm.chainId(vm.parseJsonUint(json, ".chainId"));
        _deployVerifier(vm.parseJsonAddress(json, ".verifier"));
        // The golden address may be where a test's first contract goes.
        vm.setNonce(address(this), 1000);
        for (uint256 i = 0; vm.keyExistsJson(json, _path(i, "")); ++i) {
            _readProof(json, i);
        }
        assertGt(golden.length, 0, "There are no golden proofs.");
    }

    function _deployVerifier(address at) internal {
        deployCodeTo("ProofVerifier.sol:ProofVerifier", abi.encode(setup), at);
        verifier = IProofVerifier(at);
    }

    /// What the verifier answers. It never reverts.
    function _verify(ProofStatement[] memory statements, bytes memory proof) internal view returns (bool) {
        (bool succeeded, bytes memory reply) =
            address(verifier).staticcall(abi.encodeCall(verifier.verifyProof, (statements, proof)));
        assertTrue(succeeded, "The verifier reverted.");
        return abi.decode(reply, (bool));
    }

    function _wordAt(bytes memory data, uint256 at) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), at))
        }
    }

    function _set(bytes memory data, uint256 at, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 32), at), word)
        }
    }

    function _readSetup(string memory json) internal {
        setup.label = vm.parseJsonString(json, ".label");
        setup.tau = abi.decode(vm.parseJsonBytes(json, ".tau2"), (uint256[4]));
        bytes[] memory powers = vm.parseJsonBytesArray(json, ".tau2Powers");
        uint256 exponent = TrapdoorProver.TAU;
        for (uint256 i = 0; i < powers.length; ++i) {
            setup.powers.push(abi.decode(powers[i], (uint256[4])));
            // The file has no witnesses, and needs none: the secret is known.
            setup.witnesses.push(abi.decode(TrapdoorProver.point(exponent), (uint256[2])));
            exponent = mulmod(exponent, exponent, PlainItems.P);
        }
    }

    function _readProof(string memory json, uint256 index) private {
        golden.push();
        Golden storage read = golden[index];
        read.name = vm.parseJsonString(json, _path(index, ".name"));
        read.isLong = vm.parseJsonUint(json, _path(index, ".form")) == 2;
        read.proof = vm.parseJsonBytes(json, _path(index, ".proof"));
        for (uint256 i = 0; vm.keyExistsJson(json, _path(index, i, "")); ++i) {
            read.statements
                .push(
                    ProofStatement({
                        proofCommitment: vm.parseJsonBytes32(json, _path(index, i, ".proofCommitment")),
                        inputCommit: vm.parseJsonBytes32(json, _path(index, i, ".inputCommit")),
                        outputCommit: vm.parseJsonBytes32(json, _path(index, i, ".outputCommit")),
                        receiptDigest: vm.parseJsonBytes32(json, _path(index, i, ".receiptDigest"))
                    })
                );
        }
    }

    function _path(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".proofs[", vm.toString(index), "]", field);
    }

    function _path(uint256 index, uint256 statement, string memory field) private pure returns (string memory) {
        return string.concat(_path(index, ".statements["), vm.toString(statement), "]", field);
    }
}
