// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId, VersionId} from "./Ids.sol";
import {Assurance, Receipt} from "./Receipt.sol";

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
    uint128 fee;
    /// Paid once, to whoever first attempts the callback with all of its gas.
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
    uint8 internal constant ALL = PRIVATE | OUTPUT_OFF_CHAIN;
}

/// @notice What few requests ask for beside.
struct Terms {
    /// `Attested` only: the workloads that may answer; empty for any approved one. At most 8.
    bytes32[] acceptedWorkloads;
    /// A quorum's members, ascending; empty for no quorum. At most 8.
    address[] members;
    /// How many members must agree.
    uint8 quorum;
}

/// @notice A request with what its id is made of beside.
struct Ask {
    Request request;
    address requester;
    uint256 nonce;
}

/// @notice What was settled: travels in the event, comes back as calldata, and is held against the request's word.
struct Settlement {
    Receipt receipt;
    bytes32 rootLabel;
    uint256 lien;
    /// The block's time.
    uint40 settledAt;
    /// How often the answer was replaced by a proven one.
    uint8 revision;
    /// The receipt says that the input cannot be run.
    bool isFailure;
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
    /// The receipt is about something else.
    ReceiptMismatch,
    ReceiptExpired,
    /// The node may not settle now: it is not the assignee in its time, and holds no confirmed claim.
    NotEntitled,
    EvidenceRefused,
    /// The payee is not the one that the node's operator named.
    WrongPayee,
    /// The node has too little free stake.
    LienRefused,
    /// The output's bytes are not what the receipt commits to, or are missing.
    OutputMismatch,
    TermsMismatch,
    /// A quorum settles by its own rules.
    QuorumRequired,
    /// Settled by proof, or with evidence of another kind than this function takes.
    WrongAssurance,
    VersionYanked
}
