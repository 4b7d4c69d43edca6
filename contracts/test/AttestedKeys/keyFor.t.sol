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

        KeyStanding memory standing = keys.keyFor(registration.signer);

        assertTrue(standing.valid);
        assertEq(standing.binding, keccak256(abi.encode(node, 2, registration.evidenceHash)));
        assertEq(standing.rootLabel, LABEL);
        assertFalse(standing.isEmulated);
    }

    function testFuzz_AnUnknownKeyIsNotValid(address signer) public view {
        KeyStanding memory nothing;

        assertEq(abi.encode(keys.keyFor(signer)), abi.encode(nothing));
    }

    function testFuzz_ItAnswersForTheBlocksTime(uint40 time) public {
        address signer = _pending();
        time = uint40(bound(time, START, NEVER));
        vm.warp(time);

        assertEq(keys.keyFor(signer).valid, keys.isValidAt(signer, time));
    }
}
