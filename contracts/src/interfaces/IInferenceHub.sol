// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "./IHubEvents.sol";
import {RequestId} from "../types/Ids.sol";
import {Receipt} from "../types/Receipt.sol";
import {Ask, Request, Settlement, Stage, Terms} from "../types/Request.sol";

/// @notice One answer, as a node brings it: what a receipt says that its request does not say already. The hub puts the receipt together from
/// both, so that it cannot be about anything else.
struct Submission {
    Ask ask;
    Terms terms;
    bytes32 outputCommit;
    address node;
    address payee;
    uint64 keyEpoch;
    uint64 issuedAt;
    uint64 expiresAt;
    bytes32 evidenceHash;
    bytes evidence;
    bytes output;
}

/// @notice A permit for the token (ERC-2612). It is always tried, also an empty one, which fails and is ignored as any that fails.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @title The hub: requests, escrow, claims, settlement and delivery
/// @notice
///     Open -> Claimed -> Settled (provisional) -> final
///      |                  |-> Challenged -> final | Slashed
///      |-> Refunded       `-> delivered, whenever
///      `-> Failed (the input cannot be run)
///
/// A request has one word of storage. Its id commits to everything that was asked, so that whoever acts on it brings the request along as
/// calldata; the word keeps the rest. Money is escrowed in one token and leaves by withdrawal only.
/// @dev Trust: the token is an ordinary ERC-20 (one that takes fees is refused at each transfer). The registries, verifiers and the court
/// are fixed at construction. The guardian can pause for at most seven days; nobody can move what is escrowed.
/// Time: deadlines are the chain's time. Claims, windows and liens run in active time, which stands still during a pause.
interface IInferenceHub is IHubEvents {
    /// @notice Asks, and escrows fee and tip from the caller's tokens. The callback, if any, goes to the caller.
    /// @param asked What is asked; `inputCommit` must be the hash of `input` where that is given.
    /// @param input The input's bytes, at most `MAX_INPUT`, or where it is, at most `MAX_URI`. Empty for a private request, whose
    /// input goes to an enclave directly.
    function request(Request calldata asked, bytes calldata input) external returns (RequestId requestId);

    /// @notice As `request`, with terms.
    function request(Request calldata asked, bytes calldata input, Terms calldata terms) external returns (RequestId requestId);

    /// @notice As `request`, with a permit for the token first. A permit that fails is ignored: the allowance may serve, and whoever used
    /// the permit earlier must not be able to stop the request.
    function request(Request calldata asked, bytes calldata input, Terms calldata terms, Permit calldata permit)
        external
        returns (RequestId requestId);

    /// @notice Takes the sole right to settle for a while, against a bond from the caller's account. The caller is the node.
    /// @dev The bond is max(fee, `minBond`), doubled for every claim that ran out before. A claim stands from the second after its block on. Where it
    /// takes somebody's place, of the request's assignee or of a claimant whose time is over, it stands a third of the usual claim's time later, and
    /// lasts as long from then on: until it stands that one may settle, and nobody else. So whoever sees a late answer on its way, or keeps it back for
    /// some blocks, cannot copy it. A claim that would not stand before the deadline is refused.
    function claim(Ask calldata ask) external;

    /// @notice Settles a `Signed` or `Attested` request, and attempts the callback. Anyone may bring it; the receipt names who is paid.
    function settle(Submission calldata submission) external;

    /// @notice Settles many; what cannot be settled is told by an event and skipped. Effects of all come before any callback.
    /// @return done How many were looked at: fewer than given where the gas would not have sufficed for the next one.
    function settleBatch(Submission[] calldata submissions) external returns (uint256 done);

    /// @notice Attempts the callback again: anyone for the hub's `deliveryTime` after settlement, then the requester. Success is for good. A tip that is not spent goes to the
    /// caller; to the payee where the answer could have stayed off the chain, unless it was corrected since.
    function deliver(Ask calldata ask, Settlement calldata settlement, bytes calldata output) external;

    /// @notice Gives fee and tip back to the requester's account after the deadline. Never paused.
    function refund(Ask calldata ask) external;

    /// @notice Moves what has become final into the payee's account. Anyone may.
    /// @param hourEnds The hours in whose end the earnings become final, as active time.
    function collect(address payee, uint40[] calldata hourEnds) external returns (uint256 amount);

    /// @notice Adds to an account: bonds come from there.
    function deposit(address account, uint256 amount) external;

    /// @notice Takes out of the caller's account. Never paused.
    function withdraw(address to, uint256 amount) external;

    /// @notice Sends what was forfeited to the address that nobody has.
    function burn() external returns (uint256 amount);

    /// @notice Where a request stands, by its word and the time.
    /// @return stage The stage.
    /// @return node The claimant of a claimed request.
    /// @return until Active time after which a claim stands, or a settled answer is final.
    function stateOf(RequestId requestId) external view returns (Stage stage, address node, uint40 until);

    /// @notice Whether there is an answer that can no longer be challenged.
    function isFinal(RequestId requestId) external view returns (bool);

    /// @notice How often the answer was replaced by a proven one: an answer that was delivered stands where this is its revision, and it is
    /// final. Zero where there is no answer.
    function revisionOf(RequestId requestId) external view returns (uint8);

    function balanceOf(address account) external view returns (uint256);

    function earningsOf(address payee, uint40 hourEnd) external view returns (uint256);

    function bondFor(Ask calldata ask) external view returns (uint256);

    function requestIdOf(Ask calldata ask) external view returns (RequestId);

    /// @notice What the receipt's signer signs.
    function digestOf(Receipt calldata receipt) external view returns (bytes32);

    /// @notice The hub's clock: the chain's time less all pauses.
    function activeTime() external view returns (uint40);

    function token() external view returns (address);

    /// @notice What a receipt commits to in place of an output, when the input cannot be run.
    function FAILURE() external view returns (bytes32);

    /// @notice The longest input that travels with its request.
    function MAX_INPUT() external view returns (uint256);

    /// @notice The longest output that travels with its answer. Longer ones stay off the chain, where the request allows it.
    function MAX_OUTPUT() external view returns (uint256);

    /// @notice The longest address of an input that is elsewhere.
    function MAX_URI() external view returns (uint256);

    function MAX_CALLBACK_GAS() external view returns (uint32);

    /// @notice How far ahead a deadline may be.
    function MAX_DEADLINE() external view returns (uint40);

    /// @notice After so many claims that ran out a request takes no more: each cost its maker twice as much as the one before.
    function MAX_CLAIMS() external view returns (uint8);
}
