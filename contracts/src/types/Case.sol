// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VersionId} from "./Ids.sol";

/// @notice Where a case stands.
enum CaseStage {
    None,
    /// Waits for the block that its committee is drawn by.
    Open,
    /// The committee seals its answers, and then reveals them.
    Voting,
    /// The answer was upheld or overturned, and all money is in balances.
    Ended
}

/// @notice What a challenger brings to open a case.
struct Challenge {
    /// What the answer should be; empty to say that the input cannot be run.
    bytes otherOutput;
    /// What it was sealed with.
    bytes32 salt;
    /// The input's bytes, at most 64 KiB. They can be left out where they travelled with the request. Nobody is tried over an input that
    /// nobody can bring.
    bytes input;
    /// The bytes of the node's answer. They count where answers are compared number by number, and can be left out only where the request
    /// let the output stay off the chain.
    bytes contested;
    /// To take a case over: the bytes of the present challenger's output, where answers are compared number by number.
    bytes former;
}

/// @notice One answer before a committee. Times are the chain's.
struct Case {
    address challenger;
    CaseStage stage;
    /// How many members were drawn.
    uint8 size;
    /// Bits of the members that have sealed, and of those that have revealed.
    uint8 sealedBy;
    uint8 revealedBy;
    /// Whether the bytes of the node's answer are known; where there are none, or none count, it does not matter.
    bool isShown;
    /// The block of the challenger's seal: an older one of the same output takes its place.
    uint48 sealBlock;
    address node;
    /// The committee is drawn by the hash of this block, in the hour of the block's time in which the draw was prepared.
    uint48 seedBlock;
    uint48 seedHour;
    /// The node's: what the challenger loses goes there.
    address payee;
    uint40 openedAt;
    /// From then on members reveal, and none seals any more.
    uint40 revealsFrom;
    uint128 deposit;
    /// Eight bits for each member, the first member's lowest: what it stands for, see `Standings`.
    uint40 standings;
    /// What the challenger says the answer is.
    bytes32 otherCommit;
    /// What the node says.
    bytes32 contestedCommit;
    VersionId versionId;
}

/// @notice One seat of a committee.
struct Member {
    address node;
    /// The lien that it loses if it does not reveal. Zero where nothing could be locked when it was drawn.
    uint96 held;
    /// What it sealed, and once that is revealed, the commitment of its answer.
    bytes32 answer;
}

/// @notice What a member reveals.
struct Vote {
    /// Of its answer; the hub's `FAILURE` where the input cannot be run, zero where it could not find out.
    bytes32 outputCommit;
    bytes32 salt;
    /// The answer's bytes; needed where it is compared number by number and is not the node's own.
    bytes output;
    /// The bytes of the node's answer, where answers are compared number by number and these are known.
    bytes contested;
    /// The bytes of the answers that already stand against the node's, where they are compared number by number: the challenger's, then
    /// those of members in the order of their seats, up to the first that this one agrees with.
    bytes[] rivals;
}

/// @notice What a member stands for: the node's answer, the challenger's, or that of the member (perhaps itself) that was the first to give it.
library Standings {
    /// Also of who has not revealed, and of who revealed nothing that can be compared.
    uint8 internal constant NODE = 0;
    uint8 internal constant CHALLENGER = 1;
    uint8 private constant FIRST_MEMBER = 2;

    function ofMember(uint256 index) internal pure returns (uint8) {
        // casting to 'uint8' is safe because a committee has five seats
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint8(FIRST_MEMBER + index);
    }

    function at(uint40 standings, uint256 index) internal pure returns (uint8) {
        // casting to 'uint8' is safe because it is one lane that is wanted
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint8(standings >> (8 * index));
    }

    /// @notice The lane must be empty.
    function set(uint40 standings, uint256 index, uint8 standing) internal pure returns (uint40) {
        // casting to 'uint40' is safe because a committee has five seats of eight bits
        // forge-lint: disable-next-line(unsafe-typecast)
        return standings | uint40(uint256(standing) << (8 * index));
    }

    /// @notice How many of so many members stand for something.
    function count(uint40 standings, uint256 size, uint8 standing) internal pure returns (uint256 standers) {
        for (uint256 i = 0; i < size; ++i) {
            if (at(standings, i) == standing) ++standers;
        }
    }
}
