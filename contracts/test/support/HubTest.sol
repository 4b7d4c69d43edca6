// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {IAttestedKeys} from "../../src/interfaces/IAttestedKeys.sol";
import {Submission} from "../../src/interfaces/IInferenceHub.sol";
import {IHub} from "../../src/interfaces/IHub.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {INodeRegistry, Roles} from "../../src/interfaces/INodeRegistry.sol";
import {HubParameters, HubParts} from "../../src/types/HubConfig.sol";
import {RequestId, VersionId} from "../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {Ask, Request, Settlement, Terms} from "../../src/types/Request.sol";
import {SemanticsKind, VersionStatus} from "../../src/types/Version.sol";
import {Asks} from "./Asks.sol";
import {FakeKeys, FakeModels, FakeNodes} from "./Fakes.sol";
import {TestToken} from "./TestToken.sol";

/// @notice A hub among fakes, with one version, one node and one requester.
abstract contract HubTest is Test {
    uint256 internal constant NODE_KEY = 0xA11CE;
    uint128 internal constant FEE = 1 ether;
    uint128 internal constant MIN_BOND = 0.01 ether;
    VersionId internal constant VERSION = VersionId.wrap(keccak256("version"));
    bytes internal constant INPUT = hex"01020304";
    bytes internal constant OUTPUT = hex"0a0b0c";

    address internal immutable node = vm.addr(NODE_KEY);
    address internal immutable payee = makeAddr("payee");
    address internal immutable requester = makeAddr("requester");
    address internal immutable guardian = makeAddr("guardian");
    address internal immutable court = makeAddr("court");

    TestToken internal token;
    FakeModels internal models;
    FakeNodes internal nodes;
    FakeKeys internal keys;
    IHub internal hub;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        token = new TestToken();
        models = new FakeModels();
        nodes = new FakeNodes();
        nodes.setToken(token);
        keys = new FakeKeys();
        hub = _deploy(_parts(), _parameters());
        assertGt(address(hub).code.length, 0, "The hub was not deployed.");

        models.set(VERSION, VersionStatus.Active, SemanticsKind.Integer, address(0));
        nodes.set(node, payee, Roles.INFERENCE | Roles.TEE, type(uint128).max);
        token.mint(requester, 1_000_000 ether);
        vm.prank(requester);
        token.approve(address(hub), type(uint256).max);
        _fund(node, 1000 ether);
    }

    /// By their artifacts: they are compiled through the IR, and nothing else is.
    function _deploy(HubParts memory parts, HubParameters memory parameters) internal returns (IHub) {
        address extension = _create("HubExtension.sol:HubExtension", abi.encode(parts, parameters));
        return IHub(_create("InferenceHub.sol:InferenceHub", abi.encode(parts, parameters, extension)));
    }

    /// As `deployCode`, but with the constructor's own reason where it reverts. What is created in assembly tells nobody of a failure, not even of an
    /// expected revert that did not come, unless it is told on.
    function _create(string memory artifact, bytes memory arguments) internal returns (address created) {
        bytes memory code = abi.encodePacked(vm.getCode(artifact), arguments);
        assembly {
            created := create(0, add(code, 32), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function _parts() internal view returns (HubParts memory) {
        return HubParts({
            token: address(token),
            models: IModelRegistry(address(models)),
            nodes: INodeRegistry(address(nodes)),
            keys: IAttestedKeys(address(keys)),
            court: court,
            guardian: guardian,
            isDevelopment: false
        });
    }

    function _parameters() internal pure virtual returns (HubParameters memory) {
        return HubParameters({
            defaultWindow: 2 hours,
            minWindow: 30 minutes,
            maxWindow: 7 days,
            attestedHold: 1 hours,
            claimTime: 2 minutes,
            provenClaimTime: 30 minutes,
            deliveryTime: 7 days,
            minBond: MIN_BOND,
            signedLienFees: 100,
            attestedLienFees: 20,
            failureShare: 2000
        });
    }

    /// An ordinary `Signed` request that anyone may claim.
    function _signedRequest() internal view returns (Request memory) {
        return Request({
            versionId: VERSION,
            assurance: Assurance.Signed,
            assignee: address(0),
            exclusiveUntil: 0,
            deadline: uint40(vm.getBlockTimestamp() + 1 hours),
            challengeWindow: 0,
            callbackGas: 0,
            flags: 0,
            quorum: 0,
            fee: FEE,
            deliveryTip: 0,
            minLien: 0,
            inputCommit: keccak256(INPUT),
            termsHash: 0
        });
    }

    function _noTerms() internal pure returns (Terms memory terms) {}

    /// Sends a request from the usual requester.
    function _ask(Request memory request) internal returns (Ask memory) {
        return _askFrom(requester, request);
    }

    function _askFrom(address from, Request memory request) internal virtual returns (Ask memory ask) {
        ask = Asks.next(hub, from, request);
        vm.prank(from);
        RequestId id = hub.request(request, INPUT);
        assertTrue(id == hub.requestIdOf(ask), "The id is not the one of what was asked.");
    }

    /// Claims for the usual node, and lets the claim confirm.
    function _claim(Ask memory ask) internal {
        vm.prank(node);
        hub.claim(ask);
        skip(12);
    }

    function _submission(Ask memory ask, bytes memory output) internal view returns (Submission memory submission) {
        submission = Submission({
            ask: ask,
            terms: _noTerms(),
            outputCommit: keccak256(output),
            node: node,
            payee: payee,
            keyEpoch: 0,
            issuedAt: uint64(vm.getBlockTimestamp()),
            expiresAt: uint64(vm.getBlockTimestamp() + 1 hours),
            evidenceHash: 0,
            evidence: "",
            output: output
        });
        // A proof is its own evidence.
        if (ask.request.assurance != Assurance.Proven) submission.evidence = _sign(submission, NODE_KEY);
    }

    function _failure(Ask memory ask) internal view returns (Submission memory submission) {
        submission = _submission(ask, "");
        submission.outputCommit = hub.FAILURE();
        submission.evidence = _sign(submission, NODE_KEY);
    }

    function _sign(Submission memory submission, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.digestOf(_receiptOf(submission)));
        return abi.encodePacked(r, s, v);
    }

    /// The receipt that the hub puts together from a submission.
    function _receiptOf(Submission memory submission) internal view returns (InferenceReceipt memory) {
        return _receiptOf(submission, hub.requestIdOf(submission.ask));
    }

    function _receiptOf(Submission memory submission, RequestId id) internal pure returns (InferenceReceipt memory) {
        return InferenceReceipt({
            requestId: RequestId.unwrap(id),
            versionId: VersionId.unwrap(submission.ask.request.versionId),
            inputCommit: submission.ask.request.inputCommit,
            outputCommit: submission.outputCommit,
            assurance: submission.ask.request.assurance,
            node: submission.node,
            payee: submission.payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: submission.evidenceHash
        });
    }

    /// What a settlement now keeps, as its event tells it.
    function _settlement(Submission memory submission, uint256 lien) internal view returns (Settlement memory) {
        return Settlement({
            outputCommit: submission.outputCommit,
            node: submission.node,
            payee: submission.payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: submission.evidenceHash,
            assurance: submission.ask.request.assurance,
            rootLabel: 0,
            lien: lien,
            settledAt: uint40(vm.getBlockTimestamp()),
            revision: 0
        });
    }

    function _fund(address account, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(hub), amount);
        hub.deposit(account, amount);
    }
}
