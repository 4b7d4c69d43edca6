// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys, KeyStanding} from "../interfaces/IAttestedKeys.sol";
import {Finding, IEvidenceVerifier, Verdict} from "../interfaces/IEvidenceVerifier.sol";
import {KeyRegistration, KeyRegistrationLib} from "../types/KeyRegistration.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {SignerRecovery} from "./SignerRecovery.sol";

/// @title Checks `Attested` receipts
/// @notice The evidence is a signature over the digest by a key that is valid now in the register of attested keys: secp256k1 in 65 or 64
/// bytes, or P-256 in 128 (r, s, x, y) on chains that have the precompile. The receipt names the key's node, epoch and evidence.
/// @dev The register answers for the block's time, never for the receipt's own word for time.
contract AttestedVerifier is IEvidenceVerifier {
    IAttestedKeys private immutable KEYS;
    bool private immutable IS_DEVELOPMENT;

    /// @param keys The register.
    /// @param isDevelopment_ Whether keys under emulated roots count. Where value is at stake they never do, whatever the register says.
    constructor(IAttestedKeys keys, bool isDevelopment_) {
        KEYS = keys;
        IS_DEVELOPMENT = isDevelopment_;
    }

    /// @inheritdoc IEvidenceVerifier
    function verify(Receipt calldata receipt, bytes32 digest, bytes calldata evidence, bytes32[] calldata acceptedWorkloads)
        external
        view
        returns (Verdict memory)
    {
        if (receipt.assurance != Assurance.Attested) return Verdict({finding: Finding.WrongAssurance, rootLabel: 0});
        address signer = SignerRecovery.recover(digest, evidence);
        if (signer == address(0)) return Verdict({finding: Finding.Malformed, rootLabel: 0});
        KeyStanding memory key = KEYS.keyFor(signer);
        if (!key.valid) return Verdict({finding: Finding.KeyNotValid, rootLabel: 0});

        return Verdict({finding: _find(receipt, signer, key, acceptedWorkloads), rootLabel: key.rootLabel});
    }

    /// @notice The register that is asked.
    function attestedKeys() external view returns (IAttestedKeys) {
        return KEYS;
    }

    /// @notice Whether keys under emulated roots count.
    function isDevelopment() external view returns (bool) {
        return IS_DEVELOPMENT;
    }

    function _find(Receipt calldata receipt, address signer, KeyStanding memory key, bytes32[] calldata acceptedWorkloads)
        private
        view
        returns (Finding)
    {
        if (key.isEmulated && !IS_DEVELOPMENT) return Finding.EmulatedRoot;
        bytes32 binding = KeyRegistrationLib.bindingOf(receipt.node, receipt.keyEpoch, receipt.evidenceHash);
        if (key.binding != binding) return _findDifference(receipt, signer);
        return _accepts(acceptedWorkloads, signer) ? Finding.Holds : Finding.WorkloadNotAccepted;
    }

    /// @dev Reads the whole key, for what is refused anyway.
    function _findDifference(Receipt calldata receipt, address signer) private view returns (Finding) {
        KeyRegistration memory registration = KEYS.keyOf(signer).registration;
        if (registration.node != receipt.node) return Finding.WrongSigner;
        return registration.keyEpoch != receipt.keyEpoch ? Finding.WrongEpoch : Finding.WrongEvidenceHash;
    }

    /// @dev Asks the register only where the request is particular: it is one more cold slot.
    function _accepts(bytes32[] calldata acceptedWorkloads, address signer) private view returns (bool) {
        if (acceptedWorkloads.length == 0) return true;
        bytes32 workloadId = KEYS.workloadOf(signer);
        for (uint256 i = 0; i < acceptedWorkloads.length; i++) {
            if (acceptedWorkloads[i] == workloadId) return true;
        }
        return false;
    }
}
