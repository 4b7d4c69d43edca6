// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Test} from "forge-std/Test.sol";

import {IAttestedKeys} from "../../../src/interfaces/IAttestedKeys.sol";
import {IChallengeCourt} from "../../../src/interfaces/IChallengeCourt.sol";
import {IEvidenceVerifier} from "../../../src/interfaces/IEvidenceVerifier.sol";
import {IHub} from "../../../src/interfaces/IHub.sol";
import {Submission} from "../../../src/interfaces/IInferenceHub.sol";
import {IModelRegistry} from "../../../src/interfaces/IModelRegistry.sol";
import {INodeRegistry, Roles} from "../../../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../../../src/NodeRegistry.sol";
import {CourtParameters, CourtParts} from "../../../src/types/CourtConfig.sol";
import {HubParameters, HubParts} from "../../../src/types/HubConfig.sol";
import {RequestId, VersionId} from "../../../src/types/Ids.sol";
import {Assurance, Receipt as InferenceReceipt} from "../../../src/types/Receipt.sol";
import {Ask, Request, RequestFlags, Settlement} from "../../../src/types/Request.sol";
import {SemanticsKind} from "../../../src/types/Version.sol";
import {Asks} from "../Asks.sol";
import {FakeProofs, FakeVerifier} from "../Fakes.sol";
import {TestToken} from "../TestToken.sol";
import {AnswerSamples} from "./AnswerSamples.sol";
import {CourtKeys, CourtModels} from "./CourtFakes.sol";

