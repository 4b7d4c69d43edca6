// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice One node's liens by the hour in which they end, four hours to a word.
/// @dev Hours are numbered by active time: hour `h` is over at `h` times 3600 seconds. Only hours after `released`, and at most
/// `HORIZON` after it, can hold anything, so that 64 words in a ring serve for ever. A word holds its hours from when its bit in
/// `occupied` is set until the last of them is released; without the bit it is left over from a former turn of the ring and counts
/// as zero. So a word that was once in use is never cleared, and never costs a fresh slot again.
struct LienRing {
    uint256[64] words;
}

/// @notice Operations on `LienRing`. `occupied` and `released` stand with the node's payee, in a slot that is read anyway.
library LienRingLib {
    /// The longest lien, in hours of active time.
    uint256 internal constant MAX_HOURS = 8 * 24;
    /// A lien of the greatest length, taken within an hour, ends in the hour after.
    uint256 internal constant HORIZON = MAX_HOURS + 1;

    uint256 private constant LANE = type(uint64).max;

    /// @notice The hour in which a lien until then ends.
    function hourOf(uint40 time) internal pure returns (uint256) {
        // In 256 bits, of which a time takes 40.
        unchecked {
            return (uint256(time) + 1 hours - 1) / 1 hours;
        }
    }

    /// @notice Adds to an hour after `released` and within the horizon.
    /// @dev No lane overflows: their sum is at most what is locked, which fits one.
    function add(LienRing storage ring, uint256 occupied, uint256 hour, uint256 units) internal returns (uint256) {
        (uint256 place, uint256 shift) = _locate(hour);
        uint256 bit = uint256(1) << place;
        ring.words[place] = (occupied & bit == 0 ? 0 : ring.words[place]) + (units << shift);
        return occupied | bit;
    }

    /// @notice Takes from an hour what `unitsAt` has shown to be there.
    function take(LienRing storage ring, uint256 hour, uint256 units) internal {
        (uint256 place, uint256 shift) = _locate(hour);
        ring.words[place] -= units << shift;
    }

    /// @notice What is locked until an hour; zero for hours that cannot hold anything.
    function unitsAt(LienRing storage ring, uint256 occupied, uint256 released, uint256 hour) internal view returns (uint256) {
        (uint256 place, uint256 shift) = _locate(hour);
        if (hour <= released || hour > released + HORIZON || (occupied >> place) & 1 == 0) return 0;
        return (ring.words[place] >> shift) & LANE;
    }

    /// @notice Sums what ends after `released` and not after `hour`.
    /// @dev Reads at most 49 words, one for each in use that the time has passed.
    /// @return units What is set free.
    /// @return stillOccupied `occupied` for `released` equal to `hour`.
    function matured(LienRing storage ring, uint256 occupied, uint256 released, uint256 hour)
        internal
        view
        returns (uint256 units, uint256 stillOccupied)
    {
        stillOccupied = occupied;
        if (occupied == 0 || hour <= released) return (0, occupied);
        uint256 lastGroup = (hour < released + HORIZON ? hour : released + HORIZON) >> 2;
        for (uint256 group = (released + 1) >> 2; group <= lastGroup; group++) {
            uint256 place = group & 63;
            if ((occupied >> place) & 1 == 0) continue;
            uint256 word = ring.words[place];
            uint256 first = group << 2;
            // Hours that were released before, and those that have not ended, do not count.
            if (first <= released) word &= type(uint256).max << ((released + 1 - first) << 6);
            if (hour < first + 3) word &= ~(type(uint256).max << ((hour + 1 - first) << 6));
            else stillOccupied &= ~(uint256(1) << place);
            units += _sum(word);
        }
    }

    /// @dev Which word an hour has, and where in it.
    function _locate(uint256 hour) private pure returns (uint256 place, uint256 shift) {
        return ((hour >> 2) & 63, (hour & 3) << 6);
    }

    function _sum(uint256 word) private pure returns (uint256) {
        unchecked {
            return (word & LANE) + ((word >> 64) & LANE) + ((word >> 128) & LANE) + (word >> 192);
        }
    }
}
