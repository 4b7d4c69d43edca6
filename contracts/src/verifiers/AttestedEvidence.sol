// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyStanding} from "../interfaces/IAttestedKeys.sol";
import {Finding} from "../interfaces/IEvidenceVerifier.sol";
import {SignerRecovery} from "./SignerRecovery.sol";

/// @title Checks `Attested` receipts
/// @notice The evidence is a signature over the digest by a key that is valid now in the register of attested keys: secp256k1 in 65 or 64
/// bytes, or P-256 in 128 (r, s, x, y) on chains that have the precompile. The receipt names the key's node, epoch and evidence.
/// @dev The register answers for the block's time, never for the receipt's own word for time. The hub has this in its own code, and asks the
/// register in one call; the court asks `AttestedVerifier`, which has it too.
library AttestedEvidence {
    /// @param keys The register.
    /// @param isDevelopment Whether keys under emulated roots count. Where value is at stake they never do, whatever the register says.
    /// @param binding What the receipt names: its key's node, epoch and evidence, as `KeyRegistrationLib.bindingOf` has them.
    /// @return finding `KeyNotValid` also where the key is bound to something else.
    /// @return rootLabel Zero where no valid key was found.
    function find(
        IAttestedKeys keys,
        bool isDevelopment,
        bytes32 binding,
        bytes32 digest,
        bytes calldata evidence,
        bytes32[] calldata acceptedWorkloads
    ) internal view returns (Finding finding, bytes32 rootLabel) {
        address signer = SignerRecovery.recover(digest, evidence);
        if (signer == address(0)) return (Finding.Malformed, 0);
        KeyStanding memory key = keys.keyFor(signer, binding);
        if (!key.valid) return (Finding.KeyNotValid, 0);
        if (key.isEmulated && !isDevelopment) return (Finding.EmulatedRoot, key.rootLabel);

        return (_accepts(keys, acceptedWorkloads, signer) ? Finding.Holds : Finding.WorkloadNotAccepted, key.rootLabel);
    }

    /// @dev Asks the register only where the request is particular: it is one more cold slot.
    function _accepts(IAttestedKeys keys, bytes32[] calldata acceptedWorkloads, address signer) private view returns (bool) {
        if (acceptedWorkloads.length == 0) return true;
        bytes32 workloadId = keys.workloadOf(signer);
        for (uint256 i = 0; i < acceptedWorkloads.length; i++) {
            if (acceptedWorkloads[i] == workloadId) return true;
        }
        return false;
    }
}
