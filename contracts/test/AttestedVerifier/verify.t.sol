// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Finding, Verdict} from "../../src/interfaces/IEvidenceVerifier.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {AttestedVerifier} from "../../src/verifiers/AttestedVerifier.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";
import {Receipts} from "../support/Receipts.sol";

contract AttestedVerifierVerifyTest is AttestedKeysFixture {
    AttestedVerifier private _verifier;
    KeyRegistration private _key;
    bytes32[] private _workloads;

    function setUp() public override {
        super.setUp();
        _useEvidence();
        _verifier = new AttestedVerifier(keys, false);
        _key = _registration();
        _registerWithEvidence(_key);
    }

    function test_KeepsWhatItIsGiven() public {
        assertEq(address(_verifier.attestedKeys()), address(keys));
        assertFalse(_verifier.isDevelopment());
        assertTrue(new AttestedVerifier(keys, true).isDevelopment());
    }

    function testFuzz_TheKeysSignatureHolds(uint256 seed, bytes32 digest) public view {
        _assert(Finding.Holds, _receipt(seed), digest, _sign(_key.signer, digest));
    }

    function testFuzz_TheShortFormHolds(uint256 seed, bytes32 digest) public view {
        bytes memory long = _sign(_key.signer, digest);
        (bytes32 r, bytes32 s) = abi.decode(long, (bytes32, bytes32));
        uint256 parity = uint8(long[64]) - 27;

        _assert(Finding.Holds, _receipt(seed), digest, abi.encode(r, uint256(s) | parity << 255));
    }

    /// forge-config: default.evm_version = "osaka"
    function test_AP256KeyHoldsWhereTheChainHasThePrecompile() public {
        KeyRegistration memory registration = _registration();
        registration.signer = _addressOfP256(7);
        bytes memory keySignature = _signP256(7, keys.digestOf(registration, _deadline()));
        vm.prank(node);
        keys.registerKeyWithEvidence(registration, _deadline(), keySignature, abi.encode(registration));
        _key = registration;

        _assert(Finding.Holds, _receipt(1), keccak256("one"), _signP256(7, keccak256("one")));
        _assert(Finding.KeyNotValid, _receipt(1), keccak256("one"), _signP256(8, keccak256("one")));
        _assert(Finding.Malformed, _receipt(1), keccak256("two"), _signP256(7, keccak256("one")));
    }

    function test_AP256SignatureIsMalformedWhereTheChainLacksThePrecompile() public view {
        _assert(Finding.Malformed, _receipt(1), "digest", _signP256(7, "digest"));
    }

    function testFuzz_HostileEvidenceDoesNotHold(uint256 seed, bytes32 digest, bytes memory evidence) public view {
        Finding finding = _verify(_receipt(seed), digest, evidence);

        assertTrue(finding == Finding.Malformed || finding == Finding.KeyNotValid);
    }

    function test_EmptyEvidenceIsMalformed() public view {
        _assert(Finding.Malformed, _receipt(1), "digest", "");
    }

    function testFuzz_AnotherAssuranceIsNotJudged(uint256 seed, bytes32 digest, uint8 assurance) public view {
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.assurance = Assurance(assurance % 4);

        Finding expected = receipt.assurance == Assurance.Attested ? Finding.Holds : Finding.WrongAssurance;
        _assert(expected, receipt, digest, _sign(_key.signer, digest));
    }

    function test_AnUnknownKeyIsNotValid() public {
        _assert(Finding.KeyNotValid, _receipt(1), "digest", _sign(_enclave(99), "digest"));
    }

    /// The block's time counts, not the receipt's.
    function test_AnExpiredKeyIsNotValid() public {
        InferenceReceipt memory receipt = _receipt(1);
        receipt.issuedAt = START;
        skip(LIFETIME - 1);
        _assert(Finding.Holds, receipt, "digest", _sign(_key.signer, "digest"));

        skip(1);

        _assert(Finding.KeyNotValid, receipt, "digest", _sign(_key.signer, "digest"));
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_ARevokedKeyIsNotValid(uint256 which) public {
        _trustReverts(which % 4);

        _assert(Finding.KeyNotValid, _receipt(1), "digest", _sign(_key.signer, "digest"));
    }

    function test_APendingKeyIsNotValid() public {
        _key = _registration();
        _register(_key);
        _assert(Finding.KeyNotValid, _receipt(1), "digest", _sign(_key.signer, "digest"));

        skip(VETO_WINDOW);

        _assert(Finding.Holds, _receipt(1), "digest", _sign(_key.signer, "digest"));
    }

    function testFuzz_AnotherNodeIsWrong(uint256 seed, bytes32 digest, address other) public view {
        vm.assume(other != node);
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.node = other;

        _assert(Finding.WrongSigner, receipt, digest, _sign(_key.signer, digest));
    }

    function testFuzz_AnotherEpochIsWrong(uint256 seed, bytes32 digest, uint64 keyEpoch) public view {
        vm.assume(keyEpoch != 1);
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.keyEpoch = keyEpoch;

        _assert(Finding.WrongEpoch, receipt, digest, _sign(_key.signer, digest));
    }

    function testFuzz_OtherEvidenceIsWrong(uint256 seed, bytes32 digest, bytes32 evidenceHash) public view {
        vm.assume(evidenceHash != _key.evidenceHash);
        InferenceReceipt memory receipt = _receipt(seed);
        receipt.evidenceHash = evidenceHash;

        _assert(Finding.WrongEvidenceHash, receipt, digest, _sign(_key.signer, digest));
    }

    function testFuzz_OnlyAcceptedWorkloadsHold(bytes32[8] memory accepted, uint256 count, uint256 place) public {
        count = bound(count, 1, accepted.length);
        for (uint256 i = 0; i < count; i++) {
            vm.assume(accepted[i] != WORKLOAD);
            _workloads.push(accepted[i]);
        }
        _assert(Finding.WorkloadNotAccepted, _receipt(1), "digest", _sign(_key.signer, "digest"));

        _workloads[place % count] = WORKLOAD;

        _assert(Finding.Holds, _receipt(1), "digest", _sign(_key.signer, "digest"));
    }

    /// Of two faults the key's comes first.
    function test_AnAcceptedWorkloadMendsNothing() public {
        _workloads.push(WORKLOAD);
        InferenceReceipt memory receipt = _receipt(1);
        receipt.keyEpoch++;

        _assert(Finding.WrongEpoch, receipt, "digest", _sign(_key.signer, "digest"));
    }

    function test_AnEmulatedRootHoldsForDevelopmentOnly() public {
        keys = _deploy(true);
        vm.startPrank(admin);
        keys.approveRoot(ROOT, "emulated", true);
        keys.approveWorkload(WORKLOAD, "");
        vm.stopPrank();
        _useEvidence();
        _registerWithEvidence(_key);
        bytes memory evidence = _sign(_key.signer, "digest");

        _verifier = new AttestedVerifier(keys, true);
        Verdict memory verdict = _verifier.verify(_receipt(1), "digest", evidence, _workloads);
        assertEq(uint8(verdict.finding), uint8(Finding.Holds));
        assertEq(verdict.rootLabel, "emulated");

        _verifier = new AttestedVerifier(keys, false);
        verdict = _verifier.verify(_receipt(1), "digest", evidence, _workloads);
        assertEq(uint8(verdict.finding), uint8(Finding.EmulatedRoot));
        assertEq(verdict.rootLabel, "emulated");
    }

    function _receipt(uint256 seed) private view returns (InferenceReceipt memory receipt) {
        receipt = Receipts.from(seed);
        receipt.assurance = Assurance.Attested;
        receipt.node = node;
        receipt.keyEpoch = _key.keyEpoch;
        receipt.evidenceHash = _key.evidenceHash;
    }

    function _assert(Finding expected, InferenceReceipt memory receipt, bytes32 digest, bytes memory evidence) private view {
        assertEq(uint8(_verify(receipt, digest, evidence)), uint8(expected));
    }

    /// The label is known where a valid key is bound to what the receipt names.
    function _verify(InferenceReceipt memory receipt, bytes32 digest, bytes memory evidence)
        private
        view
        returns (Finding finding)
    {
        Verdict memory verdict = _verifier.verify(receipt, digest, evidence, _workloads);
        finding = verdict.finding;
        bool hasKey = finding == Finding.Holds || finding == Finding.WorkloadNotAccepted;
        assertEq(verdict.rootLabel, hasKey ? LABEL : bytes32(0));
    }
}
