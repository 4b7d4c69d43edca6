// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract RefreshTest is AttestedKeysFixture {
    function test_MakesAskingCheapAgain() public {
        address signer = _active();
        uint256 atFirst = _coldReads(signer);
        vm.prank(guardian);
        keys.revokePlatform("other", "");
        uint256 afterwards = _coldReads(signer);

        vm.prank(stranger);
        keys.refresh(signer);

        assertEq(atFirst, 2);
        assertGt(afterwards, 7);
        assertEq(_coldReads(signer), 2);
        _assertState(signer, KeyState.Active);
    }

    function test_NewAndConfirmedKeysAreCheckedAlready() public {
        vm.prank(guardian);
        keys.revokePlatform("one", "");
        assertEq(_coldReads(_active()), 2);

        address signer = _vetoed();
        vm.prank(guardian);
        keys.revokePlatform("two", "");
        vm.prank(admin);
        keys.confirm(signer);
        assertEq(_coldReads(signer), 2);
    }

    function test_ChangesNothingForKeysThatAreNotActive() public {
        address signer = _pending();
        keys.refresh(signer);
        _assertState(signer, KeyState.Pending);

        vm.prank(attesters[0]);
        keys.veto(signer, "");
        keys.refresh(signer);
        _assertState(signer, KeyState.Vetoed);

        vm.prank(guardian);
        keys.revokeKey(signer, "");
        keys.refresh(signer);
        _assertState(signer, KeyState.Revoked);
    }

    function test_RevertWhen_TheKeyIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.KeyUnknown.selector, stranger));
        keys.refresh(stranger);
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_RevertWhen_ItRestsOnWhatIsRevoked(uint256 which) public {
        address signer = _active();
        bytes memory reason = _trustReverts(which % 4);

        vm.expectRevert(reason);
        keys.refresh(signer);

        _assertState(signer, KeyState.Revoked);
    }

    /// How many different slots `keyFor` reads.
    function _coldReads(address signer) private returns (uint256 count) {
        bytes32 binding = _bindingOf(signer);
        vm.record();
        keys.keyFor(signer, binding);
        (bytes32[] memory reads,) = vm.accesses(address(keys));
        for (uint256 i = 0; i < reads.length; i++) {
            bool isNew = true;
            for (uint256 j = 0; j < i; j++) {
                if (reads[j] == reads[i]) isNew = false;
            }
            if (isNew) count++;
        }
    }
}
