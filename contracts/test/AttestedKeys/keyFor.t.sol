// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract KeyForTest is AttestedKeysFixture {
    function test_SaysWhatSettlementAsks() public {
        _active();
        KeyRegistration memory registration = _registration();
        _register(registration);
        skip(VETO_WINDOW);

        KeyStanding memory standing = keys.keyFor(registration.signer, keccak256(abi.encode(node, 2, registration.evidenceHash)));

        assertTrue(standing.valid);
        assertEq(standing.rootLabel, LABEL);
        assertFalse(standing.isEmulated);
    }

    function testFuzz_AnUnknownKeyIsNotValid(address signer, bytes32 binding) public view {
        KeyStanding memory nothing;

        assertEq(abi.encode(keys.keyFor(signer, binding)), abi.encode(nothing));
    }

    function testFuzz_NoKeyIsValidForWhatItIsNotBoundTo(bytes32 binding) public {
        address signer = _active();
        vm.assume(binding != _bindingOf(signer));
        KeyStanding memory nothing;

        assertEq(abi.encode(keys.keyFor(signer, binding)), abi.encode(nothing));
        assertTrue(_standing(signer).valid);
    }

    function testFuzz_ItAnswersForTheBlocksTime(uint40 time) public {
        address signer = _pending();
        time = uint40(bound(time, START, NEVER));
        vm.warp(time);

        assertEq(_standing(signer).valid, keys.isValidAt(signer, time));
    }
}
