// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AttestedKey, IAttestedKeys, KeyState} from "../../src/interfaces/IAttestedKeys.sol";
import {Roles} from "../../src/interfaces/INodeRegistry.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {AttestedKeysFixture} from "../support/AttestedKeysFixture.sol";

/// What a registration does and what it asks of the registration itself; signatures have a file of their own.
contract RegisterKeyTest is AttestedKeysFixture {
    function test_RegistersAKeyThatIsPendingAndThenActive() public {
        KeyRegistration memory registration = _registration();
        (address[] memory who,) = _attest(registration, 2);

        vm.expectEmit(address(keys));
        emit IAttestedKeys.KeyRegistered(node, registration.signer, 1, registration, who, START + VETO_WINDOW);
        _register(registration);

        AttestedKey memory key = keys.keyOf(registration.signer);
        assertEq(abi.encode(key.registration), abi.encode(registration));
        assertEq(key.rootLabel, LABEL);
        assertFalse(key.isEmulated);
        assertEq(key.activeFrom, START + VETO_WINDOW);
        assertEq(key.validUntil, START + LIFETIME);
        assertEq(key.revokedAt, 0);
        assertEq(keys.epochOf(node), 1);
        assertEq(keys.signerOf(node, 1), registration.signer);
        assertEq(keys.nonceOf(registration.signer), 1);
        _assertState(registration.signer, KeyState.Pending);
        skip(VETO_WINDOW - 1);
        _assertState(registration.signer, KeyState.Pending);
        skip(1);
        _assertState(registration.signer, KeyState.Active);
        skip(LIFETIME - VETO_WINDOW - 1);
        _assertState(registration.signer, KeyState.Active);
        skip(1);
        _assertState(registration.signer, KeyState.Expired);
    }

    function testFuzz_KeepsEveryField(KeyRegistration memory registration) public {
        KeyRegistration memory plain = _registration();
        registration.node = node;
        registration.signer = plain.signer;
        registration.rootId = ROOT;
        registration.workloadId = WORKLOAD;
        registration.keyEpoch = 1;
        registration.attestedAt = uint40(bound(registration.attestedAt, START - MAX_LIFETIME + VETO_WINDOW + 1, START));
        registration.expiresAt =
            uint40(bound(registration.expiresAt, START + VETO_WINDOW + 1, registration.attestedAt + MAX_LIFETIME));

        _register(registration);

        assertEq(abi.encode(keys.keyOf(registration.signer).registration), abi.encode(registration));
        assertEq(keys.workloadOf(registration.signer), WORKLOAD);
    }

    function test_TheOperatorMaySendIt() public {
        KeyRegistration memory registration = _registration();
        bytes memory keySignature = _keySignature(registration);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        vm.prank(operator);
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);

        _assertState(registration.signer, KeyState.Pending);
    }

    function test_ASuccessorEndsTheFormerKeyAfterTheOverlap() public {
        address former = _active();
        uint40 activeFrom = uint40(vm.getBlockTimestamp()) + VETO_WINDOW;

        address successor = _pending();

        assertEq(keys.epochOf(node), 2);
        assertEq(keys.keyOf(former).validUntil, activeFrom + OVERLAP);
        assertTrue(keys.isValidAt(former, activeFrom + OVERLAP - 1));
        assertFalse(keys.isValidAt(former, activeFrom + OVERLAP));
        _assertState(former, KeyState.Active);
        vm.warp(activeFrom);
        _assertState(former, KeyState.Active);
        _assertState(successor, KeyState.Active);
        vm.warp(activeFrom + OVERLAP);
        _assertState(former, KeyState.Expired);
        _assertState(successor, KeyState.Active);
    }

    function test_ASuccessorDoesNotProlongTheFormerKey() public {
        address former = _active();
        uint40 end = keys.keyOf(former).validUntil;
        vm.warp(end - VETO_WINDOW - OVERLAP + 1);

        _pending();

        assertEq(keys.keyOf(former).validUntil, end);
    }

    function test_NodesDoNotTouchEachOther() public {
        address former = _active();
        address other = makeAddr("other");
        nodes.set(other, operator, Roles.TEE);
        KeyRegistration memory registration = _registration();
        registration.node = other;
        _expectRefusal(registration, abi.encodeWithSelector(IAttestedKeys.EpochInvalid.selector, 2, 1));

        registration.keyEpoch = 1;
        _register(registration);

        assertEq(keys.epochOf(node), 1);
        assertEq(keys.epochOf(other), 1);
        assertEq(keys.signerOf(other, 1), registration.signer);
        assertEq(keys.keyOf(former).validUntil, START + LIFETIME);
    }

    function test_RevertWhen_TheNodeHasNoTeeRole() public {
        nodes.set(node, operator, Roles.ALL & ~Roles.TEE);

        _expectRefusal(_registration(), abi.encodeWithSelector(IAttestedKeys.NodeUnknown.selector, node));
    }

    function test_RevertWhen_AnotherSendsIt() public {
        KeyRegistration memory registration = _registration();
        bytes memory keySignature = _keySignature(registration);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAttestedKeys.NotNode.selector, stranger, node));
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);
    }

    function test_RevertWhen_TheKeyExists() public {
        KeyRegistration memory registration = _registration();
        _register(registration);
        skip(VETO_WINDOW);

        _expectRefusal(registration, abi.encodeWithSelector(IAttestedKeys.KeyExists.selector, registration.signer));
    }

    function test_RevertWhen_TheLastKeyIsPending() public {
        address last = _pending();
        skip(VETO_WINDOW - 1);

        _expectRefusal(_registration(), abi.encodeWithSelector(IAttestedKeys.KeyStillPending.selector, last));

        skip(1);
        _register(_registration());
    }

    function testFuzz_RevertWhen_TheEpochIsNotTheNext(uint64 epoch, bool second) public {
        if (second) _active();
        KeyRegistration memory registration = _registration();
        uint64 expected = registration.keyEpoch;
        vm.assume(epoch != expected);
        registration.keyEpoch = epoch;
        registration.signer = _enclave(epoch);
        vm.assume(keys.nonceOf(registration.signer) == 0);

        _expectRefusal(registration, abi.encodeWithSelector(IAttestedKeys.EpochInvalid.selector, epoch, expected));
    }

    function testFuzz_RevertWhen_ItWasAttestedLater(uint40 attestedAt) public {
        KeyRegistration memory registration = _registration();
        registration.attestedAt = uint40(bound(attestedAt, START + 1, type(uint40).max));

        _expectInvalidTimes(registration);
    }

    function testFuzz_RevertWhen_ItExpiresBeforeItIsActive(uint40 expiresAt) public {
        KeyRegistration memory registration = _registration();
        registration.expiresAt = uint40(bound(expiresAt, 0, START + VETO_WINDOW));

        _expectInvalidTimes(registration);
    }

    function testFuzz_RevertWhen_ItLivesTooLong(uint40 attestedAt, uint40 expiresAt) public {
        KeyRegistration memory registration = _registration();
        registration.attestedAt = uint40(bound(attestedAt, 0, START));
        uint40 least = registration.attestedAt + MAX_LIFETIME + 1;
        if (least <= START + VETO_WINDOW) least = START + VETO_WINDOW + 1;
        registration.expiresAt = uint40(bound(expiresAt, least, type(uint40).max));

        _expectInvalidTimes(registration);
    }

    function test_RevertWhen_TheRootIsNotApproved() public {
        KeyRegistration memory registration = _registration();
        registration.rootId = "other";

        _expectRefusal(registration, abi.encodeWithSelector(IAttestedKeys.RootNotApproved.selector, bytes32("other")));
    }

    function test_RevertWhen_TheWorkloadIsNotApproved() public {
        KeyRegistration memory registration = _registration();
        registration.workloadId = "other";

        _expectRefusal(registration, abi.encodeWithSelector(IAttestedKeys.WorkloadNotApproved.selector, bytes32("other")));
    }

    function test_RevertWhen_TheRootIsRevoked() public {
        _expectRefusal(_registration(), _trustReverts(0));
    }

    function test_RevertWhen_TheWorkloadIsRevoked() public {
        _expectRefusal(_registration(), _trustReverts(1));
    }

    function test_RevertWhen_ThePlatformIsRevoked() public {
        _expectRefusal(_registration(), _trustReverts(2));
    }

    function test_RevertWhen_TheTcbIsBelowTheFloor() public {
        _expectRefusal(_registration(), _trustReverts(3));
    }

    function test_TakesATcbAtTheFloor() public {
        vm.prank(guardian);
        keys.raiseTcbFloor(TEE_TYPE, TCB_EVAL);

        _assertState(_active(), KeyState.Active);
    }

    function test_KeysUnderEmulatedRootsSaySo() public {
        keys = _deploy(true);
        vm.startPrank(admin);
        keys.approveRoot(ROOT, "emulated", true);
        keys.approveWorkload(WORKLOAD, "");
        vm.stopPrank();
        _useEvidence();
        KeyRegistration memory registration = _registration();

        _registerWithEvidence(registration);

        assertTrue(keys.keyOf(registration.signer).isEmulated);
        assertTrue(_standing(registration.signer).isEmulated);
        assertEq(_standing(registration.signer).rootLabel, "emulated");
    }

    function _expectInvalidTimes(KeyRegistration memory registration) private {
        _expectRefusal(
            registration,
            abi.encodeWithSelector(IAttestedKeys.ValidityInvalid.selector, registration.attestedAt, registration.expiresAt)
        );
    }
}
