// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HubState} from "./HubState.sol";
import {RequestLib} from "./RequestLib.sol";
import {Word} from "./Words.sol";
import {Submission} from "../interfaces/IInferenceHub.sol";
import {Roles} from "../interfaces/INodeRegistry.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {Refusal, Request, RequestFlags, Stage} from "../types/Request.sol";

/// @notice What can be said of a submission without asking anybody: is the request open, in time, and the node's to settle?
library Admission {
    /// @notice What a receipt commits to in place of an output, when the input cannot be run. One less than a hash, so that no output hashes
    /// to it: a failure that came with bytes would be delivered, and its tip be paid a second time.
    bytes32 internal constant FAILURE = bytes32(uint256(keccak256("OpenGradient.Relayer.Failure")) - 1);

    /// @notice The longest output that travels with its answer: whoever challenges it has to bring it once more, beside the input and another output.
    uint256 internal constant MAX_OUTPUT = 32 * 1024;

    /// @param output The submission's.
    /// @param claimTime How long a claim of this assurance lasts.
    /// @param time Active time.
    function judge(
        HubState storage state,
        Submission calldata submission,
        bytes calldata output,
        RequestId id,
        Word word,
        uint40 claimTime,
        uint40 time
    ) internal view returns (Refusal) {
        Request calldata asked = submission.ask.request;
        Stage stage = word.stage();
        if (stage != Stage.Open && stage != Stage.Claimed) return Refusal.NotOpen;
        if (asked.quorum != 0) return Refusal.QuorumRequired;
        if (block.timestamp > asked.deadline) return Refusal.DeadlinePassed;
        if (submission.expiresAt < block.timestamp) return Refusal.ReceiptExpired;
        if (!areTerms(submission, asked)) return Refusal.TermsMismatch;
        if (!isEntitled(state, asked, id, submission.node, word, claimTime, time)) return Refusal.NotEntitled;
        return isOutputThere(submission, output) ? Refusal.None : Refusal.OutputMismatch;
    }

    /// @notice Whether a submission brings the terms of its request. Where that has none, what it brings is not looked at.
    function areTerms(Submission calldata submission, Request calldata asked) internal pure returns (bool) {
        return asked.termsHash == bytes32(0) || RequestLib.hashOf(submission.terms) == asked.termsHash;
    }

    /// @notice Of the terms that a submission brings: the workloads that may answer, empty for any.
    function workloadsOf(Submission calldata submission) internal pure returns (bytes32[] calldata workloads) {
        if (submission.ask.request.termsHash != bytes32(0)) return submission.terms.acceptedWorkloads;
        assembly ("memory-safe") {
            workloads.offset := 0
            workloads.length := 0
        }
    }

    /// @notice `Signed` needs the assignee, or a claim that stands: who copies a pending answer is the one no more than it has the other.
    /// Evidence of the other kinds cannot be copied, so that it also settles where nobody stands before it.
    function isEntitled(
        HubState storage state,
        Request calldata asked,
        RequestId id,
        address node,
        Word word,
        uint40 claimTime,
        uint40 time
    ) internal view returns (bool) {
        address assignee = asked.assignee;
        bool isExclusive = assignee != address(0) && block.timestamp <= asked.exclusiveUntil;
        if (isExclusive) return node == assignee;
        bool isStronger = asked.assurance != Assurance.Signed;
        if (word.stage() == Stage.Open) return isStronger || node == assignee;
        // A claim takes the place of the assignee, or of a claimant whose time is over, once it stands: until then that one alone may settle.
        uint40 since = word.since();
        if (time <= since) return node == state.displaced[id];
        return node == word.node() || (isStronger && time > since + claimTime);
    }

    /// @param output The submission's.
    function isOutputThere(Submission calldata submission, bytes calldata output) internal pure returns (bool) {
        if (output.length > 0) return output.length <= MAX_OUTPUT && RequestLib.hashOf(output) == submission.outputCommit;
        return submission.outputCommit == FAILURE || submission.ask.request.flags & RequestFlags.WITHOUT_OUTPUT != 0;
    }

    /// @notice The receipt that a submission gives with its request, so that it cannot be about anything else.
    function receiptOf(Submission calldata submission, RequestId id, Assurance assurance) internal pure returns (Receipt memory) {
        return Receipt({
            requestId: RequestId.unwrap(id),
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
    }

    function roleFor(Assurance assurance) internal pure returns (uint8) {
        if (assurance == Assurance.Proven) return Roles.PROVER;
        return assurance == Assurance.Attested ? Roles.TEE : Roles.INFERENCE;
    }
}
