// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {LienRing, LienRingLib} from "./LienRing.sol";

/// @notice All that locking a lien decides on, in one slot: most liens write nothing else.
struct Ledger {
    /// Stake that is not unbonding, in units of the token.
    uint96 bonded;
    /// In lien units: recent, in the ring and held.
    uint64 locked;
    /// What ends with `recentHour`, the hour of the last lien, as far as it is not in the ring yet: a node locks many liens until one hour
    /// before it locks one until another.
    uint64 recent;
    uint24 recentHour;
    uint8 roles;
}

/// @notice What locking a lien reads beside, and writes once an hour.
struct Turn {
    address payee;
    /// Of the ring.
    uint64 occupied;
    uint24 released;
}

/// @notice One node as it is stored.
struct NodeAccount {
    Ledger ledger;
    Turn turn;
    address operator;
    uint96 unbonding;
    address candidate;
    uint40 unbondedAt;
    /// In lien units; a part of what is locked.
    uint64 held;
    LienRing ring;
}

/// @notice What a ledger says at a time, and what a lien changes.
library NodeAccountLib {
    using LienRingLib for LienRing;
    using SafeCast for uint256;

    /// @notice Unlocks, in memory, what has ended. A time that lies before the last one changes nothing.
    function release(NodeAccount storage account, Ledger memory ledger, Turn memory turn, uint40 activeTime) internal view {
        uint256 hour = activeTime / 1 hours;
        if (hour <= turn.released) return;
        (uint256 units, uint256 occupied) = account.ring.matured(turn.occupied, turn.released, hour);
        if (ledger.recentHour <= hour) {
            units += ledger.recent;
            ledger.recent = 0;
        }
        ledger.locked -= units.toUint64();
        turn.occupied = occupied.toUint64();
        turn.released = hour.toUint24();
    }

    /// @notice Locks what is free until an hour after `released`. The last hour's liens go into the ring when another's begin.
    function lock(NodeAccount storage account, Ledger memory ledger, Turn memory turn, uint256 hour, uint256 units) internal {
        if (hour != ledger.recentHour) {
            if (ledger.recent != 0) {
                turn.occupied = account.ring.add(turn.occupied, ledger.recentHour, ledger.recent).toUint64();
            }
            (ledger.recentHour, ledger.recent) = (hour.toUint24(), 0);
        }
        // Both are at most what is bonded, which fits.
        unchecked {
            // forge-lint: disable-next-line(unsafe-typecast)
            ledger.recent += uint64(units);
            // forge-lint: disable-next-line(unsafe-typecast)
            ledger.locked += uint64(units);
        }
    }

    /// @notice Takes from an hour what `unitsAt` has shown to be there.
    function take(NodeAccount storage account, uint256 hour, uint256 units) internal {
        uint256 recent = hour == account.ledger.recentHour ? Math.min(account.ledger.recent, units) : 0;
        if (recent != 0) account.ledger.recent -= recent.toUint64();
        if (recent != units) account.ring.take(hour, units - recent);
    }

    /// @notice What is locked until an hour; zero for hours that are released.
    function unitsAt(NodeAccount storage account, uint256 hour) internal view returns (uint256 units) {
        Turn memory turn = account.turn;
        units = account.ring.unitsAt(turn.occupied, turn.released, hour);
        if (hour == account.ledger.recentHour) units += account.ledger.recent;
    }

    /// @notice What new liens can lock. Locks may be more than what is bonded, since what unbonds stands for them too; then nothing is free.
    function freeUnits(Ledger memory ledger, uint256 unit) internal pure returns (uint256) {
        return Math.saturatingSub(ledger.bonded / unit, ledger.locked);
    }
}
