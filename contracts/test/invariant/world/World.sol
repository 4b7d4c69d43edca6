// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {AttestedKeys} from "../../../src/AttestedKeys.sol";
import {KeyTerms} from "../../../src/interfaces/IAttestedKeys.sol";
import {IChallengeCourt} from "../../../src/interfaces/IChallengeCourt.sol";
import {IHub} from "../../../src/interfaces/IHub.sol";
import {ModelRegistry} from "../../../src/ModelRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {CourtParameters, CourtParts} from "../../../src/types/CourtConfig.sol";
import {HubParameters, HubParts} from "../../../src/types/HubConfig.sol";
import {ModelId, VersionId} from "../../../src/types/Ids.sol";
import {Version} from "../../../src/types/Version.sol";
import {VerifierRegistry} from "../../../src/VerifierRegistry.sol";
import {AttestedVerifier} from "../../../src/verifiers/AttestedVerifier.sol";
import {EvidenceStub} from "../../support/AttestationStubs.sol";
import {FakeProofs} from "../../support/Fakes.sol";
import {TestToken} from "../../support/TestToken.sol";
import {Versions} from "../../support/Versions.sol";

/// @notice A hub with the real registers, and beside it another one, as like it as can be, at which nothing of the first may count.
abstract contract World is Test {
    uint40 internal constant START = 1_800_000_000;
    uint40 internal constant CLAIM_TIME = 2 minutes;
    /// How long who is displaced by a claim may still settle.
    uint40 internal constant GRACE = CLAIM_TIME / 3;
    uint40 internal constant PROVEN_CLAIM_TIME = 30 minutes;
    uint40 internal constant DEFAULT_WINDOW = 2 hours;
    uint40 internal constant MIN_WINDOW = 30 minutes;
    uint40 internal constant MAX_WINDOW = 7 days;
    uint40 internal constant ATTESTED_HOLD = 1 hours;
    uint40 internal constant DELIVERY_TIME = 7 days;
    uint128 internal constant MIN_BOND = 0.01 ether;
    uint16 internal constant SIGNED_LIEN_FEES = 100;
    uint16 internal constant ATTESTED_LIEN_FEES = 20;
    uint16 internal constant FAILURE_SHARE = 2000;

    uint256 internal constant SEATS = 5;
    uint40 internal constant PHASE = 15 minutes;
    uint40 internal constant SEAL_TIME = 10 minutes;
    uint128 internal constant SEAL_BOND = 0.5 ether;
    uint128 internal constant MEMBER_FEE = 0.2 ether;
    uint16 internal constant DEPOSIT_SHARE = 500;

    bytes32 internal constant ROOT = "root";
    bytes32 internal constant WORKLOAD = "workload";
    bytes32 internal constant OTHER_WORKLOAD = "other workload";
    bytes32 internal constant TEE_TYPE = "tdx";

    address internal immutable guardian = makeAddr("guardian");
    address internal immutable publisher = makeAddr("publisher");

    TestToken internal token;
    NodeRegistry internal nodes;
    ModelRegistry internal models;
    AttestedKeys internal keys;
    IHub internal hub;
    IChallengeCourt internal court;
    bytes32 internal FAILURE;

    /// Its register is its own, since a register knows one hub; the rest it shares.
    IHub internal otherHub;
    NodeRegistry internal otherNodes;

    /// The versions that are asked about: an integer one that can be proven, a float one, one that cannot be compared, and an integer one
    /// that a committee judges.
    VersionId[4] internal versions;
    ModelId private _modelId;
    uint32 private _minor;
    address private _proofs;

    function _found() internal {
        vm.warp(START);
        token = new TestToken();
        _proofs = address(new FakeProofs());
        VerifierRegistry verifiers = new VerifierRegistry(address(this), true, address(0), 0);
        verifiers.register(_proofs, "fake", true);
        models = new ModelRegistry(verifiers);
        vm.prank(publisher);
        _modelId = models.createModel("model", "");
        for (uint256 kind = 0; kind < versions.length; ++kind) {
            _publish(kind);
        }

        _deployHubs();
        FAILURE = hub.FAILURE();
        keys.approveRoot(ROOT, "production", false);
        keys.approveWorkload(WORKLOAD, "");
        keys.approveWorkload(OTHER_WORKLOAD, "");
        keys.setOnChainVerifier(address(new EvidenceStub()));
    }

    /// Publishes the next version of a kind, in the place of the one before.
    function _publish(uint256 kind) internal {
        Version memory version = Versions.integer();
        if (kind == 0) version = Versions.provable(_proofs);
        else if (kind == 1) version = Versions.floating();
        else if (kind == 2) version = Versions.sampled();
        version.minor = ++_minor;
        vm.prank(publisher);
        versions[kind] = models.publishVersion(_modelId, version);
    }

    /// A register names its hub and its court before they are there.
    function _deployHubs() private {
        address courtAt = _addressAfter(2);
        nodes = new NodeRegistry(token, _addressAfter(4), courtAt);
        keys = new AttestedKeys(address(this), guardian, courtAt, nodes, true, _keyTerms());
        AttestedVerifier attested = new AttestedVerifier(keys, true);
        court = _deployCourt(IHub(_addressAfter(1)), attested);
        hub = _deployHub(nodes);
        otherNodes = new NodeRegistry(token, _addressAfter(1), address(court));
        otherHub = _deployHub(otherNodes);

        assertEq(nodes.court(), address(court), "The register knows another court.");
        assertEq(nodes.hub(), address(hub), "The register knows another hub.");
        assertEq(address(court.parts().hub), address(hub), "The court knows another hub.");
        assertEq(otherNodes.hub(), address(otherHub), "The other register knows another hub.");
    }

    function _deployCourt(IHub hubAt, AttestedVerifier attested) private returns (IChallengeCourt) {
        CourtParts memory parts =
            CourtParts({token: address(token), hub: hubAt, models: models, nodes: nodes, keys: keys, attestedVerifier: attested});
        CourtParameters memory parameters = CourtParameters({
            phase: PHASE,
            sealTime: SEAL_TIME,
            sealBond: SEAL_BOND,
            memberFee: MEMBER_FEE,
            depositShare: DEPOSIT_SHARE,
            silenceShare: 100
        });
        return IChallengeCourt(deployCode("ChallengeCourt.sol:ChallengeCourt", abi.encode(parts, parameters)));
    }

    /// Where this contract's creation after the next and so many more will be.
    function _addressAfter(uint256 others) private view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1 + others);
    }

    /// By their artifacts: they are compiled through the IR, and nothing else is.
    function _deployHub(NodeRegistry nodes_) private returns (IHub) {
        HubParts memory parts = HubParts({
            token: address(token),
            models: models,
            nodes: nodes_,
            keys: keys,
            court: address(court),
            guardian: guardian,
            isDevelopment: true
        });
        address extension = deployCode("HubExtension.sol:HubExtension", abi.encode(parts, _parameters()));
        return IHub(deployCode("InferenceHub.sol:InferenceHub", abi.encode(parts, _parameters(), extension)));
    }

    function _keyTerms() private pure returns (KeyTerms memory) {
        return KeyTerms({vetoWindow: 10 minutes, overlap: 1 hours, maxLifetime: 366 days});
    }

    function _parameters() private pure returns (HubParameters memory) {
        return HubParameters({
            defaultWindow: DEFAULT_WINDOW,
            minWindow: MIN_WINDOW,
            maxWindow: MAX_WINDOW,
            attestedHold: ATTESTED_HOLD,
            claimTime: CLAIM_TIME,
            provenClaimTime: PROVEN_CLAIM_TIME,
            deliveryTime: DELIVERY_TIME,
            minBond: MIN_BOND,
            signedLienFees: SIGNED_LIEN_FEES,
            attestedLienFees: ATTESTED_LIEN_FEES,
            failureShare: FAILURE_SHARE
        });
    }
}
