// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AttestedKey, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {KeyRegistration, KeyRegistrationLib} from "../../src/types/KeyRegistration.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract IsValidAtTest is AttestedKeysFixture {
    struct Answer {
        address signer;
        uint40 time;
        bool isValid;
    }

    uint256 private constant KEYS = 4;

    Answer[] private _answers;

    function testFuzz_IsValidFromTheWindowsEndToItsExpiry(uint40 time) public {
        address signer = _pending();

        assertEq(keys.isValidAt(signer, time), time >= START + VETO_WINDOW && time < START + LIFETIME);
    }

    function testFuzz_AnUnknownKeyIsNeverValid(address signer, uint40 time) public view {
        assertFalse(keys.isValidAt(signer, time));
    }

    function testFuzz_WhatItRestsOnEndsItFromThenOn(uint256 which, uint40 delay, uint40 time) public {
        address signer = _active();
        skip(bound(delay, 0, LIFETIME - VETO_WINDOW - 1));
        uint256 revokedAt = vm.getBlockTimestamp();

        _trustReverts(which % 4);

        assertEq(keys.isValidAt(signer, time), time >= START + VETO_WINDOW && time < revokedAt);
        _assertState(signer, KeyState.Revoked);
    }

    function test_TheFirstOfManyRevocationsCounts() public {
        address signer = _active();
        for (uint256 i = 0; i < 4; i++) {
            skip(100);
            _trustReverts((i + 2) % 4);
        }
        uint40 first = START + VETO_WINDOW + 100;

        assertTrue(keys.isValidAt(signer, first - 1));
        assertFalse(keys.isValidAt(signer, first));
    }

    /// A later floor does not make a key valid again for the time after the earlier one.
    function testFuzz_AKeyEndsWithTheFirstFloorAboveIt(uint32 tcbEval, uint8 floors, uint40 time) public {
        KeyRegistration memory registration = _registration();
        registration.tcbEval = uint32(bound(tcbEval, 0, 300));
        _register(registration);
        skip(VETO_WINDOW);
        uint256 end = START + LIFETIME;
        for (uint32 i = 1; i <= floors % 8; i++) {
            skip(1 hours);
            vm.prank(guardian);
            keys.raiseTcbFloor(TEE_TYPE, i * 50);
            if (i * 50 > registration.tcbEval && end == START + LIFETIME) end = vm.getBlockTimestamp();
        }

        assertEq(keys.isValidAt(registration.signer, time), time >= START + VETO_WINDOW && time < end);
    }

    function test_AnotherTypesFloorDoesNotCount() public {
        address signer = _active();
        vm.prank(guardian);
        keys.raiseTcbFloor("sgx", TCB_EVAL + 1);

        _assertState(signer, KeyState.Active);
    }

    /// Whatever happens, in whatever order: what was said of a second that is over stays said; the shortcut of the revision says what looking
    /// everything up says; a key that is not the newest valid one has an end within the overlap. Each run is a history of 24 steps.
    /// forge-config: default.fuzz.runs = 1000
    function testFuzz_WhatIsOverNeverChanges(uint256[24] memory steps) public {
        _useEvidence();
        for (uint256 i = 0; i < steps.length; i++) {
            _step(steps[i]);
            _checkNow();
            skip(1 + (steps[i] >> 128) % 4 minutes);
            _recordTheLastSecond();
        }
        for (uint256 i = 0; i < _answers.length; i++) {
            assertEq(keys.isValidAt(_answers[i].signer, _answers[i].time), _answers[i].isValid);
        }
    }

    function _step(uint256 step) private {
        uint256 action = step % 16;
        address signer = keys.signerOf(node, uint64(1 + (step >> 8) % (keys.epochOf(node) + 1)));
        if (action < 4) {
            _tryRegister(step);
        } else if (action < 7) {
            skip(VETO_WINDOW);
        } else if (action < 9) {
            vm.prank(attesters[step % 3]);
            _try(abi.encodeCall(keys.veto, (signer, "")));
        } else if (action < 11) {
            vm.prank(admin);
            _try(abi.encodeCall(keys.confirm, (signer)));
        } else if (action == 11) {
            vm.prank(court);
            _try(abi.encodeCall(keys.revokeKey, (signer, "")));
        } else if (action < 14) {
            _try(abi.encodeCall(keys.refresh, (signer)));
        } else {
            vm.startPrank(guardian);
            if ((step >> 16) % 4 == 0) keys.raiseTcbFloor(TEE_TYPE, keys.tcbFloorOf(TEE_TYPE) + 1);
            else _try(abi.encodeCall(keys.revokePlatform, (bytes32((step >> 20) % KEYS), "")));
            vm.stopPrank();
        }
    }

    function _tryRegister(uint256 step) private {
        KeyRegistration memory registration = _registration();
        registration.platformId = bytes32((step >> 20) % KEYS);
        registration.tcbEval = uint32((step >> 24) % 4);
        registration.expiresAt = uint40(vm.getBlockTimestamp() + 1 + (step >> 32) % 4 hours);
        bytes memory keySignature = _keySignature(registration);
        if ((step >> 64) % 4 == 0) {
            vm.prank(node);
            _try(
                abi.encodeCall(keys.registerKeyWithEvidence, (registration, _deadline(), keySignature, abi.encode(registration)))
            );
        } else {
            (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
            vm.prank(node);
            _try(abi.encodeCall(keys.registerKey, (registration, _deadline(), keySignature, who, signatures)));
        }
    }

    function _checkNow() private view {
        uint256 valid;
        for (uint64 epoch = keys.epochOf(node); epoch > 0; epoch--) {
            address signer = keys.signerOf(node, epoch);
            bool isValid = keys.isValidAt(signer, uint40(vm.getBlockTimestamp()));
            AttestedKey memory key = keys.keyOf(signer);
            bytes32 binding = KeyRegistrationLib.bindingOf(node, epoch, key.registration.evidenceHash);
            assertEq(isValid, key.state == KeyState.Active);
            assertEq(isValid, keys.keyFor(signer, binding).valid);
            if (!isValid) continue;
            valid++;
            // Only the newest is without an end by a successor.
            if (valid > 1) assertLe(key.validUntil, vm.getBlockTimestamp() + VETO_WINDOW + OVERLAP);
        }
    }

    function _recordTheLastSecond() private {
        uint40 time = uint40(vm.getBlockTimestamp()) - 1;
        for (uint64 epoch = 1; epoch <= keys.epochOf(node); epoch++) {
            address signer = keys.signerOf(node, epoch);
            _answers.push(Answer(signer, time, keys.isValidAt(signer, time)));
        }
    }

    function _try(bytes memory call) private {
        (bool success,) = address(keys).call(call);
        success;
    }
}
