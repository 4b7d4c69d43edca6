// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Member, Vote} from "../../../src/types/Case.sol";
import {CourtTest} from "./CourtTest.sol";

/// @notice A case with its committee.
abstract contract CommitteeTest is CourtTest {
    Member[] internal _committee;

    /// These two for `expectRevert`, which looks at the next call only.
    function sealAs(uint256 index, bytes memory output) external {
        _sealVote(_committee[index], output);
    }

    function revealAs(uint256 index, Vote memory vote) external {
        _reveal(_committee[index], vote);
    }

    function _draw(bytes memory otherOutput) internal {
        Member[] memory members = _drawCase(otherOutput);
        for (uint256 i = 0; i < members.length; ++i) {
            _committee.push(members[i]);
        }
    }

    function _drawAndSeal(bytes memory output) internal {
        _draw(right);
        _sealAll(_committee, output);
    }
}
