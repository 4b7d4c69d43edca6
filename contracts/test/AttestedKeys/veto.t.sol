// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract VetoTest is AttestedKeysFixture {
    function test_AnyAttesterStopsAPendingKey() public {
        address signer = _pending();
        skip(VETO_WINDOW - 1);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyVetoed(signer, attesters[2], "debug");
        _veto(signer, attesters[2], "debug");

        _assertState(signer, KeyState.Vetoed);
        skip(VETO_WINDOW);
        _assertState(signer, KeyState.Vetoed);
        assertFalse(keys.isValidAt(signer, NEVER - 1));
        assertFalse(keys.isValidAt(signer, NEVER));
        assertEq(keys.keyOf(signer).activeFrom, NEVER);
    }

    function test_TheFormerKeyIsAsItWas() public {
        address former = _active();
        uint40 end = keys.keyOf(former).validUntil;
        address signer = _pending();

        _veto(signer, attesters[0], "");

        assertEq(keys.keyOf(former).validUntil, end);
        // The former key is the node's current one again, so that the next registration ends it.
        address next = _pending();
        assertEq(keys.epochOf(node), 3);
        assertEq(keys.keyOf(former).validUntil, keys.keyOf(next).activeFrom + OVERLAP);
    }

    function test_AFormerKeyThatWasRevokedStaysSo() public {
        address former = _active();
        address signer = _pending();
        skip(1);
        vm.prank(guardian);
        keys.revokeKey(former, "");
        uint256 revokedAt = vm.getBlockTimestamp();
        skip(1);

        _veto(signer, attesters[0], "");

        assertEq(keys.keyOf(former).validUntil, revokedAt);
        _assertState(former, KeyState.Revoked);
    }

    function test_TheNodesFirstKeyLeavesNoneBehind() public {
        address signer = _pending();

        _veto(signer, attesters[0], "");

        assertEq(keys.keyOf(address(0)).validUntil, 0);
        _assertState(address(0), KeyState.Unknown);
        _assertState(_active(), KeyState.Active);
    }

    function test_RevertWhen_TheKeyIsUnknown() public {
        vm.prank(attesters[0]);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeyUnknown.selector, stranger));
        keys.veto(stranger, "");
    }

    function testFuzz_RevertWhen_TheCallerIsNoAttester(address caller) public {
        vm.assume(!keys.isAttester(caller));
        address signer = _pending();

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAttester.selector, caller));
        keys.veto(signer, "");
    }

    function test_RevertWhen_TheKeyIsActive() public {
        _expectNotPending(_active());
    }

    function test_RevertWhen_TheKeyIsVetoed() public {
        _expectNotPending(_vetoed());
    }

    function test_RevertWhen_TheKeyIsRevoked() public {
        address signer = _pending();
        vm.prank(guardian);
        keys.revokeKey(signer, "");

        _expectNotPending(signer);
    }

    function _expectNotPending(address signer) private {
        vm.prank(attesters[0]);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeyNotPending.selector, signer));
        keys.veto(signer, "");
    }

    function _veto(address signer, address attester, string memory reason) private {
        vm.prank(attester);
        keys.veto(signer, reason);
    }
}
