// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAttestedKeys} from "../interfaces/IAttestedKeys.sol";
import {Finding, IEvidenceVerifier, Verdict} from "../interfaces/IEvidenceVerifier.sol";
import {KeyRegistration, KeyRegistrationLib} from "../types/KeyRegistration.sol";
import {Assurance, Receipt} from "../types/Receipt.sol";
import {AttestedEvidence} from "./AttestedEvidence.sol";
import {SignerRecovery} from "./SignerRecovery.sol";

/// @title Checks `Attested` receipts for others than the hub
/// @notice As `AttestedEvidence`, and says what exactly differs where a valid key signed for something else.
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
        bytes32 binding = KeyRegistrationLib.bindingOf(receipt.node, receipt.keyEpoch, receipt.evidenceHash);
        (Finding finding, bytes32 rootLabel) =
            AttestedEvidence.find(KEYS, IS_DEVELOPMENT, binding, digest, evidence, acceptedWorkloads);
        if (finding != Finding.KeyNotValid) return Verdict({finding: finding, rootLabel: rootLabel});

        address signer = SignerRecovery.recover(digest, evidence);
        // casting to 'uint40' is safe because the time fits it for tens of thousands of years
        // forge-lint: disable-next-line(unsafe-typecast)
        bool isValid = KEYS.isValidAt(signer, uint40(block.timestamp));
        return Verdict({finding: isValid ? _findDifference(receipt, signer) : finding, rootLabel: 0});
    }

    /// @notice The register that is asked.
    function attestedKeys() external view returns (IAttestedKeys) {
        return KEYS;
    }

    /// @notice Whether keys under emulated roots count.
    function isDevelopment() external view returns (bool) {
        return IS_DEVELOPMENT;
    }

    /// @dev Reads the whole key, for what is refused anyway.
    function _findDifference(Receipt calldata receipt, address signer) private view returns (Finding) {
        KeyRegistration memory registration = KEYS.keyOf(signer).registration;
        if (registration.node != receipt.node) return Finding.WrongSigner;
        return registration.keyEpoch != receipt.keyEpoch ? Finding.WrongEpoch : Finding.WrongEvidenceHash;
    }
}