/// @notice The court with the real hub and the real register of nodes, seven verifiers, and one answer that a node has settled.
abstract contract CourtParties is Test {
    uint256 internal constant NODE_KEY = 0xA11CE;
    uint256 internal constant VERIFIERS = 7;
    uint256 internal constant SEATS = 5;
    uint128 internal constant FEE = 1 ether;
    uint256 internal constant LIEN = 100 ether;
    uint256 internal constant VERIFIER_STAKE = 200 ether;
    /// A hundredth of it.
    uint256 internal constant HELD = 2 ether;
    uint128 internal constant SEAL_BOND = 0.5 ether;
    uint128 internal constant MEMBER_FEE = 0.2 ether;
    /// A twentieth of the lien.
    uint256 internal constant DEPOSIT = 5 ether;
    uint40 internal constant PHASE = 15 minutes;
    uint40 internal constant SEAL_TIME = 10 minutes;
    bytes32 internal constant SALT = keccak256("salt");
    bytes internal constant INPUT = hex"01020304";
    VersionId internal constant FLOATING = VersionId.wrap(keccak256("floating"));
    VersionId internal constant INTEGER = VersionId.wrap(keccak256("integer"));
    VersionId internal constant PROVABLE = VersionId.wrap(keccak256("provable"));
    VersionId internal constant SAMPLED = VersionId.wrap(keccak256("sampled"));

    address internal immutable node = vm.addr(NODE_KEY);
    address internal immutable operator = makeAddr("operator");
    address internal immutable payee = makeAddr("payee");
    address internal immutable requester = makeAddr("requester");
    address internal immutable guardian = makeAddr("guardian");
    address internal immutable challenger = makeAddr("challenger");
    address internal immutable rival = makeAddr("rival");
    address internal immutable stranger = makeAddr("stranger");
    /// What the model gives, what a wrong node says, and what a wrong challenger says.
    bytes internal right = _answer(1e18);
    bytes internal wrong = _answer(2e18);
    bytes internal other = _answer(3e18);

    TestToken internal token;
    CourtModels internal models = new CourtModels();
    CourtKeys internal keys = new CourtKeys();
    FakeVerifier internal evidence = new FakeVerifier();
    FakeProofs internal proofs = new FakeProofs();
    NodeRegistry internal nodes;
    IHub internal hub;
    IChallengeCourt internal court;

    Ask internal ask;
    Settlement internal settlement;
    RequestId internal id;

    /// Whose balances count, and the requests that can have a case.
    address[] internal _people;
    RequestId[] internal _ids;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        token = new TestToken();
        _deployAll();
        models.set(FLOATING, SemanticsKind.Float, address(0));
        models.set(INTEGER, SemanticsKind.Integer, address(0));
        models.set(PROVABLE, SemanticsKind.Integer, address(proofs));
        models.set(SAMPLED, SemanticsKind.None, address(0));
        keys.setRevoker(address(court));

        _register(NODE_KEY, payee, Roles.INFERENCE | Roles.TEE, 1000 ether);
        for (uint256 i = 0; i < VERIFIERS; ++i) {
            _register(_verifierKey(i), _payeeOf(_verifier(i)), Roles.VERIFIER, VERIFIER_STAKE);
            _people.push(_payeeOf(_verifier(i)));
        }
        // Draws count stakes of the hour before.
        _pass(1 hours);
        vm.warp(vm.getBlockTimestamp() / 1 hours * 1 hours + 10 minutes);

        address[7] memory known = [payee, requester, challenger, rival, stranger, guardian, address(this)];
        for (uint256 i = 0; i < known.length; ++i) {
            _people.push(known[i]);
        }
        token.mint(requester, 1_000_000 ether);
        vm.prank(requester);
        token.approve(address(hub), type(uint256).max);
        _fund(challenger, 100 ether);
        _fund(rival, 100 ether);
        (ask, settlement) = _settle(_request(FLOATING), wrong);
        id = hub.requestIdOf(ask);
    }

    /* Setting up */

    function _deployAll() internal {
        uint256 nonce = vm.getNonce(address(this));
        address courtAt = vm.computeCreateAddress(address(this), nonce + 1);
        address hubAt = vm.computeCreateAddress(address(this), nonce + 3);
        nodes = new NodeRegistry(IERC20Metadata(address(token)), hubAt, courtAt);
        court = _deployCourt(_courtParts(hubAt), _courtParameters());
        assertEq(address(court), courtAt, "The court was not deployed.");
        HubParts memory parts = HubParts({
            token: address(token),
            models: IModelRegistry(address(models)),
            nodes: nodes,
            keys: IAttestedKeys(address(keys)),
            court: courtAt,
            guardian: guardian,
            isDevelopment: false
        });
        address extension = _create("HubExtension.sol:HubExtension", abi.encode(parts, _hubParameters()));
        hub = IHub(_create("InferenceHub.sol:InferenceHub", abi.encode(parts, _hubParameters(), extension)));
        assertEq(address(hub), hubAt, "The hub was not deployed.");
    }

    function _deployCourt(CourtParts memory parts, CourtParameters memory parameters) internal returns (IChallengeCourt) {
        return IChallengeCourt(_create("ChallengeCourt.sol:ChallengeCourt", abi.encode(parts, parameters)));
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

    function _courtParts(address hubAt) internal view returns (CourtParts memory) {
        return CourtParts({
            token: address(token),
            hub: IHub(hubAt),
            models: IModelRegistry(address(models)),
            nodes: INodeRegistry(address(nodes)),
            keys: IAttestedKeys(address(keys)),
            attestedVerifier: IEvidenceVerifier(address(evidence))
        });
    }

    function _courtParameters() internal pure virtual returns (CourtParameters memory) {
        return CourtParameters({
            phase: PHASE, sealTime: SEAL_TIME, sealBond: SEAL_BOND, memberFee: MEMBER_FEE, depositShare: 500, silenceShare: 100
        });
    }

    function _hubParameters() private pure returns (HubParameters memory) {
        return HubParameters({
            defaultWindow: 2 hours,
            minWindow: 30 minutes,
            maxWindow: 7 days,
            attestedHold: 1 hours,
            claimTime: 2 minutes,
            provenClaimTime: 30 minutes,
            deliveryTime: 7 days,
            minBond: 0.01 ether,
            signedLienFees: 100,
            attestedLienFees: 20,
            failureShare: 2000
        });
    }

    function _register(uint256 key, address payee_, uint8 roles, uint256 amount) internal {
        address registered = vm.addr(key);
        uint256 deadline = vm.getBlockTimestamp();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, nodes.registrationDigest(registered, operator, deadline));
        vm.prank(operator);
        nodes.register(registered, payee_, roles, "", "", deadline, abi.encodePacked(r, s, v));
        token.mint(address(this), amount);
        token.approve(address(nodes), amount);
        nodes.stake(registered, amount);
    }

    function _fund(address account, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(court), amount);
        court.deposit(account, amount);
    }

    /* Requests and answers */

    /// A `Signed` request that the node may settle at once.
    function _request(VersionId versionId) internal view returns (Request memory request) {
        uint40 deadline = uint40(vm.getBlockTimestamp() + 1 hours);
        request = Request({
            versionId: versionId,
            assurance: Assurance.Signed,
            assignee: node,
            exclusiveUntil: deadline,
            deadline: deadline,
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

    /// Asks, and settles for the node with an output; an empty one is a failure.
    function _settle(Request memory request, bytes memory output) internal returns (Ask memory asked, Settlement memory) {
        asked = _askFor(request);
        Submission memory submission = _submission(asked, _commitOf(output));
        submission.output = request.flags & RequestFlags.OUTPUT_OFF_CHAIN != 0 ? bytes("") : output;
        return (asked, _settleWith(submission));
    }

    function _settleWith(Submission memory submission) internal returns (Settlement memory) {
        hub.settle(submission);
        bool isAttested = submission.ask.request.assurance == Assurance.Attested;
        return Settlement({
            outputCommit: submission.outputCommit,
            node: node,
            payee: payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: 0,
            assurance: submission.ask.request.assurance,
            rootLabel: 0,
            lien: isAttested ? LIEN / 5 : LIEN,
            settledAt: uint40(vm.getBlockTimestamp()),
            revision: 0
        });
    }

    function _askFor(Request memory request) internal returns (Ask memory asked) {
        bool isUri = request.flags & RequestFlags.INPUT_AT_URI != 0;
        bool isPrivate = request.flags & RequestFlags.PRIVATE != 0;
        asked = Asks.next(hub, requester, request);
        vm.prank(requester);
        RequestId asId = hub.request(request, isPrivate ? bytes("") : isUri ? bytes("ipfs://input") : INPUT);
        assertTrue(asId == hub.requestIdOf(asked), "The id is not the one of what was asked.");
        _ids.push(asId);
    }

    /// A receipt of the node, signed.
    function _submission(Ask memory asked, bytes32 outputCommit) internal view returns (Submission memory submission) {
        submission.ask = asked;
        submission.outputCommit = outputCommit;
        submission.node = node;
        submission.payee = payee;
        submission.keyEpoch = asked.request.assurance == Assurance.Attested ? 1 : 0;
        submission.issuedAt = uint64(vm.getBlockTimestamp());
        submission.expiresAt = uint64(vm.getBlockTimestamp() + 1 hours);
        _sign(submission);
    }

    function _sign(Submission memory submission) internal view {
        submission.evidence = _signatureOf(submission, submission.ask.request.assurance);
    }

    function _signatureOf(Submission memory submission, Assurance assurance) internal view returns (bytes memory) {
        return _signatureBy(NODE_KEY, submission, assurance);
    }

    function _signatureBy(uint256 key, Submission memory submission, Assurance assurance) internal view returns (bytes memory) {
        InferenceReceipt memory receipt = InferenceReceipt({
            requestId: RequestId.unwrap(hub.requestIdOf(submission.ask)),
            versionId: VersionId.unwrap(submission.ask.request.versionId),
            inputCommit: submission.ask.request.inputCommit,
            outputCommit: submission.outputCommit,
            assurance: assurance,
            node: submission.node,
            payee: submission.payee,
            keyEpoch: submission.keyEpoch,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            evidenceHash: submission.evidenceHash
        });
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.digestOf(receipt));
        return abi.encodePacked(r, s, v);
    }

    /// A row of one float near a fixed-point number.
    function _answer(int256 value) internal pure returns (bytes memory) {
        return AnswerSamples.float(value);
    }

    function _commitOf(bytes memory output) internal view returns (bytes32) {
        return output.length == 0 ? hub.FAILURE() : keccak256(output);
    }

    /* Time and people */

    function _nextBlock() internal {
        vm.roll(vm.getBlockNumber() + 1);
        _pass(12);
    }

    function _pass(uint256 time) internal {
        vm.warp(vm.getBlockTimestamp() + time);
    }

    function _verifierKey(uint256 index) internal pure returns (uint256) {
        return 0xC0DE + index;
    }

    function _verifier(uint256 index) internal pure returns (address) {
        return vm.addr(_verifierKey(index));
    }

    function _payeeOf(address member) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("payee", member)))));
    }
}
