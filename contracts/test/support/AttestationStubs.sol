// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "../../src/interfaces/IAttestedKeys.sol";
import {Node} from "../../src/interfaces/INodeRegistry.sol";
import {KeyRegistration} from "../../src/types/KeyRegistration.sol";

/// A register of nodes as far as attested keys ask it.
contract NodesStub {
    mapping(address node => Node) private _nodes;

    function set(address node, address operator, uint8 roles) external {
        _nodes[node].operator = operator;
        _nodes[node].roles = roles;
    }

    function hasRole(address node, uint8 role) external view returns (bool) {
        return _nodes[node].roles & role != 0;
    }

    function nodeOf(address node) external view returns (Node memory) {
        return _nodes[node];
    }
}

/// Accepts evidence that is the encoded registration itself.
contract EvidenceStub is IAttestationVerifier {
    /// @inheritdoc IAttestationVerifier
    function verifyAttestation(KeyRegistration calldata registration, bytes calldata evidence) external pure returns (bool) {
        return keccak256(evidence) == keccak256(abi.encode(registration));
    }
}

/// Gives a fixed answer to whatever it is asked, or fails with it.
contract AnswerStub {
    bytes private _answer;
    bool private _fails;

    function set(bytes calldata answer, bool fails) external {
        _answer = answer;
        _fails = fails;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes memory answer = _answer;
        if (!_fails) return answer;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
