// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Finding} from "../interfaces/IEvidenceVerifier.sol";
import {SignerRecovery} from "./SignerRecovery.sol";

/// @title Checks `Signed` receipts
/// @notice The evidence is the node's own secp256k1 signature over the digest, in 65 or 64 bytes, with the lower s. The receipt names no key
/// epoch and no evidence: both are zero, since nothing here would bear them out. No signature by a hot key shows a workload: a request that
/// accepts only some asks for `Attested`, or the hub does not take it.
/// @dev It asks no other contract, so that it stands in the hub's own code: a call would cost more than the check.
library SignedEvidence {
    /// @param digest What the node signs: the receipt's EIP-712 digest on the hub that asks.
    function find(address node, uint64 keyEpoch, bytes32 evidenceHash, bytes32 digest, bytes calldata evidence)
        internal
        view
        returns (Finding)
    {
        if (keyEpoch != 0) return Finding.WrongEpoch;
        if (evidenceHash != 0) return Finding.WrongEvidenceHash;

        address signer = SignerRecovery.recoverSecp256k1(digest, evidence);
        if (signer == address(0)) return Finding.Malformed;
        return signer == node ? Finding.Holds : Finding.WrongSigner;
    }
}
