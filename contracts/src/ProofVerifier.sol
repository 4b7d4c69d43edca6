// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProofVerifier, ProofStatement} from "./interfaces/IEvidenceVerifier.sol";
import {IProofSetup, Setup} from "./interfaces/IProofSetup.sol";
import {Bn254, ORDER} from "./proofs/Bn254.sol";
import {Claim} from "./proofs/Claim.sol";
import {Folding} from "./proofs/Folding.sol";
import {Layout, LayoutLib} from "./proofs/Layout.sol";
import {Opening} from "./proofs/Opening.sol";
import {SetupCheck} from "./proofs/SetupCheck.sol";
import {Transcript} from "./proofs/Transcript.sol";

/// @title Verifies proofs of every Integer version
/// @notice A proof brings the descriptor, the commitment to the weights, the items' inputs and accumulators, and an opening (docs/proofs.md). The contract
/// computes each layer's inputs from the accumulators before it, and checks by the opening that the committed weights lead from inputs to accumulators.
/// There is no circuit and no setup for a model: one contract serves all of them.
/// @dev It keeps nothing and pays nobody. A proof that does not hold is answered by false, whatever its bytes are; what reverts is too little gas.
contract ProofVerifier is IProofVerifier, IProofSetup {
    uint256 private constant FORM_SHORT = 1;
    uint256 private constant FORM_LONG = 2;
    uint256 private constant FORM_BYTES = 1;
    uint256 private constant POINT_BYTES = 64;

    uint256 private immutable TAU_0;
    uint256 private immutable TAU_1;
    uint256 private immutable TAU_2;
    uint256 private immutable TAU_3;

    /// @inheritdoc IProofVerifier
    bool public immutable isDevelopment;

    /// @inheritdoc IProofSetup
    bytes32 public immutable setupHash;

    /// @inheritdoc IProofSetup
    string public label;

    uint256[4][] private _powers;

    /// @param setup The powers of one secret, which is checked here.
    constructor(Setup memory setup) {
        SetupCheck.requireSetup(setup);

        (TAU_0, TAU_1, TAU_2, TAU_3) = (setup.tau[0], setup.tau[1], setup.tau[2], setup.tau[3]);
        isDevelopment = SetupCheck.isDevelopment(setup.label);
        setupHash = keccak256(abi.encode(setup));
        label = setup.label;
        for (uint256 i = 0; i < setup.powers.length; ++i) {
            _powers.push(setup.powers[i]);
        }
    }

    /// @inheritdoc IProofVerifier
    function verifyProof(ProofStatement[] calldata statements, bytes calldata proof) external view returns (bool) {
        if (proof.length == 0 || statements.length == 0) return false;
        uint256 form = uint8(proof[0]);
        if (form != FORM_SHORT && form != FORM_LONG) return false;

        bytes calldata rest = proof[FORM_BYTES:];
        uint256 length = LayoutLib.lengthOf(rest);
        if (length == 0 || rest.length < length + POINT_BYTES) return false;
        bytes calldata committed = rest[:length + POINT_BYTES];
        rest = rest[length + POINT_BYTES:];
        bytes32 commitment = keccak256(committed);
        for (uint256 i = 0; i < statements.length; ++i) {
            if (statements[i].proofCommitment != commitment) return false;
        }
        (bool isValid, Layout memory layout) = LayoutLib.read(committed[:length]);
        if (!isValid) return false;

        length = layout.itemLength * statements.length;
        bool isLong = form == FORM_LONG;
        if (rest.length != length + (isLong ? Opening.LONG_BYTES : Opening.SHORT_BYTES)) return false;
        Claim memory claim;
        bytes32 state =
            Transcript.begin(isLong ? Transcript.LONG : Transcript.SHORT, commitment, statements, rest[:length]);
        return _isMeant(state, isLong, layout, claim, statements, rest, length)
            && _opens(isLong, layout, claim, committed[committed.length - POINT_BYTES:], rest[length:]);
    }

    /// @inheritdoc IProofSetup
    function tau() public view returns (uint256[4] memory) {
        return [TAU_0, TAU_1, TAU_2, TAU_3];
    }

    /// @inheritdoc IProofSetup
    function powerCount() external view returns (uint256) {
        return _powers.length;
    }

    /// @inheritdoc IProofSetup
    function power(uint256 k) external view returns (uint256[4] memory) {
        return _powers[k - 1];
    }

    /// Draws all challenges, and folds the items. False where the opening is not well-formed, or the items are others than were stated.
    /// @param state Of the transcript, which has absorbed all but the opening.
    /// @param rest The items, and after so many bytes the opening.
    function _isMeant(
        bytes32 state,
        bool isLong,
        Layout memory layout,
        Claim memory claim,
        ProofStatement[] calldata statements,
        bytes calldata rest,
        uint256 length
    ) private pure returns (bool) {
        bytes calldata opening = rest[length:];
        uint256 head = isLong ? Opening.LONG_HEAD : Opening.SHORT_HEAD;
        if (!Opening.isWellFormed(opening, head)) return false;

        claim.r = Transcript.challenge(state, 1);
        claim.gamma = Transcript.challenge(state, 2);
        claim.delta = Transcript.challenge(state, 3);
        state = Transcript.absorb(state, opening[:head]);
        claim.zeta = uint256(state) % ORDER;
        state = Transcript.absorb(state, opening[head:]);
        claim.kappa = uint256(state) % ORDER;
        if (isLong) claim.mu = Transcript.challenge(state, 1);
        if (claim.zeta == 0) return false;

        claim.zetaToColumns = claim.zeta;
        for (uint256 i = 0; i < layout.columnsLog; ++i) {
            claim.zetaToColumns = mulmod(claim.zetaToColumns, claim.zetaToColumns, ORDER);
        }
        uint256 at;
        assembly ("memory-safe") {
            at := rest.offset
        }
        Folding.weigh(layout, claim);
        return Folding.fold(layout, claim, statements, at);
    }

    function _opens(bool isLong, Layout memory layout, Claim memory claim, bytes calldata weights, bytes calldata opening)
        private
        view
        returns (bool)
    {
        // Under a commitment to nothing nothing can be wrong.
        (uint256 x, uint256 y) = (uint256(bytes32(weights[:32])), uint256(bytes32(weights[32:])));
        if (x | y == 0 || !Bn254.isPoint(x, y)) return false;
        if (!isLong) return Opening.holdsShort(weights, opening, claim, tau());

        // Where a power is not held the third factor would be one, and W - G + r * Q could be anything.
        if (layout.columnsLog > _powers.length) return false;
        return Opening.holdsLong(weights, opening, claim, tau(), _powers[layout.columnsLog - 1]);
    }
}
