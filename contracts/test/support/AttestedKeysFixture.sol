// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {AttestedKeys} from "../../src/AttestedKeys.sol";
import {IAttestedKeys, KeyStanding, KeyState, KeyTerms} from "../../src/interfaces/IAttestedKeys.sol";
import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";
import {EvidenceStub, NodesStub} from "./AttestationStubs.sol";

/// A register of attested keys with one node, three attesters of whom two are needed, and one of each thing that a key rests on.
abstract contract AttestedKeysFixture is Test {
    uint40 internal constant START = 1_800_000_000;
    uint40 internal constant VETO_WINDOW = 10 minutes;
    uint40 internal constant OVERLAP = 1 hours;
    uint40 internal constant MAX_LIFETIME = 90 days;
    uint40 internal constant LIFETIME = 30 days;
    uint40 internal constant NEVER = type(uint40).max;

    bytes32 internal constant ROOT = "root";
    bytes32 internal constant LABEL = "production";
    bytes32 internal constant WORKLOAD = "workload";
    bytes32 internal constant PLATFORM = "platform";
    bytes32 internal constant TEE_TYPE = "tdx";
    uint32 internal constant TCB_EVAL = 17;

    AttestedKeys internal keys;
    NodesStub internal nodes = new NodesStub();
    address internal admin = makeAddr("admin");
    address internal guardian = makeAddr("guardian");
    address internal court = makeAddr("court");
    address internal node = makeAddr("node");
    address internal operator = makeAddr("operator");
    address internal stranger = makeAddr("stranger");
    /// In ascending order.
    address[] internal attesters;
    mapping(address wallet => uint256 privateKey) private _privateKeys;

    function setUp() public virtual {
        vm.warp(START);
        nodes.set(node, operator, Roles.TEE | Roles.INFERENCE);
        keys = _deploy(false);
        vm.startPrank(admin);
        keys.approveRoot(ROOT, LABEL, false);
        keys.approveWorkload(WORKLOAD, "inference");
        _addAttesters();
        vm.stopPrank();
    }

    function _deploy(bool isDevelopment) internal returns (AttestedKeys) {
        return new AttestedKeys(admin, guardian, court, INodeRegistry(address(nodes)), isDevelopment, _terms());
    }

    function _terms() internal pure returns (KeyTerms memory) {
        return KeyTerms({vetoWindow: VETO_WINDOW, overlap: OVERLAP, maxLifetime: MAX_LIFETIME});
    }

    function _useEvidence() internal {
        EvidenceStub verifier = new EvidenceStub();
        vm.prank(admin);
        keys.setOnChainVerifier(address(verifier));
    }

    function _wallet(string memory name, uint256 number) internal returns (address wallet) {
        uint256 privateKey;
        (wallet, privateKey) = makeAddrAndKey(string.concat(name, vm.toString(number)));
        _privateKeys[wallet] = privateKey;
    }

    /// The enclave key that the node registers under an epoch.
    function _enclave(uint256 epoch) internal returns (address) {
        return _wallet("enclave", epoch);
    }

    /// What the node's next enclave says, if it is attested now.
    function _registration() internal returns (KeyRegistration memory registration) {
        uint64 epoch = keys.epochOf(node) + 1;
        registration = KeyRegistration({
            node: node,
            signer: _enclave(epoch),
            hpkeKey: keccak256(abi.encode("hpke", epoch)),
            evidenceHash: keccak256(abi.encode("evidence", epoch)),
            rootId: ROOT,
            teeType: TEE_TYPE,
            workloadId: WORKLOAD,
            platformId: PLATFORM,
            tcbStatus: 1,
            tcbEval: TCB_EVAL,
            attestedAt: uint40(vm.getBlockTimestamp()),
            expiresAt: uint40(vm.getBlockTimestamp()) + LIFETIME,
            keyEpoch: epoch
        });
    }

    /// Registers with the signatures of the epoch's enclave and of the first two attesters, from the node.
    function _register(KeyRegistration memory registration) internal {
        bytes memory keySignature = _keySignature(registration);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        vm.prank(registration.node);
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);
    }

    function _registerWithEvidence(KeyRegistration memory registration) internal {
        bytes memory keySignature = _keySignature(registration);
        vm.prank(registration.node);
        keys.registerKeyWithEvidence(registration, _deadline(), keySignature, abi.encode(registration));
    }

    function _expectRefusal(KeyRegistration memory registration, bytes memory reason) internal {
        bytes memory keySignature = _keySignature(registration);
        (address[] memory who, bytes[] memory signatures) = _attest(registration, 2);
        vm.prank(registration.node);
        vm.expectRevert(reason);
        keys.registerKey(registration, _deadline(), keySignature, who, signatures);
    }

    /// Registers the node's next key.
    function _pending() internal returns (address signer) {
        KeyRegistration memory registration = _registration();
        _register(registration);
        return registration.signer;
    }

    /// Registers the node's next key and waits until it is active.
    function _active() internal returns (address signer) {
        signer = _pending();
        skip(VETO_WINDOW);
    }

    function _vetoed() internal returns (address signer) {
        signer = _pending();
        vm.prank(attesters[0]);
        keys.veto(signer, "");
    }

    function _deadline() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _keySignature(KeyRegistration memory registration) internal view returns (bytes memory) {
        return _sign(registration.signer, keys.digestOf(registration, _deadline()));
    }

    function _attest(KeyRegistration memory registration, uint256 count)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        bytes32 digest = keys.digestOf(registration, _deadline());
        who = new address[](count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            who[i] = attesters[i];
            signatures[i] = _sign(attesters[i], digest);
        }
    }

    function _sign(address wallet, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_privateKeys[wallet], digest);
        return abi.encodePacked(r, s, v);
    }

    /// With the lower s, the key's x and y behind.
    function _signP256(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        uint256 order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;
        (bytes32 r, bytes32 s) = vm.signP256(privateKey, digest);
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return abi.encode(r, uint256(s) > order / 2 ? order - uint256(s) : uint256(s), x, y);
    }

    function _addressOfP256(uint256 privateKey) internal pure returns (address) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    function _state(address signer) internal view returns (KeyState) {
        return keys.keyOf(signer).state;
    }

    function _assertState(address signer, KeyState expected) internal view {
        assertEq(uint8(_state(signer)), uint8(expected));
        assertEq(_standing(signer).valid, expected == KeyState.Active);
    }

    /// What settlement is told of a key that signs for what it is bound to.
    function _standing(address signer) internal view returns (KeyStanding memory) {
        return keys.keyFor(signer, _bindingOf(signer));
    }

    function _bindingOf(address signer) internal view returns (bytes32) {
        KeyRegistration memory registration = keys.keyOf(signer).registration;
        return keccak256(abi.encode(registration.node, registration.keyEpoch, registration.evidenceHash));
    }

    function _trustReverts(uint256 which) internal returns (bytes memory reason) {
        vm.startPrank(guardian);
        if (which == 0) {
            keys.revokeRoot(ROOT, "");
            reason = abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, ROOT);
        } else if (which == 1) {
            keys.revokeWorkload(WORKLOAD, "");
            reason = abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, WORKLOAD);
        } else if (which == 2) {
            keys.revokePlatform(PLATFORM, "");
            reason = abi.encodeWithSelector(IAttestedKeys.AlreadyRevoked.selector, PLATFORM);
        } else {
            keys.raiseTcbFloor(TEE_TYPE, TCB_EVAL + 1);
            reason = abi.encodeWithSelector(IAttestedKeys.TcbBelowFloor.selector, TCB_EVAL, TCB_EVAL + 1);
        }
        vm.stopPrank();
    }

    function _addAttesters() private {
        address[] memory wallets = new address[](3);
        for (uint256 i = 0; i < wallets.length; i++) {
            wallets[i] = _wallet("attester", i);
            for (uint256 j = i; j > 0 && wallets[j] < wallets[j - 1]; j--) {
                (wallets[j], wallets[j - 1]) = (wallets[j - 1], wallets[j]);
            }
        }
        for (uint256 i = 0; i < wallets.length; i++) {
            attesters.push(wallets[i]);
            keys.setAttester(wallets[i], true);
        }
        keys.setThreshold(2);
    }
}
