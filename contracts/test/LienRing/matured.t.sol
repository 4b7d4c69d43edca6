// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";

import {LienRing, LienRingLib} from "../../src/nodes/LienRing.sol";

/// A ring that turns many times, against a plain map from hour to amount.
contract LienRingMaturedTest is Test {
    using LienRingLib for LienRing;

    LienRing private _ring;
    uint256 private _occupied;
    uint256 private _released;
    uint256 private _total;
    mapping(uint256 hour => uint256) private _plain;

    function test_HoursAreRoundedUp() public pure {
        assertEq(LienRingLib.hourOf(0), 0);
        assertEq(LienRingLib.hourOf(1), 1);
        assertEq(LienRingLib.hourOf(3600), 1);
        assertEq(LienRingLib.hourOf(3601), 2);
    }

    function test_ALienEndsWithItsHour() public {
        _released = 1000;
        _add(1001, 5);
        _add(1002, 7);

        assertEq(_release(1000), 0);
        assertEq(_release(1001), 5);
        assertEq(_release(1001), 0);
        assertEq(_release(1002), 7);
    }

    function test_TheLongestLiensAreFoundWheneverTheyAreLookedAt() public {
        for (uint256 start = 0; start < 4; start++) {
            for (uint256 late = 0; late < 9; late++) {
                _release((_released + 1000) / 4 * 4 + start);
                _add(_released + 1, 1);
                _add(_released + LienRingLib.HORIZON, 2);
                assertEq(_release(_released + LienRingLib.HORIZON + late), 3);
                assertEq(_occupiedLive(), 0);
            }
        }
    }

    function test_WordsOfAFormerTurnCountAsZero() public {
        _released = 400;
        _add(404, 9);
        _release(407);
        assertEq(_occupied, 0);
        _release(407 + 150);

        _add(404 + 256, 1);

        assertEq(_ring.unitsAt(_occupied, _released, 404 + 256), 1);
        assertEq(_release(404 + 256 + 3), 1);
    }

    function test_NothingIsThereOutsideTheHorizon() public {
        _released = 400;
        _add(401, 9);
        _add(400 + LienRingLib.HORIZON, 8);

        assertEq(_ring.unitsAt(_occupied, _released, 401), 9);
        assertEq(_ring.unitsAt(_occupied, _released, 400 + LienRingLib.HORIZON), 8);
        assertEq(_ring.unitsAt(_occupied, _released, 401 + 256), 0);
        assertEq(_ring.unitsAt(_occupied, 401, 401), 0);
        assertEq(_ring.unitsAt(_occupied, _released - 1, 400 + LienRingLib.HORIZON), 0);
    }

    function test_FullLanesDoNotTouchEachOther() public {
        _released = 403;
        for (uint256 hour = 404; hour < 408; hour++) {
            _add(hour, type(uint64).max);
        }

        for (uint256 hour = 404; hour < 408; hour++) {
            assertEq(_ring.unitsAt(_occupied, _released, hour), type(uint64).max);
        }
        assertEq(_release(405), 2 * uint256(type(uint64).max));
        assertEq(_release(407), 2 * uint256(type(uint64).max));
    }

    function testFuzz_FollowsAPlainMap(uint256 seed, uint256 start) public {
        _released = bound(start, 0, type(uint24).max / 2);
        for (uint256 i = 0; i < 24; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 hour = _released + 1 + (random >> 64) % LienRingLib.HORIZON;
            uint256 step = (random >> 128) % 4;
            if (step < 2) _add(hour, random % 1e6 + 1);
            if (step == 2) _take(hour, random);
            if (step == 3) _releaseAndCompare(_released + (random >> 192) % (random % 3 == 0 ? 400 : 6));
            uint256 other = (random >> 32) % 2 == 0 ? hour : _released + random % 300;
            assertEq(_ring.unitsAt(_occupied, _released, other), _plain[other]);
        }
        _releaseAndCompare(_released + LienRingLib.HORIZON);
        assertEq(_total, 0);
        assertEq(_occupiedLive(), 0);
    }

    function _add(uint256 hour, uint256 units) private {
        _occupied = _ring.add(_occupied, hour, units);
        _plain[hour] += units;
        _total += units;
    }

    function _take(uint256 hour, uint256 random) private {
        uint256 units = _plain[hour] == 0 ? 0 : random % (_plain[hour] + 1);
        if (units == 0) return;
        _ring.take(hour, units);
        _plain[hour] -= units;
        _total -= units;
    }

    function _release(uint256 hour) private returns (uint256 units) {
        (units, _occupied) = _ring.matured(_occupied, _released, hour);
        _released = hour;
    }

    function _releaseAndCompare(uint256 hour) private {
        uint256 expected = 0;
        for (uint256 h = _released + 1; h <= hour && h <= _released + LienRingLib.HORIZON; h++) {
            expected += _plain[h];
            _plain[h] = 0;
        }
        assertEq(_release(hour), expected);
        _total -= expected;
    }

    /// The word in which the present hour lies stays in use until its last hour is over.
    function _occupiedLive() private view returns (uint256) {
        return _occupied & ~(uint256(1) << ((_released >> 2) & 63));
    }
}
