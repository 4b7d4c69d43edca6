// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AttestedKey, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

/// The register's other views stand beside what changes them.
contract KeyOfTest is AttestedKeysFixture {
    function testFuzz_AnUnknownKeyIsEmpty(address signer, uint64 epoch) public view {
        AttestedKey memory nothing;

        assertEq(abi.encode(keys.keyOf(signer)), abi.encode(nothing));
        assertEq(keys.workloadOf(signer), 0);
        assertEq(keys.nonceOf(signer), 0);
        assertEq(keys.epochOf(signer), 0);
        assertEq(keys.signerOf(signer, epoch), address(0));
        assertEq(keys.revokedSince(signer), 0);
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_AKeyIsRevokedWithWhatItRestsOn(uint256 which) public {
        address active = _active();
        address vetoed = _vetoed();
        address pending = _pending();

        assertEq(keys.revokedSince(active), 0);
        skip(1);
        uint40 time = uint40(vm.getBlockTimestamp());
        _trustReverts(which % 4);
        skip(1);

        assertEq(keys.revokedSince(active), time);
        assertEq(keys.revokedSince(pending), time);
        _assertState(active, KeyState.Revoked);
        _assertState(vetoed, KeyState.Revoked);
        _assertState(pending, KeyState.Revoked);
        assertEq(keys.keyOf(active).revokedAt, 0);
    }

    function test_AVetoedKeyStaysVetoedWhenItHasExpired() public {
        address signer = _vetoed();
        skip(LIFETIME);

        _assertState(signer, KeyState.Vetoed);
    }
}
