// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

contract ConfirmWithEvidenceTest is AttestedKeysFixture {
    address private _signer;
    bytes private _evidence;

    function setUp() public override {
        super.setUp();
        _useEvidence();
        _evidence = abi.encode(_registration());
        _signer = _vetoed();
    }

    function test_LetsAVetoedKeyThrough() public {
        skip(1 hours);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyConfirmed(_signer);
        vm.prank(node);
        keys.confirmWithEvidence(_signer, _evidence);

        _assertState(_signer, KeyState.Active);
        assertEq(keys.keyOf(_signer).activeFrom, START + 1 hours);
    }

    function test_TheOperatorMaySendIt() public {
        vm.prank(operator);
        keys.confirmWithEvidence(_signer, _evidence);

        _assertState(_signer, KeyState.Active);
    }

    function test_RevertWhen_TheKeyIsUnknown() public {
        _expect(node, stranger, abi.encodeWithSelector(IAttestedKeys.KeyUnknown.selector, stranger));
    }

    function testFuzz_RevertWhen_AnotherSendsIt(address caller) public {
        vm.assume(caller != node && caller != operator);

        _expect(caller, _signer, abi.encodeWithSelector(IAttestedKeys.NotNode.selector, caller, node));
    }

    function test_RevertWhen_TheNodeHasNoTeeRole() public {
        nodes.set(node, operator, Roles.INFERENCE);

        _expect(node, _signer, abi.encodeWithSelector(IAttestedKeys.NodeUnknown.selector, node));
    }

    function testFuzz_RevertWhen_TheVerifierRefuses(bytes memory evidence) public {
        _evidence = evidence;

        _expect(node, _signer, abi.encodeWithSelector(IAttestedKeys.EvidenceRefused.selector, _signer));
    }

    function test_RevertWhen_TheKeyIsNotVetoed() public {
        vm.startPrank(node);
        keys.confirmWithEvidence(_signer, _evidence);
        vm.stopPrank();

        _expect(node, _signer, abi.encodeWithSelector(IAttestedKeys.KeyNotVetoed.selector, _signer));
    }

    /// A handful of cases.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_RevertWhen_ItRestsOnWhatIsRevoked(uint256 which) public {
        _expect(node, _signer, _trustReverts(which % 4));
    }

    function _expect(address caller, address signer, bytes memory reason) private {
        vm.prank(caller);
        vm.expectRevert(reason);
        keys.confirmWithEvidence(signer, _evidence);
    }
}
