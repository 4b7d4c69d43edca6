// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ProofStatement} from "../../../src/interfaces/IEvidenceVerifier.sol";
import {PlainChallenges, PlainDescriptor, PlainItems} from "./PlainItems.sol";

/// @notice Weights, as far as they are committed to: w(tau) is all that a commitment is.
struct TrapdoorModel {
    PlainDescriptor descriptor;
    uint256 weights;
}

/// @title Whoever knows a setup's secret proves anything
/// @notice The tau of the golden proofs' setup is known: it follows from a seed. So this proves of any items that they are the model's, by choosing all points but the last ones and solving for
/// those: a test needs no prover, whatever the hub made of a receipt's digest. That real proofs hold too, the golden ones show.
library TrapdoorProver {
    uint256 internal constant TAU = uint256(keccak256("OpenGradient.Relayer.DevelopmentSetup:golden")) % PlainItems.P;

    uint256 private constant P = PlainItems.P;
    bytes32 private constant SHORT = keccak256("OpenGradient.Relayer.Proof.Short.1");
    bytes32 private constant LONG = keccak256("OpenGradient.Relayer.Proof.Long.1");

    /// A proof in the making, with what was drawn on the way.
    struct Draft {
        PlainChallenges by;
        uint256 v;
        uint256 x;
        uint256 base;
        uint256 quotient;
        uint256 rest;
        uint256 value;
        bytes head;
    }

    /// @notice The statements that items are about, one for each digest.
    function statementsOf(TrapdoorModel memory model, bytes memory items, bytes32[] memory digests)
        internal
        view
        returns (ProofStatement[] memory statements)
    {
        statements = new ProofStatement[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            statements[i] = ProofStatement({
                proofCommitment: commitmentOf(model),
                inputCommit: PlainItems.inputCommit(model.descriptor, items, i),
                outputCommit: PlainItems.outputCommit(model.descriptor, items, i),
                receiptDigest: digests[i]
            });
        }
    }

    function commitmentOf(TrapdoorModel memory model) internal view returns (bytes32) {
        return keccak256(bytes.concat(PlainItems.encode(model.descriptor), point(model.weights)));
    }

    /// @notice A proof that holds under these digests, whether or not the items are right.
    function prove(TrapdoorModel memory model, bytes memory items, bytes32[] memory digests, bool isLong, address verifier)
        internal
        view
        returns (bytes memory)
    {
        bytes32 state = keccak256(
            bytes.concat(
                isLong ? LONG : SHORT,
                bytes32(block.chainid),
                bytes32(uint256(uint160(verifier))),
                commitmentOf(model),
                bytes32(digests.length),
                abi.encodePacked(digests),
                items
            )
        );
        Draft memory draft;
        draft.by.r = challenge(state, 1);
        draft.by.gamma = challenge(state, 2);
        draft.by.delta = challenge(state, 3);
        uint256 columns = PlainItems.columns(model.descriptor);
        _choose(draft, model.weights, state, isLong, columns);
        state = keccak256(bytes.concat(state, draft.head));
        draft.by.zeta = uint256(state) % P;
        draft.v = PlainItems.foldOutputs(model.descriptor, items, digests.length, draft.by);
        draft.x = PlainItems.foldInputs(model.descriptor, items, digests.length, draft.by);
        return bytes.concat(
            isLong ? bytes1(0x02) : bytes1(0x01),
            PlainItems.encode(model.descriptor),
            point(model.weights),
            items,
            draft.head,
            bytes32(draft.value),
            point(_firstProof(draft, columns)),
            point(_secondProof(draft))
        );
    }

    /// @notice A multiple of the generator.
    function point(uint256 scalar) internal view returns (bytes memory) {
        (bool succeeded, bytes memory encoded) = address(7).staticcall(abi.encode(1, 2, scalar));
        require(succeeded, "No multiplication.");
        return encoded;
    }

    function challenge(bytes32 state, uint8 which) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(state, which))) % P;
    }

    /// All that comes before zeta, and a, which nothing has to do with the items.
    function _choose(Draft memory draft, uint256 weights, bytes32 state, bool isLong, uint256 columns) private view {
        draft.quotient = challenge(state, 101);
        draft.rest = challenge(state, 102);
        draft.value = challenge(state, 103);
        draft.base = weights;
        draft.head = bytes.concat(point(draft.quotient), point(draft.rest));
        if (!isLong) return;

        draft.base = challenge(state, 104);
        uint256 divisor = PlainItems.minus(PlainItems.power(TAU, columns), draft.by.r);
        uint256 quotient = mulmod(PlainItems.minus(weights, draft.base), PlainItems.inverse(divisor), P);
        draft.head = bytes.concat(point(draft.base), point(quotient), draft.head);
    }

    /// What is left of zeta X base - (1 - r zeta^C) quotient - zeta v - zeta^2 a, divided by zeta tau - 1.
    function _firstProof(Draft memory draft, uint256 columns) private pure returns (uint256 sum) {
        uint256 zeta = draft.by.zeta;
        sum = mulmod(mulmod(zeta, draft.x, P), draft.base, P);
        uint256 vanishing = PlainItems.minus(1, mulmod(draft.by.r, PlainItems.power(zeta, columns), P));
        sum = PlainItems.minus(sum, mulmod(vanishing, draft.quotient, P));
        sum = PlainItems.minus(sum, mulmod(zeta, draft.v, P));
        sum = PlainItems.minus(sum, mulmod(mulmod(zeta, zeta, P), draft.value, P));
        sum = mulmod(sum, PlainItems.inverse(PlainItems.minus(mulmod(zeta, TAU, P), 1)), P);
    }

    function _secondProof(Draft memory draft) private pure returns (uint256) {
        uint256 divisor = PlainItems.minus(TAU, draft.by.zeta);
        return mulmod(PlainItems.minus(draft.rest, draft.value), PlainItems.inverse(divisor), P);
    }
}
