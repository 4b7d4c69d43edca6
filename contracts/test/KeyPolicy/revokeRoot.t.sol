// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RevokeRootTest is AttestedKeysFixture {
    function test_EndsTheKeysThatRestOnIt() public {
        address signer = _active();
        skip(1 days);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.RootRevoked(ROOT, "broken");
        vm.prank(guardian);
        keys.revokeRoot(ROOT, "broken");

        _assertState(signer, KeyState.Revoked);
        assertEq(_revokedAt(ROOT), vm.getBlockTimestamp());
        assertTrue(keys.isValidAt(signer, uint40(vm.getBlockTimestamp()) - 1));
    }

    function testFuzz_TouchesNoOthers(bytes32 id) public {
        vm.assume(id != ROOT);
        address signer = _active();

        vm.prank(admin);
        keys.revokeRoot(id, "");

        _assertState(signer, KeyState.Active);
        assertEq(_revokedAt(id), vm.getBlockTimestamp());
        assertEq(_revokedAt(ROOT), 0);
        _assertState(_active(), KeyState.Active);
    }

    function testFuzz_RevertWhen_TheCallerMayNot(address caller) public {
        vm.assume(caller != guardian && caller != admin);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotGuardian.selector, caller));
        keys.revokeRoot(ROOT, "");
    }

    function test_RevertWhen_ItIsRevoked() public {
        vm.startPrank(guardian);
        keys.revokeRoot(ROOT, "");
        skip(1);

        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, ROOT));
        keys.revokeRoot(ROOT, "");
        vm.stopPrank();
    }

    function _revokedAt(bytes32 id) private view returns (uint40) {
        (,, uint40 revokedAt) = keys.rootOf(id);
        return revokedAt;
    }
}
