// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KeyStanding} from "../../src/interfaces/IAttestedKeys.sol";
import {Finding, ProofStatement, Verdict} from "../../src/interfaces/IEvidenceVerifier.sol";
import {VersionId} from "../../src/types/Ids.sol";
import {KeyRegistrationLib} from "../../src/types/KeyRegistration.sol";
import {Receipt as InferenceReceipt} from "../../src/types/Receipt.sol";
import {SemanticsKind, VersionStatus, VersionTerms} from "../../src/types/Version.sol";
import {TestToken} from "./TestToken.sol";

/// @notice A register of versions that says what a test wants.
contract FakeModels {
    mapping(VersionId id => VersionTerms) private _terms;
    mapping(VersionId id => uint40) public yankedAt;

    function set(VersionId id, VersionStatus status, SemanticsKind kind, address proofVerifier) external {
        _terms[id] = VersionTerms({status: status, kind: kind, proofVerifier: proofVerifier});
        if (status == VersionStatus.Yanked && yankedAt[id] == 0) yankedAt[id] = uint40(block.timestamp);
    }

    function proofCommitmentOf(VersionId) external pure returns (bytes32) {
        return keccak256("commitment");
    }

    function termsOf(VersionId id) external view returns (VersionTerms memory) {
        return _terms[id];
    }

    function statusOf(VersionId id) external view returns (VersionStatus) {
        return _terms[id].status;
    }
}

/// @notice A register of nodes that locks what it is told to, and keeps account of it.
contract FakeNodes {
    error Refused();

    struct FakeNode {
        address payee;
        uint8 roles;
    }

    mapping(address node => FakeNode) public nodes;
    TestToken public token;
    /// What liens are rounded up to.
    uint256 public unit = 1;
    mapping(address node => uint256) public free;
    mapping(address node => uint256) public held;
    mapping(address node => mapping(uint40 hour => uint256)) private _locked;

    function set(address node, address payee, uint8 roles, uint256 free_) external {
        nodes[node] = FakeNode({payee: payee, roles: roles});
        free[node] = free_;
    }

    function lockLien(address node, uint8 role, address payee, uint256 amount, uint40 until, uint40)
        external
        returns (uint256, uint256)
    {
        amount = (amount + unit - 1) / unit * unit;
        require(nodes[node].payee == payee && nodes[node].roles & role != 0 && free[node] >= amount, Refused());
        free[node] -= amount;
        _locked[node][_hourOf(until)] += amount;
        return (free[node], unit);
    }

    function holdLien(address node, uint256 amount, uint40 until, uint40) external {
        _locked[node][_hourOf(until)] -= amount;
        held[node] += amount;
    }

    function releaseHeld(address node, uint256 amount) external {
        held[node] -= amount;
        free[node] += amount;
    }

    /// The stake is in this token's hands: what is slashed is minted to whoever slashes.
    function slashHeld(address node, uint256 amount, uint256 slashed) external {
        held[node] -= amount;
        free[node] += amount - slashed;
        token.mint(msg.sender, slashed);
    }

    function setUnit(uint256 unit_) external {
        unit = unit_;
    }

    function setToken(TestToken token_) external {
        token = token_;
    }

    function locked(address node, uint40 until) external view returns (uint256) {
        return _locked[node][_hourOf(until)];
    }

    function hasRole(address node, uint8 role) external view returns (bool) {
        return nodes[node].roles & role != 0;
    }

    function payeeOf(address node) external view returns (address) {
        return nodes[node].payee;
    }

    /// Liens of one hour are one sum, as in the register.
    function _hourOf(uint40 until) private pure returns (uint40) {
        return (until + 1 hours - 1) / 1 hours;
    }
}

/// @notice A verifier that finds what a test wants; by default it holds a signature of the digest against the receipt's node.
contract FakeVerifier {
    Finding public finding;
    bytes32 public rootLabel;

    function set(Finding finding_, bytes32 rootLabel_) external {
        (finding, rootLabel) = (finding_, rootLabel_);
    }

    function verify(InferenceReceipt calldata receipt, bytes32 digest, bytes calldata evidence, bytes32[] calldata)
        external
        view
        returns (Verdict memory)
    {
        if (finding != Finding.Holds) return Verdict({finding: finding, rootLabel: rootLabel});
        if (evidence.length != 65) return Verdict({finding: Finding.Malformed, rootLabel: 0});
        address signer = ecrecover(digest, uint8(evidence[64]), bytes32(evidence[:32]), bytes32(evidence[32:64]));
        bool isSigner = signer != address(0) && signer == receipt.node;
        return Verdict({finding: isSigner ? Finding.Holds : Finding.WrongSigner, rootLabel: rootLabel});
    }
}

/// @notice A register of keys in which each node's own key is its enclave's, of no epoch and without evidence, revoked or not.
contract FakeKeys {
    KeyStanding private _standing = KeyStanding({valid: true, rootLabel: 0, isEmulated: false});
    bytes32 private _workload = keccak256(abi.encode("workload", uint256(1)));
    mapping(address signer => uint40) public revokedSince;

    function set(KeyStanding calldata standing) external {
        _standing = standing;
    }

    function keyFor(address signer, bytes32 binding) external view returns (KeyStanding memory standing) {
        if (binding == KeyRegistrationLib.bindingOf(signer, 0, 0)) standing = _standing;
    }

    function setWorkload(bytes32 workload) external {
        _workload = workload;
    }

    function workloadOf(address) external view returns (bytes32) {
        return _workload;
    }

    function revoke(address node) external {
        revokedSince[node] = uint40(block.timestamp);
    }

    function epochOf(address) external pure returns (uint64) {
        return 1;
    }

    function signerOf(address node, uint64) external pure returns (address) {
        return node;
    }
}

/// @notice A stand-in for a proof system: a "proof" is the hash of the statements that it proves. It proves nothing, and is for tests only.
contract FakeProofs {
    bool public constant isDevelopment = true;

    function verifyProof(ProofStatement[] calldata statements, bytes calldata proof) external pure returns (bool) {
        return proof.length == 32 && bytes32(proof) == keccak256(abi.encode(statements));
    }
}

/// @notice A court that finds two answers to agree where they are numbers next to each other, or equal.
contract FakeCourt {
    function agree(bytes calldata left, bytes calldata right, VersionId) external pure returns (bool) {
        if (left.length != 32 || right.length != 32) return false;
        (uint256 a, uint256 b) = (abi.decode(left, (uint256)), abi.decode(right, (uint256)));
        return a <= b + 1 && b <= a + 1;
    }
}

/// @notice A court that finds two answers to agree where they are equal.
contract EqualCourt {
    function agree(bytes calldata left, bytes calldata right, VersionId) external pure returns (bool) {
        return keccak256(left) == keccak256(right);
    }
}
