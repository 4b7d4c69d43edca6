// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

/// Who must have signed a registration, and over what.
contract RegisterKeySignaturesTest is AttestedKeysFixture {
    function test_TakesMoreAttestersThanItNeeds() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 3);

        _send(registration, _keySignature(registration), who, signatures);

        _assertState(registration.signer, KeyState.Pending);
    }

    function test_TakesShortSignatures() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        signatures[1] = _short(signatures[1]);

        _send(registration, _short(_keySignature(registration)), who, signatures);

        _assertState(registration.signer, KeyState.Pending);
    }

    /// forge-config: default.evm_version = "osaka"
    function test_TakesP256KeysWhereTheChainHasThePrecompile() public {
        (KeyRegistration memory registration, bytes memory keySignature) = _p256();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        _send(registration, keySignature, who, signatures);

        _assertState(registration.signer, KeyState.Pending);
    }

    function test_RevertWhen_TheChainLacksThePrecompile() public {
        (KeyRegistration memory registration, bytes memory keySignature) = _p256();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        _expect(_keyInvalid(registration), registration, keySignature, who, signatures);
    }

    /// forge-config: default.evm_version = "osaka"
    function test_AttestersSignWithTheirAddressesOnly() public {
        (KeyRegistration memory registration, bytes memory keySignature) = _p256();
        vm.startPrank(admin);
        keys.setAttester(registration.signer, true);
        keys.setThreshold(1);
        vm.stopPrank();
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        who[0] = registration.signer;
        signatures[0] = keySignature;

        _expect(
            abi.encodeWithSelector(IAttestedKeys.AttesterSignatureInvalid.selector, who[0]),
            registration,
            keySignature,
            who,
            signatures
        );
    }

    function testFuzz_RevertWhen_TheDeadlineHasPassed(uint256 deadline) public {
        deadline = bound(deadline, 0, START - 1);
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        bytes memory keySignature = _keySignature(registration);

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.SignatureExpired.selector, deadline));
        keys.registerKey(registration, deadline, keySignature, who, signatures);
    }

    function testFuzz_RevertWhen_TheDeadlineIsNotTheSignedOne(uint256 deadline) public {
        deadline = bound(deadline, START + 1, type(uint256).max);
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        bytes memory keySignature = _keySignature(registration);

        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeySignatureInvalid.selector, registration.signer));
        keys.registerKey(registration, deadline, keySignature, who, signatures);
    }

    function testFuzz_RevertWhen_TheKeyDidNotSign(bytes memory keySignature) public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        _expect(_keyInvalid(registration), registration, keySignature, who, signatures);
    }

    function test_RevertWhen_AnotherKeySigned() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        _expect(_keyInvalid(registration), registration, signatures[0], who, signatures);
    }

    /// The zero address is what a signature that is none gives.
    function test_RevertWhen_TheSignerIsZero() public {
        KeyRegistration memory registration = _registration();
        registration.signer = address(0);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        _expect(_keyInvalid(registration), registration, "", who, signatures);
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_RevertWhen_AFieldIsNotAsSigned(uint256 field) public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        bytes memory keySignature = _keySignature(registration);

        registration = _changed(registration, field % 13);

        _expect(_keyInvalid(registration), registration, keySignature, who, signatures);
    }

    function test_RevertWhen_ItWasSignedForAnotherRegister() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        bytes memory elsewhere = _sign(registration.signer, _deploy(false).digestOf(registration, _deadline()));

        _expect(_keyInvalid(registration), registration, elsewhere, who, signatures);
    }

    function test_RevertWhen_ItWasSignedForAnotherChain() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        bytes memory keySignature = _keySignature(registration);

        vm.chainId(block.chainid + 1);

        _expect(_keyInvalid(registration), registration, keySignature, who, signatures);
    }

    function test_RevertWhen_AttestersAreTooFew() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 1);

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.TooFewAttesters.selector, 1, 2), who, signatures);
    }

    function test_RevertWhen_AttestersMayRegisterNothing() public {
        KeyRegistration memory registration = _registration();
        vm.prank(admin);
        keys.setThreshold(0);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 3);

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.TooFewAttesters.selector, 3, 0), who, signatures);
        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.TooFewAttesters.selector, 0, 0), new address[](0), new bytes[](0));
    }

    function test_RevertWhen_AttestersAndSignaturesDifferInNumber() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who,) = _attest(registration, 3);
        (, bytes[] memory signatures) = _attest(registration, 2);

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.LengthsDiffer.selector, 3, 2), who, signatures);
    }

    function test_RevertWhen_AnAttesterCountsTwice() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        who[1] = who[0];
        signatures[1] = signatures[0];

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.AttestersNotAscending.selector, who[0]), who, signatures);
    }

    function test_RevertWhen_AttestersDescend() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        (who[0], who[1]) = (who[1], who[0]);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.AttestersNotAscending.selector, who[1]), who, signatures);
    }

    function test_RevertWhen_OneIsNoAttester() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        vm.prank(admin);
        keys.setAttester(who[1], false);

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.NotAttester.selector, who[1]), who, signatures);
    }

    function testFuzz_RevertWhen_AnAttesterDidNotSign(bytes memory signature, uint256 which) public {
        KeyRegistration memory registration = _registration();
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 3);
        signatures[which % 3] = signature;

        _expectAttesters(abi.encodeWithSelector(IAttestedKeys.AttesterSignatureInvalid.selector, who[which % 3]), who, signatures);
    }

    function _expectAttesters(bytes memory reason, address[] memory who, bytes[] memory signatures) private {
        KeyRegistration memory registration = _registration();
        _expect(reason, registration, _keySignature(registration), who, signatures);
    }

    function _expect(
        bytes memory reason,
        KeyRegistration memory registration,
        bytes memory keySignature,
        address[] memory who,
        bytes[] memory signatures
    ) private {
        vm.prank(node);
        vm.expectRevert(reason);
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);
    }

    function _send(
        KeyRegistration memory registration,
        bytes memory keySignature,
        address[] memory who,
        bytes[] memory signatures
    ) private {
        vm.prank(node);
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);
    }

    function _keyInvalid(KeyRegistration memory registration) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestedKeys.KeySignatureInvalid.selector, registration.signer);
    }

    function _p256() private returns (KeyRegistration memory registration, bytes memory keySignature) {
        registration = _registration();
        registration.signer = _addressOfP256(7);
        keySignature = _signP256(7, keys.digestOf(registration, _deadline()));
    }

    function _short(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        return signature[64] == bytes1(uint8(28)) ? abi.encode(r, uint256(s) | 1 << 255) : abi.encode(r, s);
    }

    /// Every field of the registration is a word, one after the other.
    function _changed(KeyRegistration memory registration, uint256 field) private pure returns (KeyRegistration memory) {
        bytes memory words = abi.encode(registration);
        words[field * 32 + 31] ^= 0x01;
        return abi.decode(words, (KeyRegistration));
    }
}
