// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {LienRing, LienRingLib} from "./LienRing.sol";

/// @notice All that locking a lien decides on and changes, in one slot: a lien writes it and one word of the ring.
struct Ledger {
    /// Stake that is not unbonding, in units of the token.
    uint96 bonded;
    /// In lien units: in the ring and held.
    uint64 locked;
    /// Of the ring.
    uint64 occupied;
    uint24 released;
    uint8 roles;
}

/// @notice One node as it is stored. The payee has a slot of which locking a lien needs nothing else.
struct NodeAccount {
    Ledger ledger;
    address payee;
    uint96 unbonding;
    address operator;
    uint40 unbondedAt;
    address candidate;
    /// In lien units; a part of what is locked.
    uint64 held;
    LienRing ring;
}

/// @notice What a ledger says at a time.
library NodeAccountLib {
    using LienRingLib for LienRing;
    using SafeCast for uint256;

    /// @notice Unlocks, in memory, what has ended. A time that lies before the last one changes nothing.
    function release(NodeAccount storage account, Ledger memory ledger, uint40 activeTime) internal view {
        uint256 hour = activeTime / 1 hours;
        if (hour <= ledger.released) return;
        (uint256 units, uint256 occupied) = account.ring.matured(ledger.occupied, ledger.released, hour);
        ledger.locked -= units.toUint64();
        ledger.occupied = occupied.toUint64();
        ledger.released = hour.toUint24();
    }

    /// @notice What new liens can lock. Locks may be more than what is bonded, since what unbonds stands for them too; then nothing is free.
    function freeUnits(Ledger memory ledger, uint256 unit) internal pure returns (uint256) {
        return Math.saturatingSub(ledger.bonded / unit, ledger.locked);
    }
}
