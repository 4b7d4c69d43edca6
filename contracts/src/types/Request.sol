// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VersionId} from "./Ids.sol";
import {Assurance} from "./Receipt.sol";

/// @notice What is asked. All of it goes into the request's id, so that nobody can later claim it was something else.
struct Request {
    VersionId versionId;
    Assurance assurance;
    /// Only this node may settle until `exclusiveUntil`, without a claim. Zero for none.
    address assignee;
    uint40 exclusiveUntil;
    /// Settled until then, the end included, or refunded after it.
    uint40 deadline;
    /// `Signed` only: for how long the answer can be challenged. Zero for the hub's default.
    uint32 challengeWindow;
    /// The gas that the callback gets; zero for no callback.
    uint32 callbackGas;
    /// Bits of `RequestFlags`.
    uint8 flags;
    /// How many members of `Terms.members` must agree; zero where one answer is enough.
    uint8 quorum;
    uint128 fee;
    /// Paid once, for the first attempt of the callback with all of its gas: to the payee where it comes with the settlement, or could have stayed
    /// off the chain; else to its sender.
    uint128 deliveryTip;
    /// `Signed` only: the stake that an answer must lock. Zero for the hub's default, a multiple of the fee.
    uint128 minLien;
    /// keccak256 of the input's bytes; salted where the request is private.
    bytes32 inputCommit;
    /// Hash of `Terms`; zero where there are none.
    bytes32 termsHash;
}

library RequestFlags {
    /// Input and output are for an enclave and the requester only. Needs `Attested`.
    uint8 internal constant PRIVATE = 1 << 0;
    /// The output is large: it may stay off the chain, and the answer is its commitment.
    uint8 internal constant OUTPUT_OFF_CHAIN = 1 << 1;
    /// The bytes that come with the request say where the input is.
    uint8 internal constant INPUT_AT_URI = 1 << 2;
    /// Fee and tip come from the requester's account at the hub, not from its tokens.
    uint8 internal constant FROM_ACCOUNT = 1 << 3;
    uint8 internal constant ALL = (1 << 4) - 1;
    /// An answer to a request with any of these may be settled without its output.
    uint8 internal constant WITHOUT_OUTPUT = PRIVATE | OUTPUT_OFF_CHAIN;
}

/// @notice What few requests ask for beside.
struct Terms {
    /// `Attested` only: the workloads that may answer; empty for any approved one. At most 8.
    bytes32[] acceptedWorkloads;
    /// A quorum's members, ascending; empty for no quorum. At most 8.
    address[] members;
}

/// @notice A request with what its id is made of beside.
struct Ask {
    Request request;
    address requester;
    /// How many just like it this requester has asked before: nearly always none.
    uint256 nonce;
}

/// @notice What was settled: travels in the event, comes back as calldata, and is held against the request's word. With the request it gives
/// the receipt.
struct Settlement {
    bytes32 outputCommit;
    address node;
    address payee;
    uint64 keyEpoch;
    uint64 issuedAt;
    uint64 expiresAt;
    bytes32 evidenceHash;
    /// Of the evidence that stands behind the answer now; never lower than what was asked for.
    Assurance assurance;
    bytes32 rootLabel;
    /// The stake that the answer locks until it is final.
    uint256 lien;
    /// The block's time.
    uint40 settledAt;
    /// How often the answer was replaced by a proven one.
    uint8 revision;
}

/// @notice Where a request stands.
enum Stage {
    None,
    Open,
    Claimed,
    Settled,
    /// Settled by a receipt that says the input cannot be run.
    Failed,
    Challenged,
    Refunded,
    Slashed,
    /// A quorum is sealing its answers.
    Sealing
}

/// @notice Why an answer is not accepted. A closed list: batches report it, single settlements revert with it.
enum Refusal {
    None,
    /// Settled, refunded or never opened.
    NotOpen,
    DeadlinePassed,
    ReceiptExpired,
    /// The node may not settle now: it is not the assignee in its time, and holds no confirmed claim.
    NotEntitled,
    EvidenceRefused,
    /// The node has too little free stake or not the role, or the payee is not the one that its operator named.
    LienRefused,
    /// The output's bytes are not what the receipt commits to, are missing, or too many.
    OutputMismatch,
    TermsMismatch,
    /// A quorum settles by its own rules.
    QuorumRequired,
    /// Settled by proof, or with evidence of another kind than this function takes.
    WrongAssurance
}
