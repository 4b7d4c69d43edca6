// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Admission} from "./Admission.sol";
import {Encodings} from "./Encodings.sol";
import {HubBonds} from "./HubBonds.sol";
import {HubDelivery} from "./HubDelivery.sol";
import {HubDisputes} from "./HubDisputes.sol";
import {Word, Words} from "./Words.sol";
import {IProofVerifier, ProofStatement} from "../interfaces/IEvidenceVerifier.sol";
import {IHubProofs} from "../interfaces/IHubProofs.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Assurance} from "../types/Receipt.sol";
import {Ask, Refusal, Settlement, Stage} from "../types/Request.sol";

/// @notice Answers with a proof: settled by one, many by one, or raised to one later.
abstract contract HubProofs is HubDisputes, HubBonds, HubDelivery, IHubProofs {
    /// What a proof of a raise absorbs in place of a receipt: it pays nobody, so that copying it is no theft.
    bytes32 internal constant RAISE_TAG = keccak256("OpenGradient.Relayer.Raise");

    /// The node that the item before named, with the payee that its operator has: a batch is mostly one node's.
    struct Named {
        address node;
        address payee;
    }

    /// @inheritdoc IHubProofs
    function settleProven(Submission[] calldata submissions, bytes calldata proof) external nonReentrant returns (uint256 done) {
        uint40 time = _runningTime();
        require(submissions.length > 0, BatchEmpty());
        RequestId[] memory ids = _prove(submissions, proof);

        Deliveries memory deliveries;
        Named memory named;
        for (; done < submissions.length; ++done) {
            Submission calldata submission = submissions[done];
            bytes calldata output = submission.output;
            (Settlement memory settlement, uint256 deliveryGas) =
                _settlementFor(deliveries, submissions.length, done, submission, output);
            if (!_sufficesFor(submission.evidence, output, deliveries.reserved + deliveryGas)) break;

            Refusal refusal = _settleProven(submission, settlement, ids[done], named, time);
            if (refusal != Refusal.None) emit SubmissionRefused(ids[done], submission.node, refusal);
            else if (deliveryGas != 0) _addDelivery(deliveries, done, ids[done], deliveryGas);
        }

        require(done > 0, TooLittleGas(gasleft(), SETTLE_GAS));
        _deliverAll(submissions, deliveries);
    }

    /// @inheritdoc IHubProofs
    function raiseToProven(Ask calldata ask, Settlement calldata settlement, bytes calldata proof) external nonReentrant {
        (RequestId id, Word word) = _settled(ask, settlement);
        require(settlement.assurance != Assurance.Proven, NotARaise(settlement.assurance, Assurance.Proven));
        ProofStatement[] memory statements = new ProofStatement[](1);
        statements[0] = ProofStatement({
            proofCommitment: _models.proofCommitmentOf(ask.request.versionId),
            inputCommit: ask.request.inputCommit,
            outputCommit: settlement.outputCommit,
            receiptDigest: keccak256(abi.encode(RAISE_TAG, block.chainid, address(this), id))
        });
        _requireProof(ask.request.versionId, statements, proof);

        Settlement memory raised = settlement;
        raised.assurance = Assurance.Proven;
        raised.rootLabel = bytes32(0);
        if (word.stage() == Stage.Challenged) {
            _uphold(ask, id, word, raised);
            emit Raised(id, 0, raised);
            return;
        }

        // Fee and lien stay in the buckets that they are in: they are final when these are.
        _state.words[id] = Words.settled(Stage.Settled, word.flags(), 0, Words.hashOf(raised));
        emit Raised(id, 0, raised);
    }

    /// @inheritdoc IHubProofs
    function raiseToAttested(Submission calldata submission, Settlement calldata settlement) external nonReentrant {
        (RequestId id, Word word) = _settled(submission.ask, settlement);
        require(settlement.assurance == Assurance.Signed, NotARaise(settlement.assurance, Assurance.Attested));
        require(settlement.outputCommit == submission.outputCommit, OutputMismatch(settlement.outputCommit));
        require(submission.expiresAt >= block.timestamp, SettlementRefused(id, Refusal.ReceiptExpired));
        Settlement memory raised;
        Encodings.take(raised, submission);
        (bool holds, bytes32 rootLabel) =
            _judgeEvidence(_domainSeparatorV4(), submission, raised, submission.evidence, id, Assurance.Attested);
        require(holds, SettlementRefused(id, Refusal.EvidenceRefused));

        raised = settlement;
        raised.assurance = Assurance.Attested;
        raised.rootLabel = rootLabel;
        _state.words[id] = Words.settled(word.stage(), word.flags(), word.until(), Words.hashOf(raised));
        emit Raised(id, word.until(), raised);
    }

    /// Settles one item that the proof covers, or says why not and changes nothing. It is final: it locks nothing and pays at once.
    function _settleProven(
        Submission calldata submission,
        Settlement memory settlement,
        RequestId id,
        Named memory named,
        uint40 time
    ) private returns (Refusal refusal) {
        Word word = _state.words[id];
        bytes calldata output = submission.output;
        refusal = Admission.judge(_state, submission, output, id, word, _claimTime(Assurance.Proven), time);
        if (refusal == Refusal.None && !_isOwnName(submission, named)) refusal = Refusal.LienRefused;
        if (refusal != Refusal.None) return refusal;

        Encodings.take(settlement, submission);
        _complete(settlement, Assurance.Proven, bytes32(0), 0);
        _state.words[id] = Words.settled(Stage.Settled, 0, 0, Words.hashOf(settlement));
        _closeClaims(submission.ask.request, id, word, submission.node, submission.payee, time);
        _state.accounts[submission.payee] += submission.ask.request.fee;
        Encodings.tellSettled(id, 0, settlement, submission.evidence, output);
    }

    /// Anybody can write any node into what it proves, and a claim or an assignee's time rests on that name alone: no lien is locked, which would
    /// have asked for the payee. Whoever is no node can prove what is nobody's, and has neither claim nor time of its own.
    function _isOwnName(Submission calldata submission, Named memory named) private view returns (bool) {
        address node = submission.node;
        // Nobody registers the zero address, which is what the first item finds here. No stranger is called between items, so that no payee changes.
        if (node != named.node) (named.node, named.payee) = (node, _nodes.payeeOf(node));
        return named.payee == address(0) ? node != submission.ask.request.assignee : named.payee == submission.payee;
    }

    /// Holds the proof against all items, closed or not.
    function _prove(Submission[] calldata submissions, bytes calldata proof) private view returns (RequestId[] memory ids) {
        VersionId versionId = submissions[0].ask.request.versionId;
        bytes32 commitment = _models.proofCommitmentOf(versionId);
        bytes32 domain = _domainSeparatorV4();
        ids = new RequestId[](submissions.length);
        ProofStatement[] memory statements = new ProofStatement[](submissions.length);
        for (uint256 i = 0; i < submissions.length; ++i) {
            Submission calldata submission = submissions[i];
            Settlement memory taken;
            Encodings.take(taken, submission);
            require(submission.ask.request.versionId == versionId, OneVersionPerProof());
            ids[i] = _idOf(submission.ask);
            require(submission.ask.request.assurance == Assurance.Proven, SettlementRefused(ids[i], Refusal.WrongAssurance));
            // The proof is the evidence. What it does not absorb, whoever copies it could put in the prover's mouth.
            require(
                submission.evidence.length == 0 && taken.evidenceHash == bytes32(0) && taken.keyEpoch == 0,
                SettlementRefused(ids[i], Refusal.EvidenceRefused)
            );
            statements[i] = ProofStatement({
                proofCommitment: commitment,
                inputCommit: submission.ask.request.inputCommit,
                outputCommit: submission.outputCommit,
                receiptDigest: _digestOf(domain, submission.ask.request, taken, ids[i], Assurance.Proven)
            });
        }
        _requireProof(versionId, statements, proof);
    }

    function _requireProof(VersionId versionId, ProofStatement[] memory statements, bytes calldata proof) private view {
        address verifier = _models.termsOf(versionId).proofVerifier;
        require(verifier != address(0) && IProofVerifier(verifier).verifyProof(statements, proof), ProofRefused());
    }
}
