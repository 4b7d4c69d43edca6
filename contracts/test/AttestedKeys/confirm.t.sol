// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract ConfirmTest is AttestedKeysFixture {
    function test_LetsAVetoedKeyThroughFromNowOn() public {
        address signer = _vetoed();
        skip(2 days);
        uint40 time = uint40(vm.getBlockTimestamp());

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyConfirmed(signer);
        _confirm(signer);

        _assertState(signer, KeyState.Active);
        assertEq(keys.keyOf(signer).activeFrom, time);
        assertFalse(keys.isValidAt(signer, time - 1));
    }

    function test_EndsTheFormerKeyAfterTheOverlap() public {
        address former = _active();
        address signer = _vetoed();
        uint40 time = uint40(vm.getBlockTimestamp());

        _confirm(signer);

        assertEq(keys.keyOf(former).validUntil, time + OVERLAP);
        _assertState(former, KeyState.Active);
        // It is the current key now: its successor ends it, and a veto against that brings it back.
        address next = _vetoed();
        assertEq(keys.keyOf(signer).validUntil, START + VETO_WINDOW + LIFETIME);
        assertEq(keys.keyOf(former).validUntil, time + OVERLAP);
        _confirm(next);
        assertEq(keys.keyOf(signer).validUntil, time + OVERLAP);
    }

    /// A revocation that does not concern the key, made while it waited, costs it nothing.
    function test_ItIsCheckedAgainstAllRevocations() public {
        address signer = _vetoed();
        vm.prank(guardian);
        keys.revokePlatform("other", "");

        _confirm(signer);

        _assertState(signer, KeyState.Active);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheTimelock(address caller) public {
        vm.assume(caller != admin);
        address signer = _vetoed();

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotAdmin.selector, caller));
        keys.confirm(signer);
    }

    function test_RevertWhen_TheKeyIsUnknown() public {
        _expect(stranger, abi.encodeWithSelector(IAttestedKeys.KeyUnknown.selector, stranger));
    }

    function test_RevertWhen_TheKeyIsPending() public {
        address signer = _pending();

        _expect(signer, abi.encodeWithSelector(IAttestedKeys.KeyNotVetoed.selector, signer));
    }

    function test_RevertWhen_TheKeyIsConfirmed() public {
        address signer = _vetoed();
        _confirm(signer);

        _expect(signer, abi.encodeWithSelector(IAttestedKeys.KeyNotVetoed.selector, signer));
    }

    function test_RevertWhen_TheKeyIsRevoked() public {
        address signer = _vetoed();
        vm.prank(guardian);
        keys.revokeKey(signer, "");

        _expect(signer, abi.encodeWithSelector(IAttestedKeys.KeyNotVetoed.selector, signer));
    }

    function test_RevertWhen_TheNodeHasANewerKey() public {
        address signer = _vetoed();
        address newer = _pending();

        _expect(signer, abi.encodeWithSelector(IAttestedKeys.KeySuperseded.selector, signer, 2));

        vm.prank(attesters[0]);
        keys.veto(newer, "");
        _confirm(signer);
        _assertState(signer, KeyState.Active);
    }

    function test_RevertWhen_TheKeyHasExpired() public {
        address signer = _vetoed();
        skip(LIFETIME);

        _expect(signer, abi.encodeWithSelector(IAttestedKeys.ValidityInvalid.selector, START, START + LIFETIME));
    }

    function test_ConfirmsInTheLastSecond() public {
        address signer = _vetoed();
        skip(LIFETIME - 1);

        _confirm(signer);

        _assertState(signer, KeyState.Active);
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_RevertWhen_ItRestsOnWhatIsRevoked(uint256 which) public {
        address signer = _vetoed();

        _expect(signer, _trustReverts(which % 4));
    }

    function _expect(address signer, bytes memory reason) private {
        vm.prank(admin);
        vm.expectRevert(reason);
        keys.confirm(signer);
    }

    function _confirm(address signer) private {
        vm.prank(admin);
        keys.confirm(signer);
    }
}
