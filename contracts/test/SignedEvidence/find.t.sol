// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {Finding} from "../../src/interfaces/IEvidenceVerifier.sol";
import {Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {SignedEvidence} from "../../src/verifiers/SignedEvidence.sol";
import {Receipts} from "../support/Receipts.sol";

contract SignedEvidenceFindTest is Test {
    uint256 private constant PRIVATE_KEY = 7;

    function testFuzz_TheNodesSignatureHolds(uint256 seed, bytes32 digest) public view {
        _assert(Finding.Holds, _receipt(seed), digest, _sign(PRIVATE_KEY, digest));
    }

    function testFuzz_TheShortFormHolds(uint256 seed, bytes32 digest) public view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PRIVATE_KEY, digest);

        _assert(Finding.Holds, _receipt(seed), digest, abi.encode(r, uint256(s) | uint256(v - 27) << 255));
    }

    function testFuzz_AnotherSignerIsWrong(uint256 seed, bytes32 digest) public view {
        _assert(Finding.WrongSigner, _receipt(seed), digest, _sign(PRIVATE_KEY + 1, digest));
    }

    function testFuzz_AnotherDigestIsWrong(uint256 seed, bytes32 digest, bytes32 signed) public view {
        vm.assume(digest != signed);

        assertTrue(_verify(_receipt(seed), digest, _sign(PRIVATE_KEY, signed)) != Finding.Holds);
    }

    function testFuzz_HostileEvidenceIsMalformed(uint256 seed, bytes32 digest, bytes memory evidence) public view {
        vm.assume(evidence.length != 64 && evidence.length != 65);

        _assert(Finding.Malformed, _receipt(seed), digest, evidence);
    }

    function testFuzz_HostileEvidenceOfTheRightLengthDoesNotHold(
        uint256 seed,
        bytes32 digest,
        bytes32 r,
        bytes32 s,
        uint8 v,
        bool short
    ) public view {
        bytes memory evidence = short ? abi.encode(r, s) : abi.encodePacked(r, s, v);

        Finding finding = _verify(_receipt(seed), digest, evidence);

        assertTrue(finding == Finding.Malformed || finding == Finding.WrongSigner);
    }

    /// What is no signature gives the zero address, which no receipt can name.
    function testFuzz_TheZeroNodeSignsNothing(uint256 seed, bytes32 digest, bytes32 r) public view {
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.node = address(0);

        _assert(Finding.Malformed, receipt, digest, abi.encodePacked(r, uint256(0), uint8(27)));
        _assert(Finding.Malformed, receipt, digest, "");
    }

    function testFuzz_AKeyEpochIsWrong(uint256 seed, bytes32 digest, uint64 keyEpoch) public view {
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.keyEpoch = keyEpoch;

        _assert(keyEpoch == 0 ? Finding.Holds : Finding.WrongEpoch, receipt, digest, _sign(PRIVATE_KEY, digest));
    }

    function testFuzz_AnEvidenceHashIsWrong(uint256 seed, bytes32 digest, bytes32 evidenceHash) public view {
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.evidenceHash = evidenceHash;

        _assert(evidenceHash == 0 ? Finding.Holds : Finding.WrongEvidenceHash, receipt, digest, _sign(PRIVATE_KEY, digest));
    }

    function _receipt(uint256 seed) private pure returns (InferenceReceipt memory receipt) {
        receipt = Receipts.from(seed);
        receipt.node = vm.addr(PRIVATE_KEY);
        receipt.keyEpoch = 0;
        receipt.evidenceHash = 0;
    }

    function _assert(Finding expected, InferenceReceipt memory receipt, bytes32 digest, bytes memory evidence) private view {
        assertEq(uint8(_verify(receipt, digest, evidence)), uint8(expected));
    }

    function _verify(InferenceReceipt memory receipt, bytes32 digest, bytes memory evidence) private view returns (Finding) {
        return this.find(receipt, digest, evidence);
    }

    /// Called from outside, so that the evidence lies in calldata.
    function find(InferenceReceipt calldata receipt, bytes32 digest, bytes calldata evidence) external view returns (Finding) {
        return SignedEvidence.find(receipt.node, receipt.keyEpoch, receipt.evidenceHash, digest, evidence);
    }

    function _sign(uint256 privateKey, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }
}
