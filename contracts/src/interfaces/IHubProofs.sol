// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "./IHubEvents.sol";
import {Submission} from "./IInferenceHub.sol";
import {Ask, Settlement} from "../types/Request.sol";

/// @title The hub's proofs
interface IHubProofs is IHubEvents {
    /// @notice Settles `Proven` requests of one version with one proof for all of them, finally and at once. It pays whom it was made for: it
    /// absorbs every receipt's digest. Items that are closed are skipped; the proof covers them all the same.
    /// @dev A node's name goes with the payee that its operator named; who is no node may prove what is unclaimed and nobody's in its time. The
    /// proof is the evidence: an item that brings any, or a key's epoch, reverts.
    /// @dev Warning: a copied proof pays its maker, but whoever sees an unclaimed answer on its way can prove the same for itself. Claim first.
    /// @return done How many were looked at: fewer than given where the gas would not have sufficed for the next one.
    function settleProven(Submission[] calldata submissions, bytes calldata proof) external returns (uint256 done);

    /// @notice Puts a proof behind an answer that was settled with less. The answer becomes final, also where it is being challenged; its
    /// payee and fee stay.
    function raiseToProven(Ask calldata ask, Settlement calldata settlement, bytes calldata proof) external;

    /// @notice Puts attested evidence behind an answer that was `Signed`. Its window, payee and fee stay.
    /// @param submission The receipt of an attested node about the same output; who it pays does not matter.
    function raiseToAttested(Submission calldata submission, Settlement calldata settlement) external;
}
