// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProofVerifier, ProofStatement} from "./interfaces/IEvidenceVerifier.sol";
import {IProofSetup, Setup} from "./interfaces/IProofSetup.sol";
import {Bn254, ORDER} from "./proofs/Bn254.sol";
import {Claim} from "./proofs/Claim.sol";
import {Folding} from "./proofs/Folding.sol";
import {Opening} from "./proofs/Opening.sol";
import {Presented, PresentedLib} from "./proofs/Presented.sol";
import {SetupCheck} from "./proofs/SetupCheck.sol";
import {Transcript} from "./proofs/Transcript.sol";

/// @title Verifies proofs of every Integer version
/// @notice A proof brings the descriptor, the commitment to the weights, the items' inputs and accumulators, and an opening (docs/proofs.md). The contract
/// computes each layer's inputs from the accumulators before it, and checks by the opening that the committed weights lead from inputs to accumulators.
/// There is no circuit and no setup for a model: one contract serves all of them.
/// @dev It keeps nothing and pays nobody. A proof that does not hold is answered by false, whatever its bytes are; what reverts is too little gas.
contract ProofVerifier is IProofVerifier, IProofSetup {
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
        if (statements.length == 0) return false;
        (bool isWhole, Presented memory presented) = PresentedLib.read(proof, statements.length);
        if (!isWhole) return false;
        for (uint256 i = 0; i < statements.length; ++i) {
            if (statements[i].proofCommitment != presented.commitment) return false;
        }

        uint256 a = presented.opening + (presented.isLong ? Opening.LONG_HEAD : Opening.SHORT_HEAD);
        if (!Opening.isWellFormed(presented.opening, a)) return false;
        Claim memory claim = _draw(presented, statements, a);
        if (claim.zeta == 0) return false;

        Folding.weigh(presented.layout, claim);
        return Folding.fold(presented.layout, claim, statements, presented.items) && _opens(presented, claim);
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

    /// Draws the challenges.
    /// @param a Where the opening's scalar stands: zeta is drawn before it, kappa after all.
    function _draw(Presented memory presented, ProofStatement[] calldata statements, uint256 a)
        private
        view
        returns (Claim memory claim)
    {
        bytes32 domain = presented.isLong ? Transcript.LONG : Transcript.SHORT;
        bytes32 state = Transcript.begin(domain, presented.commitment, statements, presented.items, presented.itemsLength);
        claim.r = Transcript.challenge(state, 1);
        claim.gamma = Transcript.challenge(state, 2);
        claim.delta = Transcript.challenge(state, 3);
        state = Transcript.absorb(state, presented.opening, a - presented.opening);
        claim.zeta = uint256(state) % ORDER;
        state = Transcript.absorb(state, a, Opening.TAIL);
        claim.kappa = uint256(state) % ORDER;
        if (presented.isLong) claim.mu = Transcript.challenge(state, 1);

        claim.zetaToColumns = claim.zeta;
        for (uint256 i = 0; i < presented.layout.columnsLog; ++i) {
            claim.zetaToColumns = mulmod(claim.zetaToColumns, claim.zetaToColumns, ORDER);
        }
    }

    function _opens(Presented memory presented, Claim memory claim) private view returns (bool) {
        uint256 weights = presented.weights;
        // A commitment to nothing is no version's.
        if (!Bn254.isPointAt(weights) || Bn254.wordAt(weights) | Bn254.wordAt(weights + 32) == 0) return false;
        if (!presented.isLong) return Opening.holdsShort(weights, presented.opening, claim, tau());

        // Against a power that is not held, and so infinity, W - G + r * Q could be anything.
        uint256 columnsLog = presented.layout.columnsLog;
        if (columnsLog > _powers.length) return false;
        return Opening.holdsLong(weights, presented.opening, claim, tau(), _powers[columnsLog - 1]);
    }
}
