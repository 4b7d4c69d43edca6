// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Layout, LayoutLib} from "./Layout.sol";

/// @notice What a proof consists of: what was read of it, and where in calldata the rest stands.
struct Presented {
    bool isLong;
    Layout layout;
    /// The hash of descriptor and weights.
    bytes32 commitment;
    /// The point that commits to the weights.
    uint256 weights;
    uint256 items;
    uint256 itemsLength;
    uint256 opening;
}

/// @title Takes a proof's bytes apart
/// @notice docs/proofs.md says what they are. Whatever is not exactly that is refused.
library PresentedLib {
    uint256 private constant FORM_SHORT = 1;
    uint256 private constant FORM_LONG = 2;
    uint256 private constant FORM_BYTES = 1;
    uint256 private constant POINT_BYTES = 64;
    uint256 private constant SHORT_BYTES = 288;
    uint256 private constant LONG_BYTES = 416;

    /// @param count How many items there have to be.
    /// @return isWhole Whether the bytes are a proof of so many items, as far as their form goes.
    function read(bytes calldata proof, uint256 count) internal pure returns (bool isWhole, Presented memory presented) {
        if (proof.length == 0) return (false, presented);
        uint256 form = uint8(proof[0]);
        if (form != FORM_SHORT && form != FORM_LONG) return (false, presented);
        uint256 descriptor = LayoutLib.lengthOf(proof[FORM_BYTES:]);
        uint256 items = FORM_BYTES + descriptor + POINT_BYTES;
        if (descriptor == 0 || proof.length < items) return (false, presented);
        if (!LayoutLib.read(proof[FORM_BYTES:FORM_BYTES + descriptor], presented.layout)) return (false, presented);

        presented.isLong = form == FORM_LONG;
        presented.commitment = keccak256(proof[FORM_BYTES:items]);
        presented.itemsLength = presented.layout.itemLength * count;
        uint256 opening = items + presented.itemsLength;
        isWhole = proof.length == opening + (presented.isLong ? LONG_BYTES : SHORT_BYTES);
        uint256 start;
        assembly ("memory-safe") {
            start := proof.offset
        }
        presented.weights = start + items - POINT_BYTES;
        presented.items = start + items;
        presented.opening = start + opening;
    }
}
