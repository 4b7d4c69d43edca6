// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RequestId, VersionId} from "./Ids.sol";
import {Assurance} from "./Receipt.sol";

/// @notice What a consumer is told about an answer, beside its bytes.
struct Answer {
    RequestId requestId;
    VersionId versionId;
    Assurance assurance;
    /// The label of the root of trust that stands behind it; zero where none is involved.
    bytes32 rootLabel;
    bytes32 outputCommit;
    uint40 settledAt;
    /// Until then the answer can still be challenged; not later than `settledAt` where it is final, and the largest number there is while it is
    /// being challenged. A pause of the hub moves it.
    uint40 provisionalUntil;
    /// 0 for the first answer; a proven correction counts up.
    uint8 revision;
}

/// @title What a contract implements to be called back
interface IInferenceCallback {
    /// @notice Called by the hub with exactly the gas that was asked for. What it returns is dropped; when it reverts it can be called again
    /// by anyone, so that it must check the sender and know its own request.
    function onInference(Answer calldata answer, bytes calldata output) external;
}
