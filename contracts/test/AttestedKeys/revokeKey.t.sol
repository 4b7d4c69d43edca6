// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RevokeKeyTest is AttestedKeysFixture {
    function test_EndsAKeyAtOnceAndKeepsTheTime() public {
        address signer = _active();
        skip(5 days);
        uint40 time = uint40(vm.getBlockTimestamp());
        assertTrue(keys.isValidAt(signer, time));

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyRevoked(signer, "leaked");
        _revoke(guardian, signer, "leaked");

        _assertState(signer, KeyState.Revoked);
        assertEq(keys.keyOf(signer).revokedAt, time);
        assertEq(keys.keyOf(signer).validUntil, time);
        assertFalse(keys.isValidAt(signer, time));
        assertTrue(keys.isValidAt(signer, time - 1));
    }

    function test_TheTimelockAndTheHubMayToo() public {
        address first = _active();
        address second = _active();

        _revoke(admin, first, "");
        _revoke(court, second, "");

        _assertState(first, KeyState.Revoked);
        _assertState(second, KeyState.Revoked);
    }

    /// Of the key and what it rests on whatever was revoked first.
    function test_AKeyIsRevokedSinceTheFirstRevocation() public {
        address signer = _active();
        skip(1);
        _revoke(guardian, signer, "");
        uint40 time = uint40(vm.getBlockTimestamp());
        skip(1);
        _trustReverts(0);

        assertEq(keys.revokedSince(signer), time);
    }

    function test_AnExpiredKeyEndsWhenItExpired() public {
        address signer = _active();
        skip(LIFETIME);
        assertEq(keys.revokedSince(signer), 0, "It ended, and nobody revoked it.");

        _revoke(guardian, signer, "");

        assertEq(keys.keyOf(signer).validUntil, START + LIFETIME);
        assertTrue(keys.isValidAt(signer, START + LIFETIME - 1));
    }

    function test_APendingKeyLeavesItsPredecessorAsItWas() public {
        address former = _active();
        uint40 end = keys.keyOf(former).validUntil;
        address signer = _pending();

        _revoke(guardian, signer, "");

        _assertState(signer, KeyState.Revoked);
        assertEq(keys.keyOf(former).validUntil, end);
        skip(VETO_WINDOW);
        _assertState(signer, KeyState.Revoked);
        // Nothing is in the way of the next.
        _assertState(_active(), KeyState.Active);
    }

    function test_AVetoedKeyLeavesTheCurrentOneAlone() public {
        address signer = _vetoed();
        address current = _active();

        _revoke(guardian, signer, "");

        assertEq(keys.keyOf(current).validUntil, START + LIFETIME);
        address next = _pending();
        assertEq(keys.keyOf(current).validUntil, keys.keyOf(next).activeFrom + OVERLAP);
    }

    /// Its successor is active, so that its end stands.
    function test_AnActiveKeyDoesNotBringItsPredecessorBack() public {
        address former = _active();
        address signer = _active();
        uint40 end = keys.keyOf(former).validUntil;

        _revoke(guardian, signer, "");

        assertEq(keys.keyOf(former).validUntil, end);
        assertLt(end, START + LIFETIME);
    }

    function testFuzz_RevertWhen_TheCallerMayNot(address caller) public {
        vm.assume(caller != guardian && caller != admin && caller != court);
        address signer = _active();

        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotGuardian.selector, caller));
        _revoke(caller, signer, "");
    }

    function test_RevertWhen_TheKeyIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeyUnknown.selector, stranger));
        _revoke(guardian, stranger, "");
    }

    function test_RevertWhen_TheKeyIsRevoked() public {
        address signer = _active();
        _revoke(guardian, signer, "");

        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, bytes32(uint256(uint160(signer)))));
        _revoke(guardian, signer, "");
    }

    function _revoke(address caller, address signer, string memory reason) private {
        vm.prank(caller);
        keys.revokeKey(signer, reason);
    }
}
