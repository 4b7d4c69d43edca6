// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// Asks an account that may not be deployed yet whether a signature is its own (ERC-6492). It is never deployed: a client runs its
/// creation code in a call, and the constructor returns its findings in place of code, so that nothing it does is kept.
/// @dev Answers three words: what the account said as it was, whether the factory's call succeeded, and what the account said after it.
/// The factory is not called, and the last two words repeat the first, if the account agrees at once.
contract CounterfactualSignatureProbe {
    uint256 private constant AGREES = 1;
    uint256 private constant REFUSES = 2;
    uint256 private constant REVERTS = 3;
    uint256 private constant ANSWERS_SHORT = 4;
    uint256 private constant HAS_NO_CODE = 5;

    constructor(address account, bytes32 digest, address factory, bytes memory factoryCall, bytes memory signature) {
        uint256 before = _ask(account, digest, signature);
        uint256 afterwards = before;
        bool prepared = before == AGREES;
        if (!prepared) {
            // Its failure is a finding too: somebody may have deployed the account already.
            (prepared,) = factory.call(factoryCall);
            afterwards = _ask(account, digest, signature);
        }

        bytes memory findings = abi.encode(before, prepared, afterwards);
        assembly ("memory-safe") {
            return(add(findings, 32), mload(findings))
        }
    }

    function _ask(address account, bytes32 digest, bytes memory signature) private view returns (uint256) {
        if (account.code.length == 0) return HAS_NO_CODE;

        // Half of the gas stays, so that an account which burns all it gets is found out too.
        (bool succeeded, bytes memory answer) =
            account.staticcall{gas: gasleft() / 2}(abi.encodeCall(IERC1271.isValidSignature, (digest, signature)));
        if (!succeeded) return REVERTS;
        if (answer.length < 32) return ANSWERS_SHORT;
        return abi.decode(answer, (bytes32)) == bytes32(IERC1271.isValidSignature.selector) ? AGREES : REFUSES;
    }
}
