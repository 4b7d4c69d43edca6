// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Finding, IEvidenceVerifier, Verdict} from "../interfaces/IEvidenceVerifier.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {SignerRecovery} from "./SignerRecovery.sol";

/// @title Checks `Signed` receipts
/// @notice The evidence is the node's own secp256k1 signature over the digest, in 65 or 64 bytes, with the lower s. The receipt names no key
/// epoch and no evidence: both are zero, since nothing here would bear them out. No signature by a hot key shows a workload, so that a
/// request that accepts only some cannot be served by it.
contract SignedVerifier is IEvidenceVerifier {
    /// @inheritdoc IEvidenceVerifier
    function verify(Receipt calldata receipt, bytes32 digest, bytes calldata evidence, bytes32[] calldata acceptedWorkloads)
        external
        pure
        returns (Verdict memory)
    {
        return Verdict({finding: _find(receipt, digest, evidence, acceptedWorkloads), rootLabel: 0});
    }

    function _find(Receipt calldata receipt, bytes32 digest, bytes calldata evidence, bytes32[] calldata acceptedWorkloads)
        private
        pure
        returns (Finding)
    {
        if (receipt.assurance != Assurance.Signed) return Finding.WrongAssurance;
        if (receipt.keyEpoch != 0) return Finding.WrongEpoch;
        if (receipt.evidenceHash != 0) return Finding.WrongEvidenceHash;
        if (acceptedWorkloads.length != 0) return Finding.WorkloadNotAccepted;

        address signer = SignerRecovery.recoverSecp256k1(digest, evidence);
        if (signer == address(0)) return Finding.Malformed;
        return signer == receipt.node ? Finding.Holds : Finding.WrongSigner;
    }
}
