// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RegisterKeyWithEvidenceTest is AttestedKeysFixture {
    function setUp() public override {
        super.setUp();
        _useEvidence();
    }

    function test_RegistersAKeyThatIsActiveAtOnce() public {
        KeyRegistration memory registration = _registration();

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyRegistered(node, registration.signer, 1, registration, new address[](0), START);
        _registerWithEvidence(registration);

        _assertState(registration.signer, KeyState.Active);
        assertEq(keys.keyOf(registration.signer).activeFrom, START);
        assertEq(keys.signerOf(node, 1), registration.signer);
    }

    function test_ASuccessorEndsTheFormerKeyAfterTheOverlap() public {
        address former = _active();
        uint256 time = vm.getBlockTimestamp();

        _registerWithEvidence(_registration());

        assertEq(keys.keyOf(former).validUntil, time + OVERLAP);
    }

    function test_RevertWhen_TheLastKeyIsPending() public {
        address last = _pending();
        KeyRegistration memory registration = _registration();

        _expect(abi.encodeWithSelector(IAttestedKeys.KeyStillPending.selector, last), registration);
    }

    function test_RevertWhen_ItExpiresNow() public {
        KeyRegistration memory registration = _registration();
        registration.expiresAt = START;

        _expect(abi.encodeWithSelector(IAttestedKeys.ValidityInvalid.selector, START, START), registration);

        registration.expiresAt = START + 1;
        _registerWithEvidence(registration);
    }

    function testFuzz_RevertWhen_TheVerifierRefuses(bytes memory evidence) public {
        KeyRegistration memory registration = _registration();
        bytes memory keySignature = _keySignature(registration);

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.EvidenceRefused.selector, registration.signer));
        keys.registerKeyWithEvidence(registration, _deadline(), keySignature, evidence);
    }

    function test_RevertWhen_ThereIsNoVerifier() public {
        vm.prank(admin);
        keys.setOnChainVerifier(address(0));
        KeyRegistration memory registration = _registration();

        _expect(abi.encodeWithSelector(IAttestedKeys.EvidenceRefused.selector, registration.signer), registration);
    }

    function test_RevertWhen_TheKeyDidNotSign() public {
        KeyRegistration memory registration = _registration();

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeySignatureInvalid.selector, registration.signer));
        keys.registerKeyWithEvidence(registration, _deadline(), "", abi.encode(registration));
    }

    function test_RevertWhen_TheKeyExists() public {
        KeyRegistration memory registration = _registration();
        _registerWithEvidence(registration);

        _expect(abi.encodeWithSelector(IAttestedKeys.KeyExists.selector, registration.signer), registration);
    }

    function test_RevertWhen_TheDeadlineHasPassed() public {
        KeyRegistration memory registration = _registration();

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.SignatureExpired.selector, START - 1));
        keys.registerKeyWithEvidence(registration, START - 1, "", "");
    }

    function test_RevertWhen_AnotherSendsIt() public {
        KeyRegistration memory registration = _registration();
        bytes memory keySignature = _keySignature(registration);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotNode.selector, stranger, node));
        keys.registerKeyWithEvidence(registration, _deadline(), keySignature, abi.encode(registration));
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_RevertWhen_ItRestsOnWhatIsRevoked(uint256 which) public {
        _expect(_trustReverts(which % 4), _registration());
    }

    function _expect(bytes memory reason, KeyRegistration memory registration) private {
        bytes memory keySignature = _keySignature(registration);
        vm.prank(node);
        vm.expectRevert(reason);
        keys.registerKeyWithEvidence(registration, _deadline(), keySignature, abi.encode(registration));
    }
}
